/** Words of the measured contracts under one block: real tries, one lie at a time. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ContractName } from '../../signer/formats/configuration.ts';
import { MAX_NODES } from '../../signer/proof/nodes.ts';
import { readRequest } from '../../signer/proof/records.ts';
import type { Slot } from '../../signer/proof/slots.ts';
import { keySlot, requestSlot } from '../../signer/proof/slots.ts';
import type { Proof, ProvenState } from '../../signer/proof/state.ts';
import { verifyState } from '../../signer/proof/verifyState.ts';
import { CONFIGURATION, NOW, word } from '../enclave/path/support/facts.ts';
import type { Account, Chain, Word } from './support/chain.ts';
import { chainOf, hashOf, rlp } from './support/chain.ts';
import { outcome } from './support/refusals.ts';

const SLOTS = [
  keySlot(word(1), 'word'),
  keySlot(word(1), 'committee'),
  requestSlot(word(2)),
  requestSlot(word(3)),
] as const;
const WORDS: readonly Word[] = [
  { at: SLOTS[0], word: 0x1234n },
  { at: SLOTS[1], word: 2n ** 256n - 1n },
  { at: SLOTS[2], word: 7n },
  ...Array.from({ length: 20 }, (_, seed) => ({ at: requestSlot(word(0x80 + seed)), word: BigInt(seed + 1) })),
];

type Bend = (name: ContractName, account: Account) => Uint8Array | undefined;

const shown = (words = WORDS, bend?: Bend): Promise<Chain> => chainOf(CONFIGURATION, words, bend);

function proofOf({ header }: Chain, nodes: readonly Uint8Array[]): Proof {
  const proof = verifyState(header, CONFIGURATION);
  proof.add(nodes);
  return proof;
}

const wordsIn = ({ state }: Proof, slots: readonly Slot[] = SLOTS) =>
  slots.map(({ contract, slot }) => state.word(contract, slot));

/** What asking for a slot comes to: its word, or the code of a refusal. */
function asked({ word: ask }: ProvenState, { contract, slot }: Slot): bigint | string {
  let found: bigint | undefined;
  const code = outcome(() => {
    found = ask(contract, slot);
  });
  return found ?? code;
}

describe('verifyState', () => {
  it('proves words, and zero where there is none', async () => {
    const chain = await shown();
    const proof = proofOf(chain, await chain.nodesFor(SLOTS));
    expect(wordsIn(proof)).to.deep.equal([0x1234n, 2n ** 256n - 1n, 7n, 0n]);
    expect(wordsIn(proof)).to.deep.equal([0x1234n, 2n ** 256n - 1n, 7n, 0n]);
    expect(SLOTS.map(({ contract, slot }) => proof.state.proven(contract, slot))).to.deep.equal(wordsIn(proof));
    expect(proof.state.block).to.deep.equal({
      number: 21_000_000,
      hash: hashOf(chain.header),
      timestamp: NOW,
      prevRandao: word(0xda),
    });
  });

  it('knows no more than its nodes tell: without an account, without a word, of another contract', async () => {
    const chain = await shown();
    const { state, add } = verifyState(chain.header, CONFIGURATION);
    const [first, , third] = SLOTS;
    const codes = () => [first, third].map((slot) => asked(state, slot));
    const lenient = () => [first, third].map(({ contract, slot }) => state.proven(contract, slot));

    expect(codes()).to.deep.equal(['ACCOUNT_NOT_PROVEN', 'ACCOUNT_NOT_PROVEN']);
    expect(lenient()).to.deep.equal([undefined, undefined]);
    add(await chain.accountNodes('keyRegistry'));
    expect(codes()).to.deep.equal(['SLOT_NOT_PROVEN', 'ACCOUNT_NOT_PROVEN']);
    expect(lenient()).to.deep.equal([undefined, undefined]);
    add(await chain.nodesFor([first]));
    expect(codes()).to.deep.equal([0x1234n, 'ACCOUNT_NOT_PROVEN']);
    add(await chain.nodesFor([third]));
    expect(codes()).to.deep.equal([0x1234n, 7n]);
    expect(lenient()).to.deep.equal([0x1234n, 7n]);
    expect(asked(state, { contract: 'signingRequests', slot: first.slot })).to.equal('SLOT_NOT_PROVEN');
  });

  it('takes nodes in any order and in any number of calls, those of before again too', async () => {
    const chain = await shown();
    const nodes = await chain.nodesFor(SLOTS);
    const { state, add } = verifyState(chain.header, CONFIGURATION);
    for (const node of nodes.toReversed()) add([node]);
    add(nodes);
    add([]);
    expect(SLOTS.map(({ contract, slot }) => state.word(contract, slot))).to.deep.equal([
      0x1234n,
      2n ** 256n - 1n,
      7n,
      0n,
    ]);
  });

  it('does not mind what else is shown', async () => {
    const [chain, older] = [await shown(), await shown([{ at: SLOTS[0], word: 1n }])];
    const strange = [...(await older.nodesFor(SLOTS)), Uint8Array.of(0x80), new Uint8Array(532), new Uint8Array()];
    const proof = proofOf(chain, await chain.nodesFor(SLOTS));
    proof.add(strange);
    expect(wordsIn(proof)).to.deep.equal([0x1234n, 2n ** 256n - 1n, 7n, 0n]);
  });

  it('proves zero in a contract without storage, with no node or with the empty one', async () => {
    const chain = await shown([]);
    const accounts = await chain.nodesFor(SLOTS);
    for (const more of [[], [Uint8Array.of(0x80)]]) {
      const distinct = [...new Map([...accounts, ...more].map((node) => [bytesToHex(node), node])).values()];
      expect(wordsIn(proofOf(chain, distinct))).to.deep.equal([0n, 0n, 0n, 0n]);
    }
  });

  describe('refuses', () => {
    const refusal = async (bend: (nodes: Uint8Array[]) => unknown): Promise<string> => {
      const chain = await shown();
      const nodes = await chain.nodesFor(SLOTS);
      bend(nodes);
      return outcome(() => wordsIn(proofOf(chain, nodes)));
    };

    it('a header that is none, before anything is taken', async () => {
      const { header } = await shown();
      expect(outcome(() => verifyState(header.slice(1), CONFIGURATION))).to.match(/^RLP_/);
      expect(outcome(() => verifyState(new Uint8Array(1025), CONFIGURATION))).to.equal('HEADER_MALFORMED');
    });

    it('a node twice in one call', async () =>
      expect(await refusal((nodes) => nodes.push(nodes[1]!))).to.equal('PROOF_NODE_REPEATED'));

    it('a node larger than any', async () =>
      expect(await refusal((nodes) => nodes.push(new Uint8Array(533)))).to.equal('TRIE_NODE_TOO_LARGE'));

    it('more nodes than a block needs, in one call or in many, and takes none of the call', async () => {
      const chain = await shown();
      const nodes = await chain.nodesFor(SLOTS);
      const fillers = Array.from({ length: MAX_NODES }, (_, at) => Uint8Array.of(at >> 8, at));
      expect(outcome(() => proofOf(chain, [...fillers, ...nodes]))).to.equal('TRIE_TOO_MANY_NODES');
      const proof = proofOf(chain, fillers.slice(nodes.length - 1));
      expect(outcome(() => proof.add(nodes))).to.equal('TRIE_TOO_MANY_NODES');
      expect(asked(proof.state, SLOTS[0])).to.equal('ACCOUNT_NOT_PROVEN');
      proof.add(nodes.slice(1));
      expect(asked(proof.state, SLOTS[0])).to.equal('ACCOUNT_NOT_PROVEN');
      proof.add(nodes.slice(1));
      expect(outcome(() => proof.add(nodes))).to.equal('TRIE_TOO_MANY_NODES');
    });

    it('all of a call for one bad node in it', async () => {
      const chain = await shown();
      const proof = verifyState(chain.header, CONFIGURATION);
      const nodes = await chain.nodesFor(SLOTS);
      for (const bad of [new Uint8Array(533), nodes[0]!]) {
        expect(outcome(() => proof.add([...nodes, bad]))).to.not.equal('accepted');
        expect(asked(proof.state, SLOTS[0])).to.equal('ACCOUNT_NOT_PROVEN');
      }
    });

    it('the words of another block', async () => {
      const [chain, older] = [await shown(), await shown([{ at: SLOTS[0], word: 1n }])];
      const proof = proofOf(chain, await older.nodesFor(SLOTS));
      expect(asked(proof.state, SLOTS[0])).to.equal('ACCOUNT_NOT_PROVEN');
      proof.add(await chain.accountNodes('keyRegistry'));
      expect(asked(proof.state, SLOTS[0])).to.equal('SLOT_NOT_PROVEN');
    });

    const accountRefusal = async (bend: Bend): Promise<string> => {
      const chain = await shown(WORDS, (name, account) => (name === 'keyRegistry' ? bend(name, account) : undefined));
      const { state } = proofOf(chain, await chain.nodesFor(SLOTS));
      const { contract, slot } = SLOTS[0];
      expect(outcome(() => state.proven(contract, slot))).to.equal(outcome(() => state.word(contract, slot)));
      expect(asked(state, SLOTS[2])).to.equal(7n);
      return outcome(() => state.word(contract, slot));
    };

    it('an account that is not there', async () => {
      expect(await accountRefusal(() => new Uint8Array())).to.equal('ACCOUNT_ABSENT');
    });

    it('other code, no code, and a delegation', async () => {
      const delegation = hashOf(Uint8Array.of(0xef, 0x01, 0x00, ...new Uint8Array(20)));
      for (const codeHash of [word(1), hashOf(new Uint8Array()), delegation]) {
        const code = await accountRefusal((_, account) => {
          account.codeHash = codeHash;
          return undefined;
        });
        expect(code).to.equal('ACCOUNT_CODE_HASH');
      }
    });

    it('accounts that are none', async () => {
      const { codeHash } = CONFIGURATION.contracts.keyRegistry;
      const of = (...fields: (Uint8Array | Uint8Array[])[]) => accountRefusal(() => rlp(fields));
      const one = Uint8Array.of(1);
      expect(await of(one, one, word(1))).to.equal('ACCOUNT_MALFORMED');
      expect(await of(one, one, word(1), codeHash, one)).to.equal('ACCOUNT_MALFORMED');
      expect(await of(one, one, word(1).slice(1), codeHash)).to.equal('ACCOUNT_MALFORMED');
      expect(await of(one, one, word(1), new Uint8Array())).to.equal('ACCOUNT_MALFORMED');
      expect(await of(Uint8Array.of(0, 1), one, word(1), codeHash)).to.equal('RLP_LEADING_ZERO');
      expect(await of(new Uint8Array(9).fill(1), one, word(1), codeHash)).to.equal('RLP_INTEGER_TOO_LONG');
      expect(await of(one, new Uint8Array(33).fill(1), word(1), codeHash)).to.equal('RLP_INTEGER_TOO_LONG');
      expect(await of(one, one, [word(1)], codeHash)).to.equal('RLP_WRONG_KIND');
      expect(await accountRefusal(() => Uint8Array.of(0x01))).to.equal('RLP_WRONG_KIND');
    });

    it('storage that no contract can write', async () => {
      const stored = async (...raw: number[]) => {
        const words = WORDS.map((each) => (each.at === SLOTS[2] ? { ...each, raw: Uint8Array.from(raw) } : each));
        const chain = await shown(words);
        const { state } = proofOf(chain, await chain.nodesFor(SLOTS));
        return outcome(() => state.word(SLOTS[2].contract, SLOTS[2].slot));
      };
      expect(await stored(0x07)).to.equal('accepted');
      expect(await stored(0x80)).to.equal('STORAGE_STORED_ZERO');
      expect(await stored(0x00)).to.equal('RLP_LEADING_ZERO');
      expect(await stored(0x82, 0x00, 0x07)).to.equal('RLP_LEADING_ZERO');
      expect(await stored(0x81, 0x07)).to.equal('RLP_NOT_MINIMAL');
      expect(await stored(0xa1, ...new Uint8Array(33).fill(1))).to.equal('RLP_INTEGER_TOO_LONG');
      expect(await stored(0xc1, 0x07)).to.equal('RLP_WRONG_KIND');
      expect(await stored(0x07, 0x07)).to.equal('RLP_TRAILING_BYTES');
      expect(await stored(0xb8, 0x01, 0x07)).to.equal('RLP_NOT_MINIMAL');
      expect(await stored(0x82, 0x07)).to.equal('RLP_TRUNCATED');
    });

    it('a word with bits beyond its fields', async () => {
      const read = async (bits: bigint) => {
        const [, , at] = SLOTS;
        const chain = await shown([{ at, word: 2n | bits }]);
        const { state } = proofOf(chain, await chain.nodesFor([at]));
        return outcome(() => readRequest(state, word(2)));
      };
      expect(await read(0n)).to.equal('accepted');
      expect(await read(1n << 200n)).to.equal('WORD_MALFORMED');
    });
  });

  it('proves the same words or nothing with any byte of any node changed, and throws nothing but refusals [I1]', async () => {
    const chain = await shown();
    const nodes = await chain.nodesFor(SLOTS);
    const right = wordsIn(proofOf(chain, nodes));
    let told = 0;
    for (const [at, node] of nodes.entries()) {
      for (let byte = 0; byte < node.length; byte++) {
        const bent = node.with(byte, node[byte]! ^ (1 << (byte & 7)));
        const { state } = proofOf(chain, nodes.with(at, bent));
        SLOTS.forEach((slot, index) => {
          const found = asked(state, slot);
          if (typeof found === 'bigint') told += 1;
          expect(found).to.be.oneOf([right[index], 'SLOT_NOT_PROVEN', 'ACCOUNT_NOT_PROVEN']);
        });
      }
    }
    expect(told).to.be.greaterThan(100);
  });

  it('proves nothing with any byte of the header changed but what the state root does not say', async () => {
    const chain = await shown();
    const nodes = await chain.nodesFor(SLOTS);
    const rootAt = bytesToHex(chain.header).indexOf(bytesToHex(chain.stateRoot)) / 2;
    for (let byte = 0; byte < chain.header.length; byte++) {
      const header = chain.header.with(byte, chain.header[byte]! ^ 1);
      let found: unknown;
      const code = outcome(() => {
        const proof = proofOf({ ...chain, header }, nodes);
        expect(proof.state.block.hash).to.not.deep.equal(hashOf(chain.header));
        found = asked(proof.state, SLOTS[0]);
      });
      if (byte >= rootAt && byte < rootAt + 32) expect(found).to.equal('ACCOUNT_NOT_PROVEN');
      else if (code === 'accepted') expect(found).to.equal(0x1234n);
      else expect(code).to.match(/^(HEADER|RLP)_/);
    }
  });

  it('proves at most the absence of a slot that nobody wrote, with the nodes of another', async () => {
    const chain = await shown();
    const { state } = proofOf(chain, await chain.nodesFor(SLOTS));
    const seen = new Set<unknown>();
    fc.assert(
      fc.property(fc.constantFrom(...SLOTS), fc.nat(255), ({ contract, slot }, bit) => {
        const other = slot.with(bit >> 3, slot[bit >> 3]! ^ (1 << (bit & 7)));
        const found = asked(state, { contract, slot: other });
        expect(found).to.be.oneOf([0n, 'SLOT_NOT_PROVEN']);
        seen.add(found);
      }),
      { numRuns: 1000 },
    );
    expect(seen.size).to.equal(2);
  });
});
