/** The newest checkpoint and the one below it: what moves them, what a call may name, and which words forbid. */

import { expect } from 'chai';
import { bootstrapAt, bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { Checkpoints } from '../../signer/enclave/checkpoints.ts';
import { KeptState } from '../../signer/enclave/sealing/keptState.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { MAX_FORKS } from '../../signer/formats/limits.ts';
import { refuse } from '../../signer/formats/refusal.ts';
import { hash, uintOf, uintWord } from '../../signer/formats/words.ts';
import { PACKED } from '../../signer/proof/layout.ts';
import { forkCountSlot, forkSlot, type Slot } from '../../signer/proof/slots.ts';
import type { Proof, ProvenState, VerifyState } from '../../signer/proof/state.ts';
import { accepted } from '../finality/support/outcomes.ts';
import { blockAt, CONFIG, committeeOf, scene } from '../finality/support/scenes.ts';
import { outcome } from '../proof/support/refusals.ts';
import { CONFIGURATION, pack, provenState, slotName, word } from './path/support/facts.ts';
import { beaconOf, FINALITY, slotOf, told, toldVerifiers } from './support/finality.ts';
import { identities } from './support/identities.ts';

const SLOT = word(1);
const BAD = Uint8Array.of(0xbd);

/** Headers are a number and a fork; a node of n bytes says that the word is n. */
const headerOf = (number: number, fork = 0) => Uint8Array.of(...uintWord(number), fork);
const hashOf = (number: number, fork = 0) => hash(headerOf(number, fork));
const saying = (value: number) => new Uint8Array(value);

const verifyState: VerifyState = (header) => {
  if (header.length !== 33) return refuse('HEADER_MALFORMED', 'another length');
  const block = { number: Number(uintOf(header.slice(0, 32))), hash: hash(header), timestamp: 0, prevRandao: SLOT };
  let word: bigint | undefined;
  const state = {
    block,
    word: () => word ?? refuse('SLOT_NOT_PROVEN', ''),
    proven: () => word,
  } as unknown as ProvenState;
  const add: Proof['add'] = (nodes) => {
    if (nodes.some((node) => node === BAD)) refuse('TRIE_NODE_TOO_LARGE', '');
    for (const { length } of nodes) word = BigInt(length);
  };
  return { state, add };
};

/** An identity that has just been drawn for the checkpoint of this beacon, and was sealed. */
function fresh(
  { checkpoint: { root, bootstrap: shown } }: Pick<ReturnType<typeof beaconOf>, 'checkpoint'> = beaconOf(),
  config = FINALITY,
) {
  const finality = accepted(bootstrap(config, root, shown));
  const state = {
    identity: identities.of(word(3)),
    isFrozen: false,
    head: null,
    trusted: { root, blockHash: finality.finalised.blockHash },
    finality,
    forks: [],
    shares: [],
  };
  return new KeptState(state, 1);
}

/** With the light client as it is, and a committee that signs whatever it is told. */
function signed() {
  const beacon = beaconOf();
  const kept = fresh(beacon);
  const checkpoints = new Checkpoints({ applyUpdate, verifyState }, CONFIGURATION, FINALITY, kept);
  return { kept, checkpoints, beacon };
}

/** Updates are told: each block has the slot of its number. */
function begun(kept = fresh()) {
  const checkpoints = new Checkpoints({ ...toldVerifiers, verifyState }, CONFIGURATION, FINALITY, kept);
  const follow = (number: number, fork = 0) => checkpoints.follow(told(slotOf(number), hashOf(number, fork)));
  const prove = (number: number, nodes: readonly Uint8Array[] = [], fork = 0) =>
    checkpoints.prove(headerOf(number, fork), nodes);
  const go = (number: number, nodes: readonly Uint8Array[] = []) => {
    follow(number);
    return prove(number, nodes);
  };
  return { kept, checkpoints, follow, prove, go };
}

const numberAt = (checkpoints: Checkpoints, hash: Uint8Array) => checkpoints.at(hash).block.number;

describe('checkpoints', () => {
  it('begin at the root that the identity was drawn for, which no block of theirs replaces', () => {
    const { checkpoints, beacon, kept } = signed();
    const { root } = beacon.checkpoint;
    const { blockHash } = kept.state.finality.finalised;
    expect(checkpoints.trusted).to.deep.equal({ root, blockHash });
    checkpoints.follow(beacon.finalise(hashOf(5)));
    expect(checkpoints.trusted).to.deep.equal({ root, blockHash });
  });

  it('follow what a committee has signed, to the block that it finalised and no other', () => {
    const { checkpoints, beacon } = signed();
    const update = beacon.finalise(hashOf(5));
    expect(outcome(() => checkpoints.prove(headerOf(5), []))).to.equal('BLOCK_NOT_FINAL');
    expect(checkpoints.follow(update).finalised.blockHash).to.deep.equal(hashOf(5));
    expect(outcome(() => checkpoints.prove(headerOf(5, 1), []))).to.equal('BLOCK_NOT_FINAL');
    expect(checkpoints.prove(headerOf(5), [])).to.include({ number: 5 });
    expect(outcome(() => checkpoints.follow(update))).to.equal('UPDATE_STALE');
  });

  it('take no update with a bit changed', () => {
    const { checkpoints, beacon, kept } = signed();
    const store = kept.state.finality;
    const update = beacon.finalise(hashOf(5));
    for (const at of [0, 1, 40, 300, update.length - 60, update.length - 9]) {
      const bent = update.map((byte, index) => (index === at ? byte ^ 1 : byte));
      expect(
        outcome(() => checkpoints.follow(bent)),
        `byte ${at}`,
      ).to.be.oneOf(['UPDATE_REJECTED', 'PERIOD_MISSING']);
    }
    expect(kept.state.finality).to.equal(store);
  });

  it('know no block before one is proven, not the sealed head either', () => {
    const { kept, go } = begun();
    go(5);
    const { checkpoints } = begun(new KeptState(kept.state, 1));
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
    expect(checkpoints.newer(hashOf(5))).to.equal(undefined);
  });

  it('take a newer block for the head, keep the one below, and forget what is below that', () => {
    const { kept, checkpoints, go } = begun();
    expect(go(5)).to.include({ number: 5 });
    expect(kept.state.head).to.deep.equal({ number: 5, hash: hashOf(5) });
    expect(checkpoints.newer(hashOf(5))).to.equal(undefined);
    go(9);
    expect(kept.state.head).to.deep.equal({ number: 9, hash: hashOf(9) });
    expect([5, 9].map((number) => numberAt(checkpoints, hashOf(number)))).to.deep.equal([5, 9]);
    expect(checkpoints.newer(hashOf(5))?.block.number).to.equal(9);
    expect(checkpoints.newer(hashOf(9))).to.equal(undefined);
    go(10);
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
    expect(checkpoints.newer(hashOf(5))).to.equal(undefined);
    expect([9, 10].map((number) => numberAt(checkpoints, hashOf(number)))).to.deep.equal([9, 10]);
    expect(checkpoints.newer(hashOf(9))?.block.number).to.equal(10);
  });

  it('forget a block by what is followed alone: whether it is shown too is up to the host', () => {
    const { checkpoints, go, follow, prove } = begun();
    go(5);
    follow(9);
    expect(numberAt(checkpoints, hashOf(5)), 'one below').to.equal(5);
    expect(checkpoints.newer(hashOf(5)), 'not shown').to.equal(undefined);
    follow(10);
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
    expect(outcome(() => prove(5))).to.equal('BLOCK_NOT_FINAL');
    expect(prove(9)).to.include({ number: 9 });
    expect(prove(10)).to.include({ number: 10 });
    expect(checkpoints.newer(hashOf(9))?.block.number).to.equal(10);
  });

  it('take more nodes of either, and nothing moves', () => {
    const { kept, checkpoints, go, prove } = begun();
    go(5);
    go(9, [saying(2)]);
    expect(outcome(() => checkpoints.at(hashOf(5)).word('keyRegistry', SLOT))).to.equal('SLOT_NOT_PROVEN');
    expect(prove(5, [saying(7)])).to.include({ number: 5 });
    expect(kept.state.head?.number).to.equal(9);
    expect(checkpoints.at(hashOf(5)).word('keyRegistry', SLOT)).to.equal(7n);
    expect(checkpoints.newer(hashOf(5))?.proven('keyRegistry', SLOT)).to.equal(2n);
    prove(9, [saying(3)]);
    expect(checkpoints.newer(hashOf(5))?.proven('keyRegistry', SLOT)).to.equal(3n);
    expect(kept.nextGeneration()).to.equal(undefined);
  });

  it('refuse what is older, and what was never final', () => {
    const { go, follow, prove } = begun();
    for (const number of [5, 9, 10]) go(number);
    expect(outcome(() => follow(8))).to.equal('UPDATE_STALE');
    expect(outcome(() => follow(10))).to.equal('UPDATE_STALE');
    expect(outcome(() => prove(5))).to.equal('BLOCK_NOT_FINAL');
    expect(outcome(() => prove(9, [], 1))).to.equal('BLOCK_NOT_FINAL');
    expect(outcome(() => prove(9))).to.equal('accepted');
    expect(outcome(() => prove(10))).to.equal('accepted');
  });

  it('may name one block twice, as Gloas does after an empty slot: it is the newest and the one below, and goes as one', () => {
    const { checkpoints, follow, prove, go } = begun();
    go(5, [saying(2)]);
    checkpoints.follow(told(slotOf(6), hashOf(5)));
    expect(prove(5, [saying(3)])).to.include({ number: 5 });
    expect(checkpoints.newer(hashOf(5))?.proven('keyRegistry', SLOT)).to.equal(3n);
    go(9);
    expect(checkpoints.newer(hashOf(5))?.block.number).to.equal(9);
    follow(10);
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
  });

  it('freeze at two blocks that are final at one slot, in the next life too', () => {
    const { kept, checkpoints, go, follow, prove } = begun();
    go(5);
    expect(outcome(() => follow(5, 1))).to.equal('UPDATE_CONFLICT');
    expect(kept.nextGeneration(), 'sealed').to.equal(2);
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('ENCLAVE_FROZEN');
    const again = begun(new KeptState(kept.state, 3));
    for (const act of [() => follow(9), () => prove(5), () => again.follow(9), () => again.prove(5)])
      expect(outcome(act)).to.equal('ENCLAVE_FROZEN');
  });

  it('freeze at two next committees of one period, whichever blocks they are shown with, once both are signed', () => {
    const first = blockAt(CONFIG, 8);
    const bootstrapped = { root: first.root, bootstrap: bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAt(first)) };
    const kept = fresh({ checkpoint: bootstrapped }, CONFIG);
    const checkpoints = new Checkpoints({ applyUpdate, verifyState }, CONFIGURATION, CONFIG, kept);
    const follow = (made: Parameters<typeof scene>[1]) =>
      outcome(() => checkpoints.follow(bytesOfAnswer(CONFIG, 'update', scene(CONFIG, made).update)));
    const other = { finalised: 20, attested: 24, content: { next: committeeOf(2).committee } };
    expect(follow({ finalised: 16, attested: 24 })).to.equal('accepted');
    expect(follow({ ...other, signers: committeeOf(1) }), 'signed by others').to.equal('UPDATE_REJECTED');
    expect(kept.state.isFrozen).to.equal(false);
    expect(follow(other)).to.equal('UPDATE_CONFLICT');
    expect(kept.state.isFrozen).to.equal(true);
    expect(follow({ finalised: 20, attested: 24 }), 'nor on its own chain').to.equal('ENCLAVE_FROZEN');
  });

  it('go on in a new life from what was sealed, and from nothing below it', () => {
    const { kept, go } = begun();
    go(5);
    go(9);
    const next = begun(new KeptState(kept.state, 1));
    expect(outcome(() => next.prove(5))).to.equal('BLOCK_NOT_FINAL');
    expect(outcome(() => next.follow(8))).to.equal('UPDATE_STALE');
    expect(next.prove(9)).to.include({ number: 9 });
    expect(next.kept.nextGeneration()).to.equal(undefined);
  });

  it('are sealed with a new committee, and otherwise with whatever is sealed next', () => {
    const { kept, checkpoints, beacon } = signed();
    checkpoints.follow(beacon.finalise(hashOf(5)));
    expect(kept.nextGeneration(), 'the next committee is known').to.equal(2);
    checkpoints.follow(beacon.finalise(hashOf(6)).slice());
    expect(kept.nextGeneration()).to.equal(undefined);
    expect(kept.state.finality.finalised.blockHash).to.deep.equal(hashOf(6));
  });

  it('change nothing when a header or a node is refused', () => {
    const { kept, checkpoints, go, follow, prove } = begun();
    go(5);
    go(9, [saying(2)]);
    follow(10);
    expect(outcome(() => prove(10, [BAD]))).to.equal('TRIE_NODE_TOO_LARGE');
    expect(outcome(() => checkpoints.prove(new Uint8Array(9), []))).to.equal('HEADER_MALFORMED');
    expect(kept.state.head).to.deep.equal({ number: 9, hash: hashOf(9) });
    expect(kept.nextGeneration()).to.equal(undefined);
    expect(numberAt(checkpoints, hashOf(9))).to.equal(9);
    expect(outcome(() => checkpoints.at(hashOf(10)))).to.equal('BLOCK_UNKNOWN');
  });
});

describe('a fork that the image does not have', () => {
  /** The chain's own: Gloas from epoch 3 on. */
  const chain = developmentConfig({
    syncCommitteeSize: 8,
    forks: [
      { epoch: 0, shape: 'electra' },
      { epoch: 3, shape: 'gloas' },
    ],
  });
  const GLOAS = chain.forks[1]!;
  const BEFORE = 2;
  const AFTER = 9;
  const row = (change: Partial<Record<keyof typeof PACKED.fork, number>> = {}) => {
    const version = Number(uintOf(GLOAS.version));
    return pack(PACKED.fork, { version, epoch: 3, shape: 4, effectiveAt: 0, ...change });
  };

  /** What the chain has of forks at each block, where the host shows it. */
  function crossing(rows: (block: number) => readonly bigint[] | null, beacon = beaconOf(chain), kept = fresh(beacon)) {
    const wordsAt = (block: number) => {
      const shown = rows(block);
      const named = (at: Slot, word: bigint) => [slotName(at.contract, at.slot), word] as const;
      if (shown === null) return new Map<string, bigint>();
      return new Map([
        named(forkCountSlot(), BigInt(shown.length)),
        ...shown.map((word, at) => named(forkSlot(at + 1), word)),
      ]);
    };
    const verify: VerifyState = (header) => {
      const { state, add } = verifyState(header, CONFIGURATION);
      const words = wordsAt(state.block.number);
      return { state: provenState(state.block, (name) => words.get(name)), add };
    };
    const verifiers = { applyUpdate, verifyState: verify };
    const checkpoints = new Checkpoints(verifiers, CONFIGURATION, FINALITY, kept);
    const go = (from: number, to: number, isShown = true): string => {
      for (let block = from; block <= to; block += 1) {
        const followed = outcome(() => checkpoints.follow(beacon.finalise(hashOf(block))));
        if (followed !== 'accepted') return `${followed} at ${block}`;
        if (isShown) checkpoints.prove(headerOf(block), []);
      }
      return 'crossed';
    };
    return { go, kept, beacon, checkpoints };
  }

  it('stops an enclave that was not shown a vote on it', () => {
    for (const rows of [() => null, () => []])
      expect(crossing(rows).go(1, AFTER)).to.match(/^UPDATE_REJECTED at [3-9]$/);
  });

  it('is crossed once a vote on it is proven before it, and effective', () => {
    const { go, kept } = crossing(() => [row()]);
    expect(go(1, AFTER)).to.equal('crossed');
    expect(kept.state.forks).to.deep.equal([GLOAS]);
  });

  it('is sealed when it is learnt, and crossed in another life that is shown nothing', () => {
    const { go, kept, beacon } = crossing(() => [row()]);
    expect(go(1, 1)).to.equal('crossed');
    expect(go(BEFORE, BEFORE)).to.equal('crossed');
    expect(kept.nextGeneration(), 'learnt').to.not.equal(undefined);
    const next = crossing(() => null, beacon, new KeptState(kept.state, 1));
    expect(next.go(BEFORE + 1, AFTER)).to.equal('crossed');
  });

  const useless: Record<string, readonly bigint[]> = {
    'in a format that is another': [row({ shape: 3 })],
    'in a format that this image does not have': [row({ shape: 5 })],
    'of another version': [row({ version: 7 })],
    'of another epoch': [row({ epoch: 2 })],
    'that is not in effect': [row({ effectiveAt: 1 })],
  };
  for (const [what, rows] of Object.entries(useless))
    it(`is not crossed by a vote on one ${what}`, () => {
      expect(crossing(() => rows).go(1, AFTER)).to.match(/^UPDATE_REJECTED at [2-9]$/);
    });

  it('is not crossed once a vote has taken it back, as far as the newest block shows', () => {
    const { go, kept } = crossing((block) => (block < BEFORE ? [row()] : []));
    expect(go(1, AFTER)).to.match(/^UPDATE_REJECTED at [3-9]$/);
    expect(kept.state.forks).to.deep.equal([]);
  });

  it('stays once it has begun: a vote that takes it back stops nobody, nor does one that puts another in its place', () => {
    for (const later of [[], [row({ shape: 3 })], [row({ version: 7 })]]) {
      const { go, kept, beacon } = crossing((block) => (block <= AFTER ? [row()] : later));
      expect(go(1, AFTER + 3)).to.equal('crossed');
      expect(kept.state.forks).to.deep.equal([GLOAS]);
      const next = crossing(() => later, beacon, new KeptState(kept.state, 1));
      expect(next.go(AFTER + 4, AFTER + 6), 'in another life').to.equal('crossed');
    }
  });

  it('is not learnt from a word that is malformed, nor from part of a list', () => {
    const beyond = crossing(() => [row() | (1n << 200n)]);
    expect(beyond.go(1, AFTER)).to.equal('WORD_MALFORMED at 2');
    const many = crossing(() => Array(MAX_FORKS + 1).fill(row()));
    expect(many.go(1, AFTER)).to.equal('WORD_MALFORMED at 2');
  });
});
