/** Show the API's description with Swagger UI, and make it accessible to screen readers and the keyboard. */

/* Show the path in an operation's button as text, because a button must not contain a link. */
const accessible = () => ({
  wrapComponents: {
    DeepLink: (_, { React }) => (props) => React.createElement("span", null, props.text),
  },
});

const ATTRIBUTES = [
  ["select#servers", () => ({ "aria-label": "Server" })],
  ["select.content-type, .content-type select", () => ({ "aria-label": "Content type" })],
  ["h3.opblock-tag", () => ({ "aria-level": "2" })],
  ["h4", () => ({ "aria-level": "3" })],
  ["textarea.body-param__text", () => ({ "aria-label": "Request body" })],
  ["tr[data-param-name] :is(input, select)", (field) => ({ "aria-label": field.closest("tr").dataset.paramName })],
  ["pre.microlight", () => ({ tabindex: "0" })],
];

function addAttributes() {
  for (const [selector, attributesOf] of ATTRIBUTES) {
    for (const element of document.querySelectorAll(selector)) {
      for (const [name, value] of Object.entries(attributesOf(element))) {
        if (element.getAttribute(name) !== value) element.setAttribute(name, value);
      }
    }
  }
}

/* Swagger UI has a dark theme, but doesn't follow the browser's color scheme. */
const dark = matchMedia("(prefers-color-scheme: dark)");
const followColorScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followColorScheme);
followColorScheme();

new MutationObserver(addAttributes).observe(document.getElementById("reference"), { childList: true, subtree: true });
SwaggerUIBundle({
  dom_id: "#reference",
  spec: JSON.parse(document.getElementById("description").textContent),
  docExpansion: "list",
  deepLinking: true,
  filter: true,
  layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [accessible],
});
