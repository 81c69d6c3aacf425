/** Operators of a devnet by name, and the region of each: its own, so that no rule of diversity stands in the way. */

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
const REGIONS = ['eu-central', 'us-east', 'ap-south', 'sa-east', 'af-south', 'us-west', 'eu-north', 'ap-east'];

export function operatorNames(count: number): Readonly<Record<string, string>> {
  const numbers = Array.from({ length: count }, (_, at) => at);
  return Object.fromEntries(
    numbers.map((at) => [NAMES[at] ?? `operator-${at + 1}`, REGIONS[at] ?? `region-${at + 1}`]),
  );
}
