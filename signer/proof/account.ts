/** The account of a measured contract under a state root: its code is the one that was measured, its storage root is proven. */

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
  const value = findInTrie(stateRoot, keccak_256(contract.address), nodes);
  if (value === undefined) return undefined;
  if (value === null) refuse('ACCOUNT_ABSENT', `0x${bytesToHex(contract.address)}`);
  const { storageRoot, codeHash } = decodeAccount(value);
  if (!isEqual(codeHash, contract.codeHash)) {
    const found = `0x${bytesToHex(codeHash)}, measured 0x${bytesToHex(contract.codeHash)}`;
    refuse('ACCOUNT_CODE_HASH', `0x${bytesToHex(contract.address)} has code ${found}`);
  }
  return storageRoot;
}

/** > σ[a] ≡ (nonce, balance, storageRoot, codeHash) */
function decodeAccount(value: Bytes): { readonly storageRoot: Bytes; readonly codeHash: Bytes } {
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
