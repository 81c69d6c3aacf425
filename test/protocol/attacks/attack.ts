/** A test against a row of the table of attacks. */

/** The rows that have a test. */
export const tested = new Set<string>();

export function attack(row: string, title: string, test: () => void): void {
  tested.add(row);
  it(`${row}: ${title}`, test).timeout(process.env.QUORATE_MANY ? 0 : 120_000);
}
