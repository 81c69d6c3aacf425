/** A block whose state and storage tries are built by @ethereumjs/mpt and ethers, with the nodes that prove it. */

import { createMerkleProof, createMPT } from '@ethereumjs/mpt';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeRlp, getBytes, toBeArray } from 'ethers';
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
  /** The nodes for these slots, each once. */
  nodesFor(slots: readonly Slot[]): Promise<Uint8Array[]>;
  /** The nodes for the account of a contract. */
  accountNodes(name: ContractName): Promise<Uint8Array[]>;
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
  const accountNodes = (name: ContractName) => nodesOf(state, configuration.contracts[name].address);
  const nodesFor = async (slots: readonly Slot[]): Promise<Uint8Array[]> => {
    const accounts = [...new Set(slots.map(({ contract }) => contract))].map(accountNodes);
    const words = slots.map(({ contract, slot }) => nodesOf(storage.get(contract)!, slot));
    const nodes = (await Promise.all([...accounts, ...words])).flat();
    return [...new Map(nodes.map((node) => [bytesToHex(node), node])).values()];
  };
  return { configuration, stateRoot: state.root(), header, nodesFor, accountNodes };
}

/** The library also lists embedded nodes, which already stand in their parents; Ethereum's nodes do not. */
async function nodesOf(trie: Trie, key: Uint8Array): Promise<Uint8Array[]> {
  const nodes = await createMerkleProof(trie, key);
  return nodes.filter((node, at) => at === 0 || node.length >= 32);
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
