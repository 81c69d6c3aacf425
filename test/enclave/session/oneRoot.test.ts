/** What an old seal and a copied memory bring back, and what they do not. Where the threat model has them as open, these tests say what is so. */

import { expect } from 'chai';
import type { Status } from '../../../signer/enclave/api.ts';
import { createEnclave } from '../../../signer/enclave/enclave.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { keccak } from '../../../signer/formats/words.ts';
import { beaconOf, FINALITY, slotOf, told } from '../support/finality.ts';
import { restartAnew, sign, statusOf } from '../support/life.ts';
import { codeOf, generate, networkOf, okOf, portsOf, prove, wireOf } from '../support/network.ts';
import { headerOf } from '../support/world.ts';

describe('one identity, one root', () => {
  it('holds in every life: a seal is never from before it', async () => {
    const network = await networkOf(3, 2);
    const node = await restartAnew(network, 1);
    const another = beaconOf(FINALITY, 'another').checkpoint;
    expect(codeOf(await node.call('bootstrap', wireOf(another)))).to.equal('CHECKPOINT_KEPT');
  });

  it('does not hold for copies of a memory that has no root yet [FF-04, open]', async () => {
    const network = await networkOf(1, 2);
    const copies = [1, 2].map(() => createEnclave(portsOf(network, 'one memory', 1)));
    const identities: unknown[] = [];
    for (const [at, { handle }] of copies.entries()) {
      const { checkpoint } = beaconOf(FINALITY, at === 0 ? 'the true chain' : 'another');
      const status = okOf<Status>((await handle({ id: 1, call: 'boot', params: { sealed: null } })).answer);
      okOf((await handle({ id: 2, call: 'bootstrap', params: wireOf(checkpoint) })).answer);
      identities.push([status.identity, status.nonce, status.encryptionKey]);
    }
    expect(identities[0]).to.deep.equal(identities[1]);
  });
});

describe('a seal from before two chains were seen', () => {
  it('brings back an enclave that is not frozen, and signs nothing before a new boot record is final [FF-07]', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const [node] = network.nodes;
    await prove(node!, 3);
    const other = told(slotOf(3), keccak(headerOf(4)));
    expect(codeOf(await node!.call('follow', { update: toHex(other) }))).to.equal('UPDATE_CONFLICT');
    expect((await statusOf(node!)).isFrozen).to.equal(true);
    const { nonce, encryptionKey } = network.world.seats[0]!;
    const again = await restartAnew(network, 1);
    expect((await statusOf(again)).isFrozen).to.equal(false);
    Object.assign(network.world.seats[0]!, { nonce, encryptionKey });
    expect(codeOf(await sign(network, again, { block: 5 }))).to.equal('BOOT_NONCE_NOT_OWN');
  });
});
