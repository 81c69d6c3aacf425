/** What somebody meant who mistyped it: the nearest word, where one is near. */

/** Null where nothing is within a third of the word's letters. */
export function alike(word: string, known: readonly string[]): string | null {
  const nearest = known
    .map((one) => ({ one, apart: distance(word, one) }))
    .sort((first, second) => first.apart - second.apart)[0];
  return nearest !== undefined && nearest.apart <= Math.max(1, Math.floor(word.length / 3)) ? nearest.one : null;
}

/** Letters to put in, take out, change or swap with their neighbour (Damerau-Levenshtein, restricted). */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const at = (back: number, left: number) => rows[i - back]?.[j - left] ?? 0;
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const ways = [at(1, 0) + 1, (row[j - 1] ?? 0) + 1, at(1, 1) + cost, ...(isSwap ? [at(2, 2) + 1] : [])];
      row.push(Math.min(...ways));
    }
    rows.push(row);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
