/** A member that spoils every signature without being named would kill requests alone: its leaders would ask it again for ever. */

import { expect } from 'chai';
import type { Event } from '../../../signer/enclave/api.ts';
import { sign } from '../support/life.ts';
import { hears, type Mallory, malloryOf, says } from '../support/mallory.ts';
import { fromHex, generate, lastOf, type Network, networkOf, okOf, partyOf } from '../support/network.ts';

type Fault = Extract<Event, { event: 'fault' }>;
type Lie = (honest: Uint8Array) => Uint8Array;

const flip =
  (at: number): Lie =>
  (bytes) =>
    bytes.with(at, bytes[at]! ^ 1);

type Lies = { readonly commitments?: Lie; readonly shares?: Lie };

/** Parties 1 (Mallory) to t sign; she says what party 2 said, bent. What each of the others then reports. */
async function faultsOf(threshold: number, { commitments, shares }: Lies): Promise<readonly Fault[]> {
  const network = await networkOf(3, threshold, 'bip340', 'unblamed');
  const mallory = await malloryOf('unblamed', 1);
  await generate(network);
  const parties = [1, 2, 3].slice(0, threshold);
  const honest = parties.slice(1);
  for (const party of honest) okOf(await sign(network, network.nodes[party - 1]!, { parties }));
  const session = fromHex(network.post[0]!.session);
  for (const [round, lie] of [commitments, shares].entries()) {
    const bobs = (await hears(mallory, network)).get(2);
    if (bobs === undefined) break; // his session has ended
    await sayAll(mallory, network, honest, { session, round, payload: lie?.(bobs) ?? bobs });
  }
  return honest.map((party) => lastOf(network.nodes[party - 1]!.events, 'fault'));
}

async function sayAll(
  mallory: Mallory,
  network: Network,
  to: readonly number[],
  { session, round, payload }: { session: Uint8Array; round: number; payload: Uint8Array },
): Promise<void> {
  for (const party of to) {
    const envelope = await says(mallory, network, payload, { session, round, to: party });
    okOf(await network.nodes[party - 1]!.call('deliver', { envelope }));
  }
  const others = network.post.filter(({ to }) => partyOf(to) !== mallory.party);
  network.post.splice(0, network.post.length, ...network.post.filter(({ to }) => partyOf(to) === mallory.party));
  for (const { to, envelope } of others) await network.nodes[partyOf(to) - 1]!.call('deliver', { envelope });
}

describe('a member that spoils a signature', () => {
  it('by signing something else is named: the session says what is signed', async () => {
    for (const fault of await faultsOf(2, { commitments: flip(0) }))
      expect(fault).to.deep.include({ code: 'request-differs', culprits: [1] });
  });

  it('by reporting another message of ours is named: we know what we said', async () => {
    for (const fault of await faultsOf(2, { shares: flip(32) }))
      expect(fault).to.deep.include({ code: 'equivocation', culprits: [1] });
  });

  it('by contradicting itself is named', async () => {
    for (const fault of await faultsOf(2, { shares: flip(0) }))
      expect(fault).to.deep.include({ code: 'equivocation', culprits: [1] });
  });

  it('by a wrong share is named', async () => {
    for (const fault of await faultsOf(2, {}))
      expect(fault).to.deep.include({ code: 'invalid-signature-share', culprits: [1] });
  });

  it('by reporting another message of a third is named by that third, and never is an honest member', async () => {
    const [bobs, carols] = await faultsOf(3, { shares: flip(64) });
    expect(carols).to.deep.include({ code: 'equivocation', culprits: [1] });
    expect(bobs).to.deep.include({ culprits: [], disputes: [{ about: 3, reporter: 1 }] });
  });
});
