/**
 * Beacon nodes of the home chain: what has become final, in the bytes that an enclave reads. They may lie, lag or fail; nothing that they
 * say is verified here, an enclave (or whoever runs a light client) judges it. Failures are Retryable.
 */

import type { Fork } from '../../finality/config.ts';
import type { Hex } from '../../formats/hex.ts';

/** One answer of one node: well-formed, and of the shape that its slot's fork has; nothing more is known of it. */
export type Told = {
  /** as `signer/finality/wire.ts` has them */
  readonly bytes: Hex;
  /** of the finalised header, as it says itself; of a bootstrap, its only header */
  readonly slot: number;
  readonly period: number;
  /** of the execution block that is final, as it says itself */
  readonly blockHash: Hex;
  /** a full update: whether its next committee is final in its own period, so that it can be taken */
  readonly isCommitteeFinal: boolean;
  /** who said so, in the words of the address that people may see */
  readonly by: string;
};

export type Beacon = {
  /** First trust. BEACON_UNKNOWN when no node has this block root. */
  bootstrap(root: Hex): Promise<Told>;
  /** Full updates of the periods from `period` on, in order, without gaps: at least one, at most `count`, or fewer than the node has. */
  updates(period: number, count: number): Promise<readonly Told[]>;
  /**
   * The newest that a node says, of the first that has something after slot `above`; else the highest of all. Nodes that told of news
   * are not asked again; one node is asked at most once in a while, however often this is called.
   */
  finality(above: number): Promise<Told>;
  /** Answers have the formats of these forks from now on: those of the image, and after them what votes have added. */
  know(forks: readonly Fork[]): void;
  /** This answer was a lie or an error: others are asked before whoever gave it, for a while that grows. */
  disbelieve(told: Pick<Told, 'by'>): void;
  /** Calls back when a node has told of news, where it tells; a hint, never an answer. Returns what ends it. */
  onFinality(told: () => void): () => void;
};
