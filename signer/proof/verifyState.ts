/** Account and storage proofs of the measured contracts, all under one block (docs/storage.md). */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Configuration, ContractName } from '../formats/configuration.ts';
import { isEqual } from '../formats/equal.ts';
import { refusable, refuse } from '../formats/refusal.ts';
import { verifyAccount } from './account.ts';
import type { AccountProofBytes, ProvenState, VerifyState } from './state.ts';
import { verifyStorage } from './storage.ts';
import { verifyHeader } from './verifyHeader.ts';

type Bytes = Uint8Array;

export const verifyState: VerifyState = (proof, configuration) =>
  refusable(() => {
    const { block, stateRoot } = verifyHeader(proof.header, configuration);
    const words = new Map<string, bigint>();
    const seen = new Set<ContractName>();
    for (const account of proof.accounts) {
      const name = contractAt(account.address, configuration);
      if (seen.has(name)) refuse('PROOF_ACCOUNT_REPEATED', name);
      seen.add(name);
      readAccount(stateRoot, name, account, configuration, words);
    }
    return { block, word: wordIn(words) } as ProvenState;
  });

function contractAt(address: Bytes, { contracts }: Configuration): ContractName {
  const names = Object.keys(contracts) as ContractName[];
  const name = names.find((candidate) => isEqual(contracts[candidate].address, address));
  if (name === undefined) refuse('PROOF_ACCOUNT_UNKNOWN', `0x${bytesToHex(address)} is not measured`);
  return name;
}

function readAccount(
  stateRoot: Bytes,
  name: ContractName,
  account: AccountProofBytes,
  configuration: Configuration,
  words: Map<string, bigint>,
): void {
  const storageRoot = verifyAccount(stateRoot, configuration.contracts[name], account.proof);
  for (const { slot, proof } of account.slots) {
    const key = wordKey(name, slot);
    if (words.has(key)) refuse('PROOF_SLOT_REPEATED', key);
    words.set(key, verifyStorage(storageRoot, slot, proof));
  }
}

function wordIn(words: ReadonlyMap<string, bigint>): ProvenState['word'] {
  return (contract, slot) => {
    const key = wordKey(contract, slot);
    const word = words.get(key);
    if (word === undefined) refuse('SLOT_NOT_PROVEN', key);
    return word;
  };
}

function wordKey(contract: ContractName, slot: Bytes): string {
  return `${contract} 0x${bytesToHex(slot)}`;
}
