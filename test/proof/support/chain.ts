/** A block whose state and storage tries are built by @ethereumjs/mpt and ethers, with proofs as `eth_getProof` gives them. */

import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeRlp, getBytes, toBeArray } from 'ethers';
import type { UnverifiedProof } from '../../../signer/enclave/decode/stateProof.ts';
import type { Configuration, ContractName } from '../../../signer/formats/configuration.ts';
import type { Slot } from '../../../signer/proof/slots.ts';
import { word } from '../../enclave/path/support/facts.ts';

export type Account = { nonce: bigint; balance: bigint; storageRoot: Uint8Array; codeHash: Uint8Array };
type Trie = Awaited<ReturnType<typeof createMPT>>;

/** The fields of an Osaka header, in order, as bytes. */
export function headerFields(stateRoot: Uint8Array, number = 21_000_000n, timestamp = 1_800_000_000n): Uint8Array[] {
  return [
    word(0x01),
    word(0x02),
    new Uint8Array(20).fill(0x03),
    stateRoot,
    word(0x05),
    word(0x06),
    new Uint8Array(256).fill(0x07),
    new Uint8Array(),
    toBeArray(number),
    toBeArray(36_000_000n),
    toBeArray(21_000n),
    toBeArray(timestamp),
    Uint8Array.of(0x0d, 0x00),
    word(0xda),
    new Uint8Array(8),
    toBeArray(7n),
    word(0x11),
    new Uint8Array(),
    toBeArray(0x4780000n),
    word(0x14),
    word(0x15),
  ];
}

export const rlp = (fields: (Uint8Array | Uint8Array[])[]): Uint8Array => getBytes(encodeRlp(fields.map(shown)));
const shown = (field: Uint8Array | Uint8Array[]): string | string[] =>
  Array.isArray(field) ? field.map((each) => `0x${bytesToHex(each)}`) : `0x${bytesToHex(field)}`;

export type Chain = {
  readonly configuration: Configuration;
  readonly stateRoot: Uint8Array;
  readonly header: Uint8Array;
  prove(slots: readonly Slot[]): Promise<UnverifiedProof>;
};

/** Raw storage values win over words: a test may store what no contract can. */
export type Word = { readonly at: Slot; readonly word: bigint; readonly raw?: Uint8Array };

export async function chainOf(
  configuration: Configuration,
  words: readonly Word[],
  bend: (name: ContractName, account: Account) => Uint8Array | undefined = () => undefined,
): Promise<Chain> {
  const names = Object.keys(configuration.contracts) as ContractName[];
  const state = await createMPT({ useKeyHashing: true });
  const storage = new Map<ContractName, Trie>();
  await state.put(new Uint8Array(20).fill(0x99), rlp([toBeArray(1n), toBeArray(5n), word(1), word(2)])); // somebody else
  for (const name of names) {
    const trie = await storageTrie(words.filter(({ at }) => at.contract === name));
    storage.set(name, trie);
    const { address, codeHash } = configuration.contracts[name];
    const account: Account = { nonce: 1n, balance: 0n, storageRoot: trie.root(), codeHash };
    const bent = bend(name, account);
    const { nonce, balance } = account;
    const value = bent ?? rlp([toBeArray(nonce), toBeArray(balance), account.storageRoot, account.codeHash]);
    if (value.length > 0) await state.put(address, value);
  }
  const header = rlp(headerFields(state.root()));
  const prove = async (slots: readonly Slot[]): Promise<UnverifiedProof> => {
    const used = names.filter((name) => slots.some(({ contract }) => contract === name));
    const accounts = used.map(async (name) => {
      const { address } = configuration.contracts[name];
      const own = slots.filter(({ contract }) => contract === name);
      const proven = own.map(async ({ slot }) => ({ slot, proof: await createMerkleProof(storage.get(name)!, slot) }));
      return { address, proof: await createMerkleProof(state, address), slots: await Promise.all(proven) };
    });
    return { header, accounts: await Promise.all(accounts) };
  };
  return { configuration, stateRoot: state.root(), header, prove };
}

async function storageTrie(words: readonly Word[]): Promise<Trie> {
  const trie = await createMPT({ useKeyHashing: true });
  for (const { at, word, raw } of words) {
    const value = raw ?? (word === 0n ? undefined : getBytes(encodeRlp(toBeArray(word))));
    if (value !== undefined) await trie.put(at.slot, value);
  }
  return trie;
}

export const hashOf = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);
