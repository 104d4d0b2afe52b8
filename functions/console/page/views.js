/** The views for a person who is signed in: the current place, and messages over it. */

import { getMe } from "./api.js";
import { resumeAwaited } from "./export-watch.js";
import { LoadProblem } from "./fields.js";
import { html, useEffect } from "./html.js";
import { useLoaded } from "./loading.js";
import { Place } from "./places.js";
import { useRoute } from "./routes.js";
import { Toasts } from "./toasts.js";

export function Views() {
  const route = useRoute();
  const { value: me, problem, reload } = useLoaded(getMe, "me");
  useEffect(() => {
    if (me) resumeAwaited();
  }, [me]);
  return html`
    ${problem && html`<${LoadProblem} problem=${problem} onRetry=${reload} />`}
    ${me && html`<${Place} me=${me} onStale=${reload} route=${route} />`}
    <${Toasts} />`;
}
