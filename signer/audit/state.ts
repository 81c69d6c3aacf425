/** Accounts and storage words under one block's state root, from the bundle's nodes; and which of these nodes anything needed. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Configuration, ContractName } from '../formats/configuration.ts';
import { refuse } from '../formats/refusal.ts';
import { type Account, findAccount } from '../proof/account.ts';
import type { Header } from '../proof/header.ts';
import type { TrieNode } from '../proof/node.ts';
import { Nodes } from '../proof/nodes.ts';
import type { ProvenState } from '../proof/state.ts';
import { findWord } from '../proof/storage.ts';
import { broken } from './broken.ts';

type Bytes = Uint8Array;

/** Remembers which of its nodes were reached. */
class ReachedNodes extends Nodes {
  readonly #reached = new Set<string>();

  override root(hash: Bytes): TrieNode | undefined {
    return this.#noted(hash, super.root(hash));
  }

  override below(hash: Bytes): TrieNode | undefined {
    return this.#noted(hash, super.below(hash));
  }

  get reached(): number {
    return this.#reached.size;
  }

  #noted(hash: Bytes, node: TrieNode | undefined): TrieNode | undefined {
    if (node !== undefined) this.#reached.add(bytesToHex(hash));
    return node;
  }
}

export class AuditedState {
  readonly block: Header;
  readonly #nodes = new ReachedNodes();
  readonly #shown: number;
  readonly #accounts = new Map<string, Account>();

  /** @throws Refused PROOF_NODE_REPEATED, TRIE_NODE_TOO_LARGE */
  constructor(block: Header, nodes: readonly Bytes[]) {
    this.block = block;
    this.#nodes.add(nodes);
    this.#shown = nodes.length;
  }

  /** @throws Refused ACCOUNT_NOT_PROVEN, ACCOUNT_ABSENT, and whatever is wrong with a node on the way */
  account(address: Bytes): Account {
    const name = bytesToHex(address);
    const known = this.#accounts.get(name) ?? findAccount(this.block.stateRoot, address, this.#nodes);
    if (known === undefined) return refuse('ACCOUNT_NOT_PROVEN', `0x${name}`);
    this.#accounts.set(name, known);
    return known;
  }

  /** @throws Refused SLOT_NOT_PROVEN, and as `account` */
  word(address: Bytes, slot: Bytes): bigint {
    const word = findWord(this.account(address).storageRoot, slot, this.#nodes);
    return word ?? refuse('SLOT_NOT_PROVEN', `0x${bytesToHex(address)} 0x${bytesToHex(slot)}`);
  }

  /** What nobody needed proves nothing, and has no place in a bundle. @throws Broken NODE_UNNEEDED */
  requireAllReached(): void {
    const rest = this.#shown - this.#nodes.reached;
    if (rest > 0) broken('NODE_UNNEEDED', `${rest} of ${this.#shown} nodes are on no path`);
  }
}

/** As the records of measured contracts are read (`signer/proof/records.ts`): `requireContracts` has compared their code. */
export function measuredState(state: AuditedState, { contracts }: Configuration): ProvenState {
  const word = (name: ContractName, slot: Bytes) => state.word(contracts[name].address, slot);
  return { block: state.block, word, proven: word } as unknown as ProvenState;
}
