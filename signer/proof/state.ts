/** Storage words that are proven under one block. */

import type { Configuration, ContractName } from '../formats/configuration.ts';

declare const proven: unique symbol;

type Bytes = Uint8Array;

export type Block = {
  readonly number: number;
  readonly hash: Bytes;
  readonly timestamp: number;
  readonly prevRandao: Bytes;
};

/** What is known of the storage under one block; more nodes may follow, and what they show never changes what was shown before. */
export type ProvenState = {
  readonly [proven]: true;
  readonly block: Block;
  /** @throws Refused ACCOUNT_NOT_PROVEN and SLOT_NOT_PROVEN where nodes are missing, ACCOUNT_…, TRIE_…, RLP_… for bad ones */
  word(contract: ContractName, slot: Bytes): bigint;
  /** The same word, or undefined where nodes are missing. @throws Refused for nodes that are there and bad, and for other code */
  proven(contract: ContractName, slot: Bytes): bigint | undefined;
};

/** A block that is verified, and the nodes of its tries as they come. */
export type Proof = {
  readonly state: ProvenState;
  /** Takes all of these nodes or none. @throws Refused PROOF_NODE_REPEATED, TRIE_TOO_MANY_NODES, TRIE_NODE_TOO_LARGE */
  add(nodes: readonly Bytes[]): void;
};

/** DANGER: whether the block is final, others have to know. @throws Refused for a header that is none */
export type VerifyState = (header: Bytes, configuration: Configuration) => Proof;
