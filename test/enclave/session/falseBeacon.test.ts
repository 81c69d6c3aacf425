/**
 * FF-01, open: what an enclave attests to is the hash of an execution block, and a beacon chain of its host's own can finalise any such
 * block, those of the true chain too. So registration does not show which committee an identity takes for the true one.
 * These tests say what is so; the one that mends it turns them round.
 */

import { expect } from 'chai';
import { bootstrapAt, bytesOfAnswer, updateOf } from '../../../scripts/local/beacon/answers.ts';
import { buildBlock, type DevelopmentBlock } from '../../../scripts/local/beacon/block.ts';
import { developmentCommittee } from '../../../scripts/local/beacon/committee.ts';
import type { CallName, Event, Params, Result, Status } from '../../../signer/enclave/api.ts';
import { createEnclave } from '../../../signer/enclave/enclave.ts';
import { applyUpdate } from '../../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../../signer/finality/bootstrap.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { keccak } from '../../../signer/formats/words.ts';
import { execution, tag } from '../../finality/support/scenes.ts';
import { CHECKPOINT, FINALITY, told } from '../support/finality.ts';
import { sign } from '../support/life.ts';
import {
  beat,
  codeOf,
  deliverAll,
  fromHex,
  generate,
  type Network,
  type Node,
  networkOf,
  okOf,
  portsOf,
  requestOf,
  shownAt,
  wireOf,
} from '../support/network.ts';
import { headerOf } from '../support/world.ts';

/** Whoever has these keys signs whatever a host likes; the chain's own committees are others. */
const MALLORY = developmentCommittee('mallory', FINALITY.syncCommitteeSize);

/** Finalises execution blocks, whosever they are, in beacon blocks of its own making. */
function falseBeacon() {
  let slot = 8;
  const propose = (blockHash: Uint8Array, finalised?: DevelopmentBlock) =>
    buildBlock(FINALITY, {
      slot: slot++,
      parentRoot: tag('copied from the true block'),
      execution: { ...execution('copied too'), block_hash: blockHash },
      finalisedRoot: finalised?.root ?? new Uint8Array(32),
      current: MALLORY.committee,
      next: MALLORY.committee,
    });
  const first = propose(tag('any block'));
  const made = new Map<Hex, Uint8Array>();
  const finalise = (blockHash: Uint8Array): Uint8Array => {
    const finalised = propose(blockHash);
    const attested = propose(blockHash, finalised);
    return bytesOfAnswer(FINALITY, 'finality_update', updateOf(FINALITY, { attested, finalised, signers: MALLORY }));
  };
  return {
    checkpoint: { root: first.root, bootstrap: bytesOfAnswer(FINALITY, 'bootstrap', bootstrapAt(first)) },
    /** In place of what is told of a block. */
    updateOn: (told: Hex): Hex => {
      const blockHash = fromHex(told).slice(8);
      const update = made.get(toHex(blockHash)) ?? finalise(blockHash);
      made.set(toHex(blockHash), update);
      return toHex(update);
    },
  };
}

/** An enclave with the light client as it is, in the place of another of this seed, from its host's own block root on. */
async function misled(network: Network, seed: string, party: number): Promise<Node> {
  const ports = portsOf(network, seed, party);
  const enclave = createEnclave({ ...ports, verifiers: { ...ports.verifiers, bootstrap, applyUpdate } });
  const beacon = falseBeacon();
  const events: Event[] = [];
  let next = 1;
  const call = async (name: CallName, params: unknown) => {
    const shown = name === 'follow' ? { update: beacon.updateOn((params as Params<'follow'>).update) } : params;
    const { answer, events: more } = await enclave.handle({ id: next++, call: name, params: shown });
    events.push(...more);
    network.post.push(...more.filter((event) => event.event === 'envelope'));
    return answer;
  };
  const status = okOf<Status>(await call('boot', { sealed: null }));
  okOf(await call('bootstrap', wireOf(beacon.checkpoint)));
  return { enclave, events, call, status };
}

describe('an enclave whose host has a sync committee of its own', () => {
  it('attests to a block of the true chain all the same [FF-01, open]', async () => {
    const network = await networkOf(1, 2);
    const node = await misled(network, 'network/1', 1);
    const block = await shownAt(node, 77);
    const attestation = okOf<Result<'attest'>>(
      await node.call('attest', {
        ...{ operator: toHex(network.world.seats[0]!.operator), region: `0x${'0b'.repeat(32)}` },
        ...{ tlsKey: `0x${'0c'.repeat(32)}`, endpoint: 'wss://operator.example:7001', epoch: 1, block },
      }),
    );
    const trueBlock = toHex(keccak(headerOf(77)));
    expect(attestation, 'all that the registry compares').to.include({ challenge: trueBlock, challengeBlock: 77 });
  });

  it('takes a share under the true chain, and signs with it what its host has made up [FF-01, open]', async () => {
    const network = await networkOf(3, 2);
    for (const party of [1, 2]) {
      const node = await misled(network, `network/${party}`, party);
      expect(node.status.identity).to.equal(network.nodes[party - 1]!.status.identity);
      network.nodes[party - 1] = node;
      await beat(network, node, party, 1);
    }
    await generate(network, 2);
    const lying = network.nodes.slice(0, 2);
    const forged = [requestOf(network, 1)]; // the third, whose chain is the true one, never hears of it
    for (const node of lying) expect(codeOf(await sign(network, node, { block: 9, requests: forged }))).to.equal('ok');
    await deliverAll(network);
    for (const { events } of lying) expect(events.filter(({ event }) => event === 'signature')).to.have.length(1);
  });

  it('is not believed by others: an update of its committee is rejected', async () => {
    const { updateOn } = falseBeacon();
    const ports = portsOf(await networkOf(1, 2), 'other', 1);
    const enclave = createEnclave({ ...ports, verifiers: { ...ports.verifiers, bootstrap, applyUpdate } });
    await enclave.handle({ id: 1, call: 'boot', params: { sealed: null } });
    await enclave.handle({ id: 2, call: 'bootstrap', params: wireOf(CHECKPOINT) });
    const update = updateOn(toHex(told(1, keccak(headerOf(77)))));
    const { answer } = await enclave.handle({ id: 3, call: 'follow', params: { update } });
    expect(codeOf(answer)).to.equal('UPDATE_REJECTED');
  });
});
