/** Accounts under a state root; that of a measured contract has the code that was measured, and a proven storage root. */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { isEqual } from '../formats/equal.ts';
import { refuse } from '../formats/refusal.ts';
import type { Nodes } from './nodes.ts';
import { decodeRlp, rlpList, rlpString, rlpUint } from './rlp.ts';
import { findInTrie } from './trie.ts';

type Bytes = Uint8Array;

export type PinnedContract = { readonly address: Bytes; readonly codeHash: Bytes };

/**
 * The storage root, or undefined where nodes are missing. A pinned code hash also keeps out accounts without code and EIP-7702
 * delegations.
 */
export function findStorageRoot(stateRoot: Bytes, contract: PinnedContract, nodes: Nodes): Bytes | undefined {
  const account = findAccount(stateRoot, contract.address, nodes);
  if (account === undefined) return undefined;
  const { storageRoot, codeHash } = account;
  if (!isEqual(codeHash, contract.codeHash)) {
    const found = `0x${bytesToHex(codeHash)}, measured 0x${bytesToHex(contract.codeHash)}`;
    refuse('ACCOUNT_CODE_HASH', `0x${bytesToHex(contract.address)} has code ${found}`);
  }
  return storageRoot;
}

export type Account = { readonly storageRoot: Bytes; readonly codeHash: Bytes };

/** Whatever its code is; undefined where nodes are missing. @throws Refused ACCOUNT_ABSENT, ACCOUNT_MALFORMED */
export function findAccount(stateRoot: Bytes, address: Bytes, nodes: Nodes): Account | undefined {
  const value = findInTrie(stateRoot, keccak_256(address), nodes);
  if (value === undefined) return undefined;
  if (value === null) refuse('ACCOUNT_ABSENT', `0x${bytesToHex(address)}`);
  return decodeAccount(value);
}

/** > σ[a] ≡ (nonce, balance, storageRoot, codeHash) */
function decodeAccount(value: Bytes): Account {
  const items = rlpList(decodeRlp(value));
  if (items.length !== 4) refuse('ACCOUNT_MALFORMED', `${items.length} fields, expected 4`);
  const [nonce, balance, storageRoot, codeHash] = items;
  rlpUint(nonce, 8);
  rlpUint(balance, 32);
  return { storageRoot: hashOf(rlpString(storageRoot)), codeHash: hashOf(rlpString(codeHash)) };
}

function hashOf(bytes: Bytes): Bytes {
  if (bytes.length !== 32) refuse('ACCOUNT_MALFORMED', `a hash of ${bytes.length} bytes`);
  return bytes;
}
