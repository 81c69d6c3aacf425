/** The operator's two keys: one that registers the enclave, one that pays for gas. They may be the same. */

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
  readonly gasAccount: Hex;
  signRegistration(registration: Registration): Promise<Hex>;
  signTransaction(transaction: Transaction): Promise<{ readonly raw: Hex; readonly hash: Hex }>;
};
