/** What an auditor brings, beside the bundle: everything else follows from it. */

import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import { Broken, broken } from './broken.ts';
import type { AuditedState } from './state.ts';

type Bytes = Uint8Array;

export type RecordedContract = { readonly address: Bytes; readonly codeHash: Bytes };
/** The record of the DAO's deployment (deployments/<chainId>.json). */
export type Recorded = {
  readonly chainId: bigint;
  readonly contracts: Readonly<Record<string, RecordedContract>>;
};
export type Trust = {
  /** Root of a beacon block that the auditor takes to be final and of the true chain. */
  readonly checkpoint: Bytes;
  /** Null: whose contracts these are is shown, and left to the auditor. */
  readonly deployment: Recorded | null;
  /** Keccak-256 of the measured configuration; null: shown. */
  readonly configuration: Bytes | null;
};

/** An address of the bundle that plays a part, and what stands there. */
export type Shown = {
  readonly role: string;
  readonly address: Bytes;
  readonly codeHash: Bytes;
  readonly isRecorded: boolean;
};

/** The account at this address, which the record has to name for this role, with its code. @throws Broken, Refused */
export function shownContract(state: AuditedState, trust: Trust, role: string, address: Bytes): Shown {
  const { codeHash } = state.account(address);
  requireRecorded(trust, role, { address, codeHash });
  return { role, address, codeHash, isRecorded: trust.deployment !== null };
}

/** Where there is a record: it names this contract for this role, with this code. @throws Broken CONTRACT_… */
export function requireRecorded({ deployment }: Trust, role: string, { address, codeHash }: RecordedContract): void {
  if (deployment === null) return;
  const recorded = Object.hasOwn(deployment.contracts, role) ? deployment.contracts[role] : undefined;
  if (recorded === undefined) throw new Broken('CONTRACT_UNRECORDED', `the record names no ${role}`);
  if (!isEqual(recorded.address, address))
    broken('CONTRACT_OTHER', `${role} is ${toHex(address)}, recorded ${toHex(recorded.address)}`);
  if (!isEqual(recorded.codeHash, codeHash))
    broken('CONTRACT_CODE', `${role} has code ${toHex(codeHash)}, recorded ${toHex(recorded.codeHash)}`);
}

/** The same of a contract that a vote chose, such as a guard: recorded under whatever name, or shown. @throws Broken, Refused */
export function chosenContract(state: AuditedState, trust: Trust, role: string, address: Bytes): Shown {
  const found = Object.entries(trust.deployment?.contracts ?? {}).find(([, one]) => isEqual(one.address, address));
  const { codeHash } = state.account(address);
  if (found === undefined) return { role, address, codeHash, isRecorded: false };
  if (!isEqual(found[1].codeHash, codeHash))
    broken('CONTRACT_CODE', `${role} ${found[0]} has code ${toHex(codeHash)}, recorded ${toHex(found[1].codeHash)}`);
  return { role: `${role} ${found[0]}`, address, codeHash, isRecorded: true };
}

/** For people. */
export function shownWords({ role, address, codeHash, isRecorded }: Shown): string {
  return `${role} ${toHex(address)} with code ${toHex(codeHash)}${isRecorded ? ', as recorded' : ''}`;
}
