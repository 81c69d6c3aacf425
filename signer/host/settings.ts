/** What the operator may choose: times and bounds. Nothing here can make an enclave sign what it should not. */

export type Settings = {
  /** 32-byte hex that names where the operator runs this node */
  readonly region: `0x${string}`;
  /** what other hosts dial, as registered */
  readonly endpoint: string;
  /** SHA-256 of the TLS certificate's SubjectPublicKeyInfo, as registered */
  readonly tlsKey: `0x${string}`;
  /** lets this enclave take the place of another identity that the operator has registered */
  readonly replaceIdentity: boolean;
  readonly scan: {
    readonly startBlock: number;
    readonly chunkBlocks: number;
    readonly overlapBlocks: number;
    /** every so many milliseconds, so many of the last blocks are read again for logs that an RPC left out */
    readonly sweepMillis: number;
    readonly sweepBlocks: number;
  };
  /** Root of a beacon block that an enclave without one may start from; null where it has to have one already. */
  readonly checkpoint: `0x${string}` | null;
  readonly fees: FeeLimits;
  readonly times: Times;
  /** keys whose sessions this host leads at once: one each */
  readonly concurrency: number;
};

/** In wei: whatever an RPC says, no more is paid. */
export type FeeLimits = {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
  /** gas limit × fee of one transaction */
  readonly perPosting: bigint;
  /** what all transactions that were sent within 24 hours may have cost at most */
  readonly perDay: bigint;
};

/** All in milliseconds but the last two. */
export type Times = {
  readonly poll: number;
  /** a leader waits so long for members to accept */
  readonly invite: number;
  /** a session may take so long before any was measured; later eight times the median, between 1 and 30 seconds */
  readonly session: number;
  /** how much later each next host posts what all of them have */
  readonly post: number;
  /** without a receipt for so long, a transaction is sent again with a higher fee */
  readonly bump: number;
  readonly resend: number;
  /** an envelope that nobody has taken for so long is forgotten */
  readonly letter: number;
  /** SIGTERM: sessions under way may take so long to end */
  readonly grace: number;
  /** seconds before an attestation lapses at which a new one is made */
  readonly renewSeconds: number;
  /** seconds that a request must have left for a session to start; enclaves refuse under 900 */
  readonly marginSeconds: number;
};

export const DEFAULT_TIMES: Times = {
  poll: 4_000,
  invite: 5_000,
  session: 60_000,
  post: 30_000,
  bump: 60_000,
  resend: 2_000,
  letter: 1_800_000,
  grace: 20_000,
  renewSeconds: 86_400,
  marginSeconds: 900,
};

const GWEI = 1_000_000_000n;
const ETHER = 1_000_000_000n * GWEI;

export const DEFAULT_FEES: FeeLimits = {
  maxFeePerGas: 500n * GWEI,
  maxPriorityFeePerGas: 20n * GWEI,
  perPosting: ETHER / 2n,
  perDay: 2n * ETHER,
};
