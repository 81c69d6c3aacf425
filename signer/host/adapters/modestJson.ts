/** Whether a text of JSON is worth parsing: one byte of brackets becomes dozens of bytes of memory, and an answer may have many bytes. */

/** Characters that need no look. */
const SMALL = 1024 * 1024;
/** No answer of a provider nests deeper than a handful. */
const DEEPEST = 32;
/** Values: 100,000 logs have less. */
const MOST = 2_000_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

export function isModestJson(text: string): boolean {
  if (text.length <= SMALL) return true;
  let [depth, values] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth += 1;
        values += 1;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
      case COMMA:
        values += 1;
    }
    if (depth > DEEPEST || values > MOST) return false;
  }
  return true;
}

/** Of its closing quote; of the last character where there is none, which the parser will refuse. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1))
    if (backslashesBefore(text, end) % 2 === 0) return end;
  return text.length - 1;
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (text.charCodeAt(at - 1 - count) === BACKSLASH) count += 1;
  return count;
}
