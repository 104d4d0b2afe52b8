/** The views for a signed-in person: the current view, and the messages above it. */

import { getMe } from "../api/places.js";
import { resumeAwaited } from "../exports/watching.js";
import { Page } from "../places/page.js";
import { Place } from "../places/place.js";
import { useRoute } from "../places/routes.js";
import { html, useEffect } from "../shared/html.js";
import { Loading, useLoaded } from "../shared/loading.js";
import { Toasts } from "../shared/toasts.js";

export function Views() {
  const route = useRoute();
  const loaded = useLoaded(getMe, "me");
  const { value: me, reload } = loaded;
  useEffect(() => {
    if (me) resumeAwaited();
  }, [me]);
  return html`
    ${!me && !loaded.problem && html`<${Page} isLoading />`}
    ${loaded.problem && html`<div class="page"><${Loading} loaded=${loaded} /></div>`}
    ${me && html`<${Place} me=${me} onStale=${reload} route=${route} />`}
    <${Toasts} />`;
}
