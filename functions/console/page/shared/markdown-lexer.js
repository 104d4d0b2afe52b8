/**
 * Split Markdown into tokens. The page loads this file only for texts with markup, because the package is larger than
 * the rest of most views.
 */

/** @import { Token } from "marked" */

import { Lexer, Tokenizer } from "marked";

/** The syntax that the public pages also show (functions/api/api/public/markdown.py). Everything else is text. */
class NarrativeTokenizer extends Tokenizer {
  code = absent;
  def = absent;
  del = absent;
  fences = absent;
  html = absent;
  lheading = absent;
  table = absent;
  tag = absent;
  url = absent;
}

/** @returns {undefined} */
function absent() {
  return undefined;
}

/** @type {(text: string) => Token[]} */
export const tokensOf = (text) => new Lexer({ breaks: true, gfm: true, tokenizer: new NarrativeTokenizer() }).lex(text);
