/**
 * A sync committee of a host's own can finalise any execution block, those of the true chain too, and any beacon block. So what an enclave has
 * verified to be final does not show which committee it takes for the true one: its trusted root does [FF-01].
 */

import { expect } from 'chai';
import { bootstrapAt, bytesOfAnswer, updateOf } from '../../../scripts/local/beacon/answers.ts';
import { buildBlock, type DevelopmentBlock } from '../../../scripts/local/beacon/block.ts';
import { developmentCommittee } from '../../../scripts/local/beacon/committee.ts';
import type { Result, Status, UnrootedStatus } from '../../../signer/enclave/api.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import { reportData } from '../../../signer/formats/attestation.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { hash, keccak } from '../../../signer/formats/words.ts';
import { execution, tag } from '../../finality/support/scenes.ts';
import { word } from '../path/support/facts.ts';
import { beaconOf, FINALITY } from '../support/finality.ts';
import { codeOf, fromHex, type Network, networkOf, okOf, wireOf } from '../support/network.ts';
import { attest, childHeader, type Machine, machineOf, ROOTED, shownTo } from '../support/parentRoots.ts';
import { configurationWith, headerOf } from '../support/world.ts';

/** Whoever has these keys signs whatever a host likes; the chain's own committees are others. */
const MALLORY = developmentCommittee('mallory', ROOTED.syncCommitteeSize);

/** Finalises execution blocks in beacon blocks of its own making, and the beacon blocks of others. */
function falseBeacon() {
  let slot = 8;
  const propose = (blockHash: Uint8Array, finalised?: DevelopmentBlock) =>
    buildBlock(ROOTED, {
      slot: slot++,
      parentRoot: tag('copied from the true block'),
      execution: { ...execution('copied too'), block_hash: blockHash },
      finalisedRoot: finalised?.root ?? new Uint8Array(32),
      current: MALLORY.committee,
      next: MALLORY.committee,
    });
  const first = propose(tag('any block'));
  const sign = (finalised: DevelopmentBlock) => {
    slot = Math.max(slot, finalised.content.slot + 1);
    const attested = propose(tag('any block'), finalised);
    return bytesOfAnswer(ROOTED, 'finality_update', updateOf(ROOTED, { attested, finalised, signers: MALLORY }));
  };
  return {
    checkpoint: { root: first.root, bootstrap: bytesOfAnswer(ROOTED, 'bootstrap', bootstrapAt(first)) },
    finalise: (blockHash: Uint8Array) => sign(propose(blockHash)),
    /** @param block of the true beacon chain */
    finaliseTrue: sign,
  };
}

const TRUE_BLOCK = headerOf(77);
const TRUE_HASH = keccak(TRUE_BLOCK);

/** The true chain: a beacon, and the block that names its checkpoint. */
function trueChain() {
  const beacon = beaconOf(ROOTED);
  return { beacon, child: childHeader(beacon.checkpoint.root, 70) };
}

async function begin(machine: Machine, checkpoint: { root: Uint8Array; bootstrap: Uint8Array }): Promise<void> {
  okOf(await machine.call('bootstrap', wireOf(checkpoint)));
}

describe('an enclave whose host has a sync committee of its own', () => {
  let network: Network;
  let chain: ReturnType<typeof trueChain>;
  let mallory: ReturnType<typeof falseBeacon>;
  beforeEach(async () => {
    network = await networkOf(1, 2);
    chain = trueChain();
    mallory = falseBeacon();
  });

  /** It has a true block for final, by the false committee. */
  async function misled() {
    const machine = await machineOf(network, 'misled');
    await begin(machine, mallory.checkpoint);
    return { machine, block: await shownTo(machine, mallory.finalise(TRUE_HASH), TRUE_BLOCK) };
  }

  it('attests to no block of the true chain, though it has it for final', async () => {
    const { machine, block } = await misled();
    expect(block, 'final, and of the true chain').to.equal(toHex(TRUE_HASH));
    expect(codeOf(await attest(machine, { block }))).to.equal('PARENT_ROOT_MISSING');
    expect(codeOf(await attest(machine, { block, child: chain.child }))).to.equal('PARENT_ROOT_OTHER');
    expect(codeOf(await attest(machine, { block, epoch: 0 })), 'an epoch before the first').to.equal(
      'PARENT_ROOT_MISSING',
    );
  });

  it('nor where the false committee finalises a beacon block of the true chain, whose child is true too', async () => {
    const { machine } = await misled();
    chain.beacon.finalise(TRUE_HASH);
    const block = await shownTo(machine, mallory.finaliseTrue(chain.beacon.finalised()), TRUE_BLOCK);
    const child = childHeader(chain.beacon.finalised().root, 78);
    expect(codeOf(await attest(machine, { block, child }))).to.equal('PARENT_ROOT_OTHER');
  });

  it('attests to what names the false root, which is no block of the true chain', async () => {
    const { machine, block } = await misled();
    const madeUp = childHeader(mallory.checkpoint.root, 70);
    const { challenge } = okOf<Result<'attest'>>(await attest(machine, { block, child: madeUp }));
    expect(challenge, 'and the registry compares it').to.equal(toHex(hash(madeUp)));
    expect(challenge).not.to.be.oneOf([toHex(hash(chain.child)), toHex(TRUE_HASH)]);
  });

  it('has no second root: not in this life, nor in a copy from any seal', async () => {
    const { machine, block } = await misled();
    const { root } = chain.beacon.checkpoint;
    expect(codeOf(await machine.call('bootstrap', wireOf(chain.beacon.checkpoint)))).to.equal('CHECKPOINT_KEPT');
    expect(machine.seals).not.to.have.length(0);
    for (const [at, sealed] of machine.seals.entries()) {
      const copy = await machineOf(network, `copy ${at}`, sealed);
      const { identity, trusted } = okOf<Status>(copy.booted);
      expect(identity).to.equal(okOf<Status>(await machine.call('status', {})).identity);
      expect(trusted.root).to.equal(toHex(mallory.checkpoint.root)).and.not.to.equal(toHex(root));
      expect(codeOf(await copy.call('bootstrap', wireOf(chain.beacon.checkpoint)))).to.equal('CHECKPOINT_KEPT');
      await shownTo(copy, mallory.finalise(keccak(headerOf(100 + at))), headerOf(100 + at));
      const shown = toHex(keccak(headerOf(100 + at)));
      expect(codeOf(await attest(copy, { block: shown, child: chain.child }))).to.equal('PARENT_ROOT_OTHER');
    }
    expect(codeOf(await attest(machine, { block, child: chain.child }))).to.equal('PARENT_ROOT_OTHER');
  });

  it('leaves no seal before its root that another could be given', async () => {
    const machine = await machineOf(network, 'unrooted');
    expect(okOf<UnrootedStatus>(machine.booted).identity).to.equal(null);
    const wrong = { root: toHex(word(9)), bootstrap: toHex(mallory.checkpoint.bootstrap) };
    expect(codeOf(await machine.call('bootstrap', wrong))).to.equal('CHECKPOINT_REJECTED');
    expect(machine.seals).to.deep.equal([]);
    await begin(machine, mallory.checkpoint);
    expect(machine.seals).to.have.length(1);
  });

  it('is not believed by others: an update of its committee is rejected', async () => {
    const honest = await machineOf(network, 'honest');
    await begin(honest, chain.beacon.checkpoint);
    const update = toHex(mallory.finalise(TRUE_HASH));
    expect(codeOf(await honest.call('follow', { update }))).to.equal('UPDATE_REJECTED');
  });
});

describe('an enclave that begins at a block of the true chain', () => {
  let network: Network;
  let chain: ReturnType<typeof trueChain>;
  let machine: Awaited<ReturnType<typeof machineOf>>;
  let block: Hex;
  beforeEach(async () => {
    network = await networkOf(1, 2);
    chain = trueChain();
    machine = await machineOf(network, 'true');
    await begin(machine, chain.beacon.checkpoint);
    block = await shownTo(machine, chain.beacon.finalise(TRUE_HASH), TRUE_BLOCK);
  });

  it('first attests to the child of its root', async () => {
    const { identity } = okOf<Status>(await machine.call('status', {}));
    const attested = okOf<Result<'attest'>>(await attest(machine, { block, child: chain.child }));
    expect(attested).to.include({ challenge: toHex(hash(chain.child)), challengeBlock: 70 });
    const { chainId, contracts } = parseConfiguration(configurationWith());
    const subject = {
      chainId,
      enclaveRegistry: contracts.enclaveRegistry.address,
      operator: new Uint8Array(20).fill(0x0a),
    };
    const over = { identity: fromHex(identity), epoch: 1, challenge: hash(chain.child) };
    expect(attested.reportData).to.equal(toHex(reportData({ ...subject, ...over })));
    expect(attested.evidence).to.equal(attested.reportData);
  });

  it('takes a child of Amsterdam too, with its two fields more', async () => {
    const child = childHeader(chain.beacon.checkpoint.root, 70, (fields) => fields.push(word(0x16), Uint8Array.of(9)));
    expect(okOf<Result<'attest'>>(await attest(machine, { block, child })).challenge).to.equal(toHex(hash(child)));
  });

  it('later attests to what it has verified to be final, and to no child any more', async () => {
    for (const epoch of [2, 3, 2 ** 32 - 1]) {
      const attested = okOf<Result<'attest'>>(await attest(machine, { block, epoch }));
      expect(attested).to.include({ challenge: block, challengeBlock: 77 });
      expect(codeOf(await attest(machine, { block, epoch, child: chain.child }))).to.equal('PARENT_ROOT_NEEDLESS');
    }
  });

  it('knows its root in every life, and what it has finalised since changes nothing', async () => {
    chain.beacon.finalise(keccak(headerOf(90)));
    const { root } = chain.beacon.checkpoint;
    const later = childHeader(chain.beacon.finalised().root, 91);
    expect(codeOf(await attest(machine, { block, child: later }))).to.equal('PARENT_ROOT_OTHER');
    const again = await machineOf(network, 'again', machine.seals.at(-1)!);
    const { trusted, finality } = okOf<Status>(again.booted);
    expect(trusted).to.deep.include({ root: toHex(root) });
    expect(finality.blockHash).not.to.equal(trusted.blockHash);
    const shown = await shownTo(again, chain.beacon.finalise(keccak(headerOf(95))), headerOf(95));
    const attested = okOf<Result<'attest'>>(await attest(again, { block: shown, child: chain.child }));
    expect(attested.challenge).to.equal(toHex(hash(chain.child)));
  });

  it('takes no child that is not a header to the byte, or says the root elsewhere', async () => {
    const { root } = chain.beacon.checkpoint;
    const bent = (bend: (fields: Uint8Array[]) => void) => childHeader(root, 70, bend);
    const children: Record<string, readonly [Uint8Array, string]> = {
      'a byte left over': [Uint8Array.of(...chain.child, 0), 'RLP_TRAILING_BYTES'],
      'a byte less': [chain.child.slice(0, -1), 'RLP_TRUNCATED'],
      nothing: [new Uint8Array(), 'RLP_TRUNCATED'],
      'the root itself': [root, 'RLP_TRAILING_BYTES'],
      'a field less': [bent((fields) => fields.pop()), 'HEADER_MALFORMED'],
      'a field more': [bent((fields) => fields.push(root)), 'HEADER_MALFORMED'],
      'a root of 31 bytes': [childHeader(root.slice(1), 70), 'HEADER_MALFORMED'],
      'a number with a leading zero': [bent((fields) => (fields[8] = Uint8Array.of(0, 70))), 'RLP_LEADING_ZERO'],
      'more than any header has': [new Uint8Array(1025), 'CALL_MALFORMED'],
      'the root as the parent hash': [childHeader(word(0x14), 70, (fields) => (fields[0] = root)), 'PARENT_ROOT_OTHER'],
      'the root as the requests hash': [
        childHeader(word(0x14), 70, (fields) => (fields[20] = root)),
        'PARENT_ROOT_OTHER',
      ],
      'a bit of the root': [
        childHeader(
          root.map((byte, at) => (at === 31 ? byte ^ 1 : byte)),
          70,
        ),
        'PARENT_ROOT_OTHER',
      ],
    };
    for (const [what, [child, code]] of Object.entries(children))
      expect(codeOf(await attest(machine, { block, child })), what).to.equal(code);
  });

  it('attests at no block that it has not verified, whatever the child', async () => {
    expect(codeOf(await attest(machine, { block: toHex(word(1)), child: chain.child }))).to.equal('BLOCK_UNKNOWN');
  });

  it('attests no more once two chains are signed', async () => {
    const { beacon } = trueChain(); // the same committee, and another block in the same slot
    const other = toHex(beacon.finalise(keccak(headerOf(78))));
    expect(codeOf(await machine.call('follow', { update: other }))).to.equal('UPDATE_CONFLICT');
    expect(codeOf(await attest(machine, { block, child: chain.child }))).to.equal('ENCLAVE_FROZEN');
    const frozen = await machineOf(network, 'frozen', machine.seals.at(-1)!);
    expect(codeOf(await attest(frozen, { block, child: chain.child }))).to.equal('ENCLAVE_FROZEN');
  });
});

describe('where headers say no roots', () => {
  const bare = encodeConfig(FINALITY);

  it('an enclave attests to what it has verified, and is shown no child', async () => {
    const beacon = beaconOf(FINALITY);
    const machine = await machineOf(await networkOf(1, 2), 'bare', null, { finality: bare });
    await begin(machine, beacon.checkpoint);
    const block = await shownTo(machine, beacon.finalise(TRUE_HASH), TRUE_BLOCK);
    const child = childHeader(beacon.checkpoint.root, 70);
    expect(codeOf(await attest(machine, { block, child }))).to.equal('PARENT_ROOT_NEEDLESS');
    expect(okOf<Result<'attest'>>(await attest(machine, { block }))).to.include({ challenge: block });
  });

  it('no enclave boots but on a local chain', async () => {
    const network = await networkOf(1, 2);
    for (const [chainId, code] of Object.entries({
      1: 'no',
      100: 'no',
      11155111: 'no',
      31338: 'no',
      1337: 'ok',
      31337: 'ok',
    })) {
      const { booted } = await machineOf(network, 'local', null, { chainId: BigInt(chainId), finality: bare });
      expect(codeOf(booted), chainId).to.equal(code === 'ok' ? 'ok' : 'CONFIGURATION_MALFORMED');
      const rooted = await machineOf(network, 'rooted', null, { chainId: BigInt(chainId) });
      expect(codeOf(rooted.booted), `${chainId}, with roots`).to.equal('ok');
    }
  });
});
