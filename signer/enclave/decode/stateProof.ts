/** A state proof as a host sends it. Its caps leave room for the largest committee and for nothing beyond a real trie. */

import { MAX_HEADER_BYTES } from '../../proof/header.ts';
import { MAX_NODE_BYTES } from '../../proof/node.ts';
import type { VerifyState } from '../../proof/state.ts';
import type { Decoder } from './decoder.ts';
import { hexOf, hexUpTo, listOf, object } from './decoder.ts';

export type UnverifiedProof = Parameters<VerifyState>[0];

const CONTRACTS = 4;
/** 64 nibbles and a root. */
const MAX_NODES = 65;
/** Five slots for each member of the largest committee, and a measurement of its own. */
const MAX_SLOTS = 384;

const nodes = listOf(hexUpTo(MAX_NODE_BYTES), MAX_NODES);
const slot = object({ slot: hexOf(32), proof: nodes });
const account = object({ address: hexOf(20), proof: nodes, slots: listOf(slot, MAX_SLOTS) });

export const decodeHeaderBytes = hexUpTo(MAX_HEADER_BYTES);
export const decodeStateProof: Decoder<UnverifiedProof> = object({
  header: decodeHeaderBytes,
  accounts: listOf(account, CONTRACTS),
});
