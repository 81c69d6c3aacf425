/**
 * An enclave takes a header on its host's word until finality is verified, so the host must not pass on another's: one leader could
 * show every enclave a chain of its own making, or a head so high that they never follow the real chain again.
 */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { heardInvite } from '../../../signer/host/sessions/invitations.ts';
import { join } from '../../../signer/host/sessions/join.ts';
import { settled } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  attested,
  booted,
  created,
  MEMBERS,
  opened,
  ready,
  registered,
  requested,
} from '../support/samples.ts';
import { world } from '../support/world.ts';

const REQUEST = word(1);
const [ME, LEADER] = MEMBERS;

/** What this host's enclave is asked after a proposal at a final block, with a proof under this header. */
async function askedAfter(headerOf: (hash: Hex) => Hex): Promise<readonly string[]> {
  const { context, calls, see } = world(ME);
  for (const at of [0, 1, 2]) see(registered(at), booted(at), attested(at));
  see(created, opened(), activated);
  see(requested(1), ready(1));
  heardInvite(context, LEADER, REQUEST, 'signing', 1);
  const { number, hash } = context.head!;
  const set = { parties: [1, 2], leader: LEADER, run: 1 };
  const proof = { header: headerOf(await context.chain.header(hash)), accounts: [] };
  const proposal = { type: 'propose', kind: 'signing', subject: REQUEST, block: { number, hash }, set, proof } as const;
  void join(context, LEADER, proposal).catch(() => undefined);
  await settled();
  return calls.map(({ name }) => name);
}

describe('a proof that a leader sends', () => {
  it('under the header of the proposed block reaches the enclave', async () => {
    expect(await askedAfter((header) => header)).to.deep.equal(['sign']);
  });

  it('under any other header does not', async () => {
    expect(await askedAfter(() => `0x${'fe'.repeat(600)}`)).to.deep.equal([]);
    expect(await askedAfter((header) => `${header}00`)).to.deep.equal([]);
    expect(await askedAfter(() => '0x')).to.deep.equal([]);
  });
});
