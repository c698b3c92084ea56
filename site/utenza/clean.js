const UNSEEN = /[\p{Cf}\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const BLANKS = /[\s\x1c-\x1f\x85\u115f\u1160\u2800\u3164\uffa0]+/gu;

/**
 * Return a text without characters that nobody sees, trimmed, and with one blank for each run of blanks of any kind. The API
 * does the same (utenza.identifiers.separators): people paste marks of direction and zero-width blanks with a number.
 */
export function clean(text) {
  return text.replace(UNSEEN, "").replace(BLANKS, " ").trim();
}
