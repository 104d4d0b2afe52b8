/** The award counts of a place: in total, this month, and for each month of the last year. */

/** @import { ExportScope } from "../../api/api-types.d.ts" */

import { countAllAwards, countAwardsByMonth } from "../../api/award-counts.js";
import { BarChart } from "../../shared/bar-chart.js";
import { formatMonth, formatMonthName, formatNumber, formatShortMonth, OWN_TIME_ZONE } from "../../shared/formats.js";
import { html, useEffect } from "../../shared/html.js";
import { Loading, useLoaded } from "../../shared/loading.js";
import { strings } from "../../strings.js";
import { monthUrl } from "../routes.js";
import { awardsIn, daysOf, lastMonths } from "./months.js";

const words = strings.dashboard;

/** @param {{scope: ExportScope, onLoaded?: () => void}} props `onLoaded` is called even if loading fails */
export function AwardFigures({ scope, onLoaded }) {
  const months = lastMonths(12);
  const loaded = useLoaded(
    async () => {
      const [all, series] = await Promise.all([
        countAllAwards(scope),
        countAwardsByMonth(scope, daysOf(months), OWN_TIME_ZONE),
      ]);
      return { total: all.total, awards: awardsIn(months, series.items ?? []) };
    },
    `award figures of ${scope.type} ${scope.id}`,
    true,
  );
  const isLoading = !loaded.value && !loaded.problem;
  useEffect(() => {
    if (!isLoading) onLoaded?.();
  }, [isLoading]);
  return html`<section class="card award-figures" aria-busy=${isLoading ? "true" : undefined}>
    <h2 class="unseen">${words.awards}</h2>
    <${Loading} loaded=${loaded} />
    ${
      !loaded.problem &&
      html`<div class="figures-and-chart">
        <${Figures} ...${loaded.value} />
        <div><${AwardsByMonth} scope=${scope} months=${months} awards=${loaded.value?.awards} /></div>
      </div>`
    }
  </section>`;
}

/** @param {{total?: number, awards?: number[]}} props no numbers while they are loading */
function Figures({ total, awards = [] }) {
  const [before, now] = awards.slice(-2);
  const [lastMonth = ""] = lastMonths(2);
  return html`<dl class="figures-row">
    <${Figure} label=${words.total} value=${total} />
    <${Figure} label=${words.thisMonth} value=${now}
      note=${now !== undefined && before !== undefined && words.change(now - before, formatNumber(Math.abs(now - before)), formatMonthName(lastMonth))} />
  </dl>`;
}

/** @param {{label: string, value?: number, note?: string | false}} props */
function Figure({ label, value, note }) {
  return html`<div>
    <dt>${label}</dt>
    <dd><strong>${value === undefined ? html`<span class="placeholder" aria-hidden="true"></span>` : formatNumber(value)}</strong> <span class="note">${note}</span></dd>
  </div>`;
}

/**
 * A chart of the awards per month. Except for badges, each month is a link to the form that exports its awards.
 *
 * @param {{scope: ExportScope, months: string[], awards?: number[]}} props no awards while they are loading
 */
export function AwardsByMonth({ scope, months, awards }) {
  if (!awards) return html`<div class="chart-space" aria-hidden="true"></div>`;
  const bars = months.map((month, n) => {
    const value = awards[n] ?? 0;
    return {
      key: month,
      label: formatShortMonth(month),
      sublabel: month.endsWith("-01") || (n === 0 && !/-1[12]$/.test(month)) ? month.slice(0, 4) : "",
      name: words.bar(value, formatNumber(value), formatMonth(month)),
      value,
      valueText: formatNumber(value),
      url: scope.type === "badge-class" ? undefined : monthUrl(scope, month),
    };
  });
  return html`<${BarChart} title=${words.chart} bars=${bars} format=${formatNumber} />
    <details class="chart-table">
      <summary>${words.asTable}</summary>
      <table>
        <thead><tr><th scope="col">${words.month}</th><th scope="col">${words.awards}</th></tr></thead>
        <tbody>
          ${months.map((month, n) => html`<tr key=${month}><th scope="row">${formatMonth(month)}</th><td>${formatNumber(awards[n] ?? 0)}</td></tr>`)}
        </tbody>
      </table>
    </details>`;
}
