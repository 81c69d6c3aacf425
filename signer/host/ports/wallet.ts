/** The operator's keys: one that registers the enclave, and those that pay for gas. They may be the same. */

import type { Hex } from '../../formats/hex.ts';
import type { Transaction } from './chain.ts';

export type Registration = {
  readonly operator: Hex;
  readonly identity: Hex;
  readonly region: Hex;
  readonly tlsKey: Hex;
  readonly endpoint: string;
  readonly epoch: number;
  readonly challengeBlock: number;
  readonly challenge: Hex;
  readonly tee: Hex;
};

export type Wallet = {
  readonly operator: Hex;
  /** The first pays; the next one does while it cannot. */
  readonly gasAccounts: readonly Hex[];
  /** For this registration with this evidence, and with no other. */
  signPresentation(registration: Registration, evidence: Hex): Promise<Hex>;
  signTransaction(from: Hex, transaction: Transaction): Promise<{ readonly raw: Hex; readonly hash: Hex }>;
};
