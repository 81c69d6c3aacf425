/** What somebody else wrote, as a terminal may show it: letters of every language, and nothing that moves or hides what stands beside it. */

const DOT = '.';
/**
 * Controls, escapes, bidirectional and zero-width characters, lone surrogates, private and unassigned ones, separators of lines; U+2800 is a
 * blank that is no space.
 */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const SPACES = /\p{Zs}/gu;
/** A mark stands on the letter before it: at the beginning on what is ours, and in a tower on the lines above and below. */
const LOOSE_MARK = /^\p{M}+/u;
const TOWER = /(\p{M}{4})\p{M}+/gu;
/** Letters that run from right to left take digits and brackets behind them along. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const [ISOLATE, END_OF_ISOLATE] = ['\u2068', '\u2069'];

/** One line. */
export function printable(text: string): string {
  return isolated(shown(text));
}

/** One line of so many characters at most; more are cut off. */
export function printableStart(text: string, most: number): string {
  const all = shown(text);
  return isolated(all.length <= most ? all : [...all].slice(0, most).join(''));
}

/** What a terminal obeys instead of showing it, ends of lines aside. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}](?<!\n)/gu;

/** Our own words, JSON too, with what somebody else has named in them. */
export function unobeyed(text: string): string {
  return text.replace(OBEYED, DOT);
}

function shown(text: string): string {
  return text
    .replace(HIDDEN, DOT)
    .replace(SPACES, ' ')
    .replace(LOOSE_MARK, DOT)
    .replace(TOWER, (_, kept: string) => `${kept}${DOT}`);
}

function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${ISOLATE}${text}${END_OF_ISOLATE}` : text;
}
