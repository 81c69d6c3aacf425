/** The head and the block below it: what moves them, what a call may name, and which words forbid. */

import { expect } from 'chai';
import { Checkpoints } from '../../signer/enclave/checkpoints.ts';
import { KeptState } from '../../signer/enclave/sealing/keptState.ts';
import type { Head } from '../../signer/enclave/sealing/state.ts';
import { refuse } from '../../signer/formats/refusal.ts';
import { hash, uintOf, uintWord } from '../../signer/formats/words.ts';
import type { Proof, ProvenState, VerifyState } from '../../signer/proof/state.ts';
import { outcome } from '../proof/support/refusals.ts';
import { CONFIGURATION, word } from './path/support/facts.ts';
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

function begun(head: Head | null = null) {
  const identity = identities.of(word(3));
  const kept = new KeptState({ identity, head, shares: [] }, 1);
  return { kept, checkpoints: new Checkpoints(verifyState, CONFIGURATION, kept) };
}

const numberAt = (checkpoints: Checkpoints, hash: Uint8Array) => checkpoints.at(hash).block.number;

describe('checkpoints', () => {
  it('know no block before one is proven, not the sealed head either', () => {
    const { checkpoints } = begun({ number: 5, hash: hashOf(5) });
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
    expect(checkpoints.newer(hashOf(5))).to.equal(undefined);
  });

  it('take a newer block for the head, keep the one below, and forget what is below that', () => {
    const { kept, checkpoints } = begun();
    expect(checkpoints.prove(headerOf(5), [])).to.include({ number: 5 });
    expect(kept.state.head).to.deep.equal({ number: 5, hash: hashOf(5) });
    expect(checkpoints.newer(hashOf(5))).to.equal(undefined);
    checkpoints.prove(headerOf(9), []);
    expect(kept.state.head).to.deep.equal({ number: 9, hash: hashOf(9) });
    expect([5, 9].map((number) => numberAt(checkpoints, hashOf(number)))).to.deep.equal([5, 9]);
    expect(checkpoints.newer(hashOf(5))?.block.number).to.equal(9);
    expect(checkpoints.newer(hashOf(9))).to.equal(undefined);
    checkpoints.prove(headerOf(10), []);
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
    expect(checkpoints.newer(hashOf(5))).to.equal(undefined);
    expect([9, 10].map((number) => numberAt(checkpoints, hashOf(number)))).to.deep.equal([9, 10]);
    expect(checkpoints.newer(hashOf(9))?.block.number).to.equal(10);
  });

  it('take more nodes of either, and nothing moves', () => {
    const { kept, checkpoints } = begun();
    checkpoints.prove(headerOf(5), []);
    checkpoints.prove(headerOf(9), [saying(2)]);
    kept.nextGeneration();
    expect(outcome(() => checkpoints.at(hashOf(5)).word('keyRegistry', SLOT))).to.equal('SLOT_NOT_PROVEN');
    expect(checkpoints.prove(headerOf(5), [saying(7)])).to.include({ number: 5 });
    expect(checkpoints.at(hashOf(5)).word('keyRegistry', SLOT)).to.equal(7n);
    expect(checkpoints.newer(hashOf(5))?.proven('keyRegistry', SLOT)).to.equal(2n);
    checkpoints.prove(headerOf(9), [saying(3)]);
    expect(checkpoints.newer(hashOf(5))?.proven('keyRegistry', SLOT)).to.equal(3n);
    expect(kept.nextGeneration()).to.equal(undefined);
  });

  it('refuse what is older than the head, of another fork, or forgotten', () => {
    const { checkpoints } = begun();
    for (const number of [5, 9, 10]) checkpoints.prove(headerOf(number), []);
    const refusal = (number: number, fork = 0) => outcome(() => checkpoints.prove(headerOf(number, fork), []));
    expect(refusal(8)).to.equal('HEAD_OLDER');
    expect(refusal(5)).to.equal('HEAD_OLDER');
    expect(refusal(9, 1)).to.equal('HEAD_OLDER');
    expect(refusal(10, 1)).to.equal('HEAD_CONFLICT');
    expect(refusal(9)).to.equal('accepted');
    expect(refusal(10)).to.equal('accepted');
  });

  it('hold a new life to the sealed head, and let it prove that one without a new generation', () => {
    const { kept, checkpoints } = begun({ number: 5, hash: hashOf(5) });
    expect(outcome(() => checkpoints.prove(headerOf(4), []))).to.equal('HEAD_OLDER');
    expect(outcome(() => checkpoints.prove(headerOf(5, 1), []))).to.equal('HEAD_CONFLICT');
    checkpoints.prove(headerOf(5), []);
    expect(kept.nextGeneration()).to.equal(undefined);
    expect(numberAt(checkpoints, hashOf(5))).to.equal(5);
  });

  it('keep no sealed head below: only what this life has proven', () => {
    const { checkpoints } = begun({ number: 5, hash: hashOf(5) });
    checkpoints.prove(headerOf(9), []);
    expect(outcome(() => checkpoints.at(hashOf(5)))).to.equal('BLOCK_UNKNOWN');
    expect(outcome(() => checkpoints.prove(headerOf(5), []))).to.equal('HEAD_OLDER');
  });

  it('change nothing when a header or a node is refused', () => {
    const { kept, checkpoints } = begun();
    checkpoints.prove(headerOf(5), []);
    checkpoints.prove(headerOf(9), [saying(2)]);
    kept.nextGeneration();
    expect(outcome(() => checkpoints.prove(headerOf(10), [BAD]))).to.equal('TRIE_NODE_TOO_LARGE');
    expect(outcome(() => checkpoints.prove(new Uint8Array(9), []))).to.equal('HEADER_MALFORMED');
    expect(kept.state.head).to.deep.equal({ number: 9, hash: hashOf(9) });
    expect(kept.nextGeneration()).to.equal(undefined);
    expect([5, 9].map((number) => numberAt(checkpoints, hashOf(number)))).to.deep.equal([5, 9]);
    expect(outcome(() => checkpoints.at(hashOf(10)))).to.equal('BLOCK_UNKNOWN');
  });
});
