/** Where the page starts: its settings, then a sign-in that is coming back, then the views. */

import { App } from "./app.js";
import { loadConfiguration } from "./configuration.js";
import { html, render } from "./html.js";
import { finishManagedLogin } from "./managed-login.js";
import { beginSession } from "./session.js";
import { strings } from "./strings.js";

try {
  await loadConfiguration();
  const tokens = await finishManagedLogin();
  if (tokens) beginSession(tokens);
  render(html`<${App} />`, document.getElementById("app"));
} catch (error) {
  render(html`<main class="sign-in"><div class="card"><p class="notice bad" role="alert">${strings.notStarted(error.message)}</p></div></main>`, document.getElementById("app"));
}
