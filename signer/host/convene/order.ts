/** Who goes first: orders of the members that everyone computes alike and nobody can choose. */

import { concat, keccak256, numberToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';

/** Blocks of one term: the leader of a key changes with it, though nothing has failed. */
const TERM_BLOCKS = 256;

export function termOf(block: number): number {
  return Math.floor(block / TERM_BLOCKS);
}

/** Members by keccak(key ‖ term ‖ enclave id). */
export function leaderOrder(key: Hex, term: number, members: readonly Hex[]): readonly Hex[] {
  return inOrder(concat([key, numberToHex(term, { size: 32 })]), members);
}

/** Place of `self` by keccak(subject ‖ enclave id), the one who did the work first; after everyone when it is not a member. */
export function rankOf(subject: Hex, members: readonly Hex[], self: Hex, first?: Hex): number {
  const order = inOrder(subject, members);
  const turns = first === undefined ? order : [first, ...order.filter((id) => id !== first)];
  const rank = turns.indexOf(self);
  return rank === -1 ? turns.length : rank;
}

function inOrder(seed: Hex, members: readonly Hex[]): readonly Hex[] {
  const rank = new Map(members.map((id) => [id, keccak256(concat([seed, id]))]));
  return [...members].sort((a, b) => (String(rank.get(a)) < String(rank.get(b)) ? -1 : 1));
}
