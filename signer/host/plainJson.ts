/** JSON of a file that somebody names. What is none is said in one line and without a byte of it: it may be a key, or words to a terminal. */

export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** @throws NotJson */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotJson(`it is not JSON${where(text, (error as Error).message)}`); // with no cause: that quotes the file
  }
}

function where(text: string, said: string): string {
  if (said.startsWith('Unexpected end')) return ': it ends too early';
  const position = / at position (\d+)/.exec(said)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
