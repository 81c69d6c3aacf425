/** What is there against what was planned, in words. */

export function difference(what: string, planned: readonly string[], found: readonly string[]): string[] {
  const missing = planned.filter((each) => !found.includes(each)).map((each) => `${what} lacks ${each}`);
  const unplanned = [...found];
  for (const each of planned) if (unplanned.includes(each)) unplanned.splice(unplanned.indexOf(each), 1);
  return [...missing, ...unplanned.map((each) => `${what} has ${each}, which is not planned`)];
}
