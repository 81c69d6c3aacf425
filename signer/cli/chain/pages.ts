/** All that a paged view has, however much of it is shown at once. */

const PAGE = 100n;
/** What no contract of this project has. */
const MOST = 100_000;

export async function pages<T>(read: (offset: bigint, limit: bigint) => Promise<readonly T[]>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let page = await read(0n, PAGE); page.length > 0 && found.length < MOST; ) {
    found.push(...page);
    page = BigInt(page.length) < PAGE ? [] : await read(BigInt(found.length), PAGE);
  }
  return found;
}
