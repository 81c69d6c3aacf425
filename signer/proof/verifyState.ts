/** Words of the measured contracts, proven under one block by nodes of its tries (docs/storage.md). */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Configuration, ContractName } from '../formats/configuration.ts';
import { refuse } from '../formats/refusal.ts';
import { findStorageRoot } from './account.ts';
import { decodeHeader } from './header.ts';
import { Nodes } from './nodes.ts';
import type { ProvenState, VerifyState } from './state.ts';
import { findWord } from './storage.ts';

type Bytes = Uint8Array;

/** Words that are remembered; what is asked for beyond is looked up again, so that nobody fills the memory by asking. */
const MAX_WORDS = 16_384;

export const verifyState: VerifyState = (header, configuration) => {
  const { stateRoot, number, hash, timestamp, prevRandao } = decodeHeader(header);
  const block = { number, hash, timestamp, prevRandao };
  const nodes = new Nodes();
  const words = new Words(stateRoot, configuration, nodes);
  const state = {
    block,
    word: (contract: ContractName, slot: Bytes) => words.find(contract, slot) ?? words.refuseMissing(contract, slot),
    proven: (contract: ContractName, slot: Bytes) => words.find(contract, slot),
  };
  return { state: state as ProvenState, add: (more) => nodes.add(more) };
};

class Words {
  readonly #stateRoot: Bytes;
  readonly #contracts: Configuration['contracts'];
  readonly #nodes: Nodes;
  readonly #storageRoots = new Map<ContractName, Bytes>();
  readonly #words = new Map<string, bigint>();

  constructor(stateRoot: Bytes, { contracts }: Configuration, nodes: Nodes) {
    this.#stateRoot = stateRoot;
    this.#contracts = contracts;
    this.#nodes = nodes;
  }

  find(contract: ContractName, slot: Bytes): bigint | undefined {
    const name = nameOf(contract, slot);
    const root = this.#storageRoot(contract);
    const word = this.#words.get(name) ?? (root && findWord(root, slot, this.#nodes));
    if (word !== undefined && this.#words.size < MAX_WORDS) this.#words.set(name, word);
    return word;
  }

  refuseMissing(contract: ContractName, slot: Bytes): never {
    const code = this.#storageRoots.has(contract) ? 'SLOT_NOT_PROVEN' : 'ACCOUNT_NOT_PROVEN';
    return refuse(code, nameOf(contract, slot));
  }

  #storageRoot(contract: ContractName): Bytes | undefined {
    const root =
      this.#storageRoots.get(contract) ?? findStorageRoot(this.#stateRoot, this.#contracts[contract], this.#nodes);
    if (root !== undefined) this.#storageRoots.set(contract, root);
    return root;
  }
}

function nameOf(contract: ContractName, slot: Bytes): string {
  return `${contract} 0x${bytesToHex(slot)}`;
}
