/** Storage words that are proven under one block. */

import type { Configuration, ContractName } from '../formats/configuration.ts';
import type { Refusal } from '../formats/refusal.ts';

declare const proven: unique symbol;

type Bytes = Uint8Array;

export type Block = {
  readonly number: number;
  readonly hash: Bytes;
  readonly timestamp: number;
  readonly prevRandao: Bytes;
};

/** `word` throws a Refused for a slot that the proof does not cover. */
export type ProvenState = {
  readonly [proven]: true;
  readonly block: Block;
  word(contract: ContractName, slot: Bytes): bigint;
};

export type VerifyState = (
  proof: { header: Bytes; accounts: readonly AccountProofBytes[] },
  configuration: Configuration,
) => ProvenState | Refusal;
export type AccountProofBytes = {
  readonly address: Bytes;
  readonly proof: readonly Bytes[];
  readonly slots: readonly { readonly slot: Bytes; readonly proof: readonly Bytes[] }[];
};
