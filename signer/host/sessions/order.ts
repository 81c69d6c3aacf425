/** Who goes first: an order of the members that everyone computes alike and nobody can choose. */

import { concat, keccak256 } from 'viem';
import type { Hex } from '../../formats/hex.ts';

/** Members by keccak(subject ‖ enclave id). */
export function leaderOrder(subject: Hex, members: readonly Hex[]): readonly Hex[] {
  const place = new Map(members.map((id) => [id, keccak256(concat([subject, id]))]));
  return [...members].sort((a, b) => (String(place.get(a)) < String(place.get(b)) ? -1 : 1));
}

/** Place of `self` in the order, the one who did the work first; after everyone when it is not a member. */
export function rankOf(subject: Hex, members: readonly Hex[], self: Hex, first?: Hex): number {
  const order = leaderOrder(subject, members);
  const turns = first === undefined ? order : [first, ...order.filter((id) => id !== first)];
  const rank = turns.indexOf(self);
  return rank === -1 ? turns.length : rank;
}
