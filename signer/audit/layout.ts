/**
 * Where OpenZeppelin's contracts keep what a vote leaves behind, and KeyRegistry its rows' modules. They are not measured and no enclave reads
 * them; `test/audit/layout.test.ts` compares each position with the compiler's layout.
 */

import { addressWord, hash, uintOf, uintWord } from '../formats/words.ts';

type Bytes = Uint8Array;

export const POSITIONS = {
  timelock: { timestamps: 1n },
  governor: { proposals: 4n, proposalVotes: 9n, quorumNumerators: 12n, timelock: 15n, timelockIds: 16n },
  token: { totalCheckpoints: 10n },
  keyRegistry: { modules: 9n },
} as const;

/** Fields of packed words, least significant first, in bits. */
export const GOVERNANCE_PACKED = {
  proposal: { proposer: 160, voteStart: 48, voteDuration: 32, executed: 8, canceled: 8 },
  checkpoint: { key: 48, value: 208 },
} as const;

/** > uint256 internal constant DONE_TIMESTAMP = uint256(1) */
export const DONE_TIMESTAMP = 1n;
/** > quorumDenominator */
export const QUORUM_DENOMINATOR = 100n;

/** The value of a mapping at `key`, and what stands behind it. */
export function valueAt(position: bigint, key: Bytes, offset = 0n): Bytes {
  return plus(hash(Uint8Array.of(...key, ...uintWord(position))), offset);
}

/** A mapping in a mapping. */
export function innerValueAt(position: bigint, key: Bytes, account: Bytes): Bytes {
  return hash(Uint8Array.of(...addressWord(account), ...valueAt(position, key)));
}

/** > Checkpoints.Trace208: an array of one word each, its length at the position itself */
export function elementAt(position: bigint, index: number): Bytes {
  return plus(hash(uintWord(position)), BigInt(index));
}

function plus(slot: Bytes, offset: bigint): Bytes {
  return uintWord((uintOf(slot) + offset) % (1n << 256n));
}
