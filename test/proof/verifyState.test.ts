/** Proofs of the measured contracts under one block: real tries, one lie at a time. */

import { expect } from 'chai';
import fc from 'fast-check';
import type { UnverifiedProof } from '../../signer/enclave/decode/stateProof.ts';
import { verifyRequest } from '../../signer/enclave/path/verifyRequest.ts';
import type { ContractName } from '../../signer/formats/configuration.ts';
import { isRefusal } from '../../signer/formats/refusal.ts';
import type { Slot } from '../../signer/proof/slots.ts';
import { keySlot, requestSlot, slotsForRequest } from '../../signer/proof/slots.ts';
import type { ProvenState } from '../../signer/proof/state.ts';
import { verifyState } from '../../signer/proof/verifyState.ts';
import { CONFIGURATION, facts, MEASUREMENT, NOW, word, wordsOf } from '../enclave/path/support/facts.ts';
import type { Account, Word } from './support/chain.ts';
import { chainOf, hashOf, rlp } from './support/chain.ts';
import { outcome } from './support/refusals.ts';

type Mutable<T> = T extends Uint8Array ? T : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Shown = Mutable<UnverifiedProof>;

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

async function shown(words = WORDS, slots: readonly Slot[] = SLOTS, bend?: Bend): Promise<Shown> {
  const chain = await chainOf(CONFIGURATION, words, bend);
  return (await chain.prove(slots)) as Shown;
}
type Bend = (name: ContractName, account: Account) => Uint8Array | undefined;

async function refusal(bend: (proof: Shown) => unknown): Promise<string> {
  const proof = await shown();
  bend(proof);
  return outcome(() => verifyState(proof, CONFIGURATION));
}

async function accountRefusal(bend: Bend): Promise<string> {
  const proof = await shown(WORDS, SLOTS, (name, account) =>
    name === 'keyRegistry' ? bend(name, account) : undefined,
  );
  return outcome(() => verifyState(proof, CONFIGURATION));
}

function proven(proof: UnverifiedProof): ProvenState {
  const state = verifyState(proof, CONFIGURATION);
  if (isRefusal(state)) throw new Error(`${state.code}: ${state.detail}`);
  return state;
}

describe('verifyState', () => {
  it('proves words, and zero where there is none', async () => {
    const proof = await shown();
    const state = proven(proof);
    const words = SLOTS.map(({ contract, slot }) => state.word(contract, slot));
    expect(words).to.deep.equal([0x1234n, 2n ** 256n - 1n, 7n, 0n]);
    expect(state.block).to.deep.equal({
      number: 21_000_000,
      hash: hashOf(proof.header),
      timestamp: NOW,
      prevRandao: word(0xda),
    });
  });

  it('refuses to know a slot that was not proven, or that was proven for another contract', async () => {
    const state = proven(await shown(WORDS, [SLOTS[0]]));
    expect(outcome(() => state.word('keyRegistry', SLOTS[1].slot))).to.equal('SLOT_NOT_PROVEN');
    expect(outcome(() => state.word('enclaveRegistry', SLOTS[0].slot))).to.equal('SLOT_NOT_PROVEN');
    expect(state.word('keyRegistry', SLOTS[0].slot)).to.equal(0x1234n);
  });

  it('proves zero in a contract without storage, with no node or with the empty one', async () => {
    const proof = await shown([], SLOTS);
    for (const nodes of [[], [Uint8Array.of(0x80)]]) {
      for (const account of proof.accounts) for (const slot of account.slots) slot.proof = nodes;
      const state = proven(proof);
      for (const { contract, slot } of SLOTS) expect(state.word(contract, slot)).to.equal(0n);
    }
  });

  describe('refuses', () => {
    const [keys, requests] = [0, 1];
    const lies: Record<string, [string, (proof: Shown) => unknown]> = {
      'an account that is not measured': [
        'PROOF_ACCOUNT_UNKNOWN',
        ({ accounts }) => (accounts[keys]!.address = new Uint8Array(20)),
      ],
      'an account twice': ['PROOF_ACCOUNT_REPEATED', ({ accounts }) => accounts.push(accounts[keys]!)],
      'a slot twice': ['PROOF_SLOT_REPEATED', ({ accounts }) => accounts[keys]!.slots.push(accounts[keys]!.slots[0]!)],
      "another account's proof": [
        'TRIE_HASH_MISMATCH',
        ({ accounts }) => (accounts[keys]!.proof = accounts[requests]!.proof),
      ],
      "another contract's storage": [
        'TRIE_HASH_MISMATCH',
        ({ accounts }) => (accounts[keys]!.slots = accounts[requests]!.slots),
      ],
      'an account proof that is empty': ['TRIE_TRUNCATED', ({ accounts }) => (accounts[keys]!.proof = [])],
      'an account proof that ends early': ['TRIE_TRUNCATED', ({ accounts }) => accounts[keys]!.proof.pop()],
      'a storage proof that is empty': ['TRIE_TRUNCATED', ({ accounts }) => (accounts[requests]!.slots[0]!.proof = [])],
      'the empty trie in place of a storage proof': [
        'TRIE_HASH_MISMATCH',
        ({ accounts }) => (accounts[requests]!.slots[0]!.proof = [Uint8Array.of(0x80)]),
      ],
      'a storage proof that ends early': [
        'TRIE_TRUNCATED',
        ({ accounts }) => accounts[requests]!.slots[0]!.proof.pop(),
      ],
      'a storage proof with a node more': [
        'TRIE_UNUSED_NODES',
        ({ accounts }) => accounts[requests]!.slots[0]!.proof.push(accounts[keys]!.slots[0]!.proof[0]!),
      ],
    };
    for (const [name, [code, lie]] of Object.entries(lies)) {
      it(name, async () => expect(await refusal(lie)).to.equal(code));
    }

    it('the proof of one slot for another, there or not', async () => {
      const swap = await refusal(({ accounts }) => {
        const [there, absent] = accounts[requests]!.slots;
        [there!.proof, absent!.proof] = [absent!.proof, there!.proof];
      });
      expect(swap).to.match(/^TRIE_/);
    });

    it('proofs from two blocks', async () => {
      const older = await shown([{ at: SLOTS[0], word: 1n }]);
      expect(await refusal(({ accounts }) => (accounts[keys] = older.accounts[0]!))).to.equal('TRIE_HASH_MISMATCH');
      expect(await refusal((proof) => (proof.header = older.header))).to.equal('TRIE_HASH_MISMATCH');
      const mixed = await refusal(({ accounts }) => (accounts[keys]!.slots = older.accounts[0]!.slots));
      expect(mixed).to.equal('TRIE_HASH_MISMATCH');
    });

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
        const proof = await shown(words);
        return outcome(() => verifyState(proof, CONFIGURATION));
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
      const all = facts();
      const words = [...wordsOf(all).values()];
      const bits = words.map((each) =>
        each.at.slot.join() === requestSlot(all.requestId).slot.join()
          ? { ...each, word: each.word | (1n << 200n) }
          : each,
      );
      const members = [0, 1].map((at) => ({ id: all.enclaves[at]!.id, measurement: MEASUREMENT }));
      const slots = slotsForRequest({ ...all.request, id: all.requestId }, members);
      const verify = async (all_: readonly Word[]) => {
        const state = proven(await shown(all_, slots));
        return outcome(() => verifyRequest(state, CONFIGURATION, all.self, all.committee, all.set, all.request));
      };
      expect(await verify(words)).to.equal('accepted');
      expect(await verify(bits)).to.equal('WORD_MALFORMED');
    });
  });

  it('proves nothing with any bit of any node or address changed, and throws nothing but refusals [I1]', async () => {
    const right = await shown();
    const spots = ({ accounts }: Shown): Uint8Array[] =>
      accounts.flatMap(({ address, proof, slots }) => [address, ...proof, ...slots.flatMap((each) => each.proof)]);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(7), (spot, byte, bit) => {
        const proof = structuredClone(right);
        const bytes = spots(proof)[spot % spots(proof).length]!;
        bytes[byte % bytes.length]! ^= 1 << bit;
        const expected = /^(PROOF_ACCOUNT_UNKNOWN|TRIE_HASH_MISMATCH)$/;
        expect(outcome(() => verifyState(proof, CONFIGURATION))).to.match(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('proves at most the absence of a slot that nobody wrote, with the proof of another', async () => {
    const right = await shown();
    fc.assert(
      fc.property(fc.nat(1), fc.nat(1), fc.nat(255), (account, at, bit) => {
        const proof = structuredClone(right);
        const { slot } = proof.accounts[account]!.slots[at]!;
        slot[bit >> 3]! ^= 1 << (bit & 7);
        const state = verifyState(proof, CONFIGURATION);
        const contract = SLOTS[2 * account]!.contract;
        if (!isRefusal(state)) expect(state.word(contract, slot)).to.equal(0n);
      }),
      { numRuns: 300 },
    );
  });
});
