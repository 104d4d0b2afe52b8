/** Show Markdown from other people: as elements that this page creates, never as HTML. */

/**
 * @import { Token, Tokens } from "marked"
 * @import { ComponentChildren } from "preact"
 */

import { isSafeAddress } from "./addresses.js";
import { ExternalLink } from "./external-link.js";
import { html, useEffect, useState } from "./html.js";

// Parsing longer texts could block the page.
const MAX_CHARACTERS = 20_000;
const MARKUP = /[*_`[#>+\\<\d-]/;

/** @type {typeof import("./markdown-lexer.js").tokensOf | null} */
let tokensOf = null;

/**
 * A narrative. Until the parser is loaded, or if loading fails, the text is shown without formatting.
 *
 * @param {{text: string}} props
 */
export function Markdown({ text }) {
  const hasMarkup = text.length <= MAX_CHARACTERS && MARKUP.test(text);
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!hasMarkup || tokensOf) return;
    let isShown = true;
    import("./markdown-lexer.js").then(
      (loaded) => {
        tokensOf = loaded.tokensOf;
        if (isShown) redraw((count) => count + 1);
      },
      () => {}, // the plain text stays
    );
    return () => {
      isShown = false;
    };
  }, [hasMarkup]);
  if (!hasMarkup || !tokensOf) return html`<p class="long" dir="auto">${text}</p>`;
  return html`<div class="narrative">${elements(tokensOf(text))}</div>`;
}

/**
 * @param {Token[] | undefined} tokens
 * @returns {ComponentChildren[]}
 */
function elements(tokens = []) {
  return tokens.map((token, n) => html`<${Piece} key=${n} token=${token} />`);
}

/** @param {{token: Token}} props */
function Piece({ token }) {
  const inner = () => elements("tokens" in token ? token.tokens : undefined);
  switch (token.type) {
    case "space":
      return null;
    case "paragraph":
      return html`<p dir="auto">${inner()}</p>`;
    case "heading":
      return html`<p dir="auto"><strong>${inner()}</strong></p>`;
    case "blockquote":
      return html`<blockquote dir="auto">${inner()}</blockquote>`;
    case "hr":
      return html`<hr />`;
    case "list":
      return html`<${List} list=${/** @type {Tokens.List} */ (token)} />`;
    case "strong":
      return html`<strong>${inner()}</strong>`;
    case "em":
      return html`<em>${inner()}</em>`;
    case "codespan":
      return html`<code>${token.text}</code>`;
    case "br":
      return html`<br />`;
    case "link":
      return isSafeAddress(token.href) ? html`<${ExternalLink} href=${token.href}>${inner()}<//>` : token.raw;
    case "image": // an external image would reveal readers to its host
      return isSafeAddress(token.href)
        ? html`<${ExternalLink} href=${token.href}>${token.text || token.href}<//>`
        : token.raw;
    case "escape":
      return token.text;
    case "text":
      return "tokens" in token && token.tokens ? html`<span>${inner()}</span>` : token.text;
    default:
      return token.raw;
  }
}

/** @param {{list: Tokens.List}} props */
function List({ list }) {
  const items = list.items.map((item, n) => html`<li key=${n} dir="auto">${elements(item.tokens)}</li>`);
  return list.ordered ? html`<ol start=${list.start === "" ? 1 : list.start}>${items}</ol>` : html`<ul>${items}</ul>`;
}
