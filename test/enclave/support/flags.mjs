// Has V8 write what it compiles to a file: its flags are no business of the permission model.
// The test puts a line before it:  const there = { loot }: a file that does not exist.
/* global there */
const { getHeapStatistics, setFlagsFromString } = await import('node:v8');

process.stdout.write(`${JSON.stringify({ heapLimit: getHeapStatistics().heap_size_limit })}\n`);
for (const flag of [`--redirect-code-traces-to=${there.loot}`, '--redirect-code-traces', '--print-opt-source'])
  setFlagsFromString(flag);
const hot = (x) => {
  let sum = 0;
  for (let round = 0; round < 1e5; round++) sum += round ^ x;
  return sum;
};
for (let x = 0; x < 300; x++) hot(x);
process.stdout.write('went on\n', () => process.exit(0));
