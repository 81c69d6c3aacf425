/** One party in a process of its own, which notes its secrets and says in the end what of them is still in its memory. The parent carries what is said. */
import type { Protocol, RoundOut, Said } from '../../../signer/protocol/round.ts';
import { masked, maskedWhole, occurrences } from '../memoryScan.ts';

/** What one party said to the other in one round, as it goes through the parent. */
export type Carried = { readonly [kind in keyof Said]: readonly number[] };

const kinds: string[] = [];
const needles: Uint8Array[] = [];
const said: Buffer[] = [];

export function noting<T extends Uint8Array>(kind: string, secret: T): T {
  kinds.push(kind);
  needles.push(masked(secret));
  return secret;
}

export async function run<T>(protocol: Protocol<T>, peer: number): Promise<T> {
  let step = protocol.next();
  while (!step.done) step = protocol.next(new Map([[peer, await told(step.value, peer)]]) as never);
  return step.value;
}

function told({ broadcast, direct }: RoundOut, peer: number): Promise<Said> {
  const alone = direct?.get(peer as never);
  const own = { ...(broadcast && { broadcast }), ...(alone && { direct: alone }) };
  return new Promise((resolve) => {
    process.once('message', (heard: Carried) => {
      const theirs = Object.fromEntries(Object.entries(heard).map(([kind, bytes]) => [kind, Uint8Array.from(bytes)]));
      for (const bytes of [...Object.values(own), ...Object.values(theirs)]) said.push(maskedWhole(bytes));
      resolve(theirs);
    });
    process.send!(Object.fromEntries(Object.entries(own).map(([kind, bytes]) => [kind, [...bytes]])));
  });
}

/** Tells the parent how often each secret is there. What was said is none any more. */
export function report(): void {
  const counts = occurrences(needles);
  const found = kinds.map((kind, at) => {
    const wasSaid = said.some((bytes) => bytes.includes(needles[at]!));
    return [kind, wasSaid ? 0 : counts[at]];
  });
  process.send!({ found }, () => process.exit(0));
}
