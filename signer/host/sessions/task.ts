/** Something that t members are to sign now, and all that the chain says about it. */

import type { Committee, Request, SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { committeeOf, isOvertaken, type KeyRecord, type Ledger } from '../chain/ledger.ts';
import type { TaskKind } from '../mail/messages.ts';
import type { Outcome } from './book.ts';
import type { Dispute } from './disputes.ts';

type Chosen = { readonly subject: Hex; readonly key: KeyRecord; readonly committee: Committee };
export type SigningTask = Chosen & { readonly kind: 'signing'; readonly request: Request };
export type Task = SigningTask | (Chosen & { readonly kind: 'activation' });

/** Null unless the finalised chain says that this is to be signed. */
export function findTask(ledger: Ledger, kind: TaskKind, subject: Hex): Task | null {
  return kind === 'signing' ? signingTask(ledger, subject) : activationTask(ledger, subject);
}

/** Everything that is to be signed, oldest first. */
export function openTasks(ledger: Ledger): Task[] {
  const signing = [...ledger.requests.keys()].map((id) => signingTask(ledger, id));
  const activation = [...ledger.keys.keys()].map((id) => activationTask(ledger, id));
  return [...activation, ...signing].filter((task) => task !== null);
}

function signingTask(ledger: Ledger, id: Hex): Task | null {
  const record = ledger.requests.get(id);
  if (record?.state !== 'ready' || record.request === null || isOvertaken(ledger, record)) return null;
  const key = ledger.keys.get(record.keyId);
  if (key?.state !== 'active') return null;
  const committee = committeeOf(ledger, key);
  return committee && { kind: 'signing', subject: id, key, committee, request: record.request };
}

function activationTask(ledger: Ledger, keyId: Hex): Task | null {
  const key = ledger.keys.get(keyId);
  if (key?.state !== 'confirmed') return null;
  const committee = committeeOf(ledger, key);
  return committee && { kind: 'activation', subject: keyId, key, committee };
}

/** Party number 1..n of a member, or 0. */
export function partyOf({ committee }: Pick<Task, 'committee'>, id: Hex): number {
  return committee.members.findIndex((member) => member.id === id) + 1;
}

/** The enclaves of a signing set, in party order. */
export function membersOf({ committee }: Pick<Task, 'committee'>, { parties }: SigningSet): Hex[] {
  return parties.flatMap((party) => committee.members[party - 1]?.id ?? []);
}

/** Pairs of members that contradicted each other in a session that ended so. */
export function disputesOf(task: Pick<Task, 'committee'>, set: SigningSet, outcome: Outcome): readonly Dispute[] {
  const pairs = outcome.result === 'fault' ? (outcome.disputed ?? []) : [];
  return pairs.flatMap((pair) => {
    const [about, reporter] = pair.flatMap((party) => membersOf(task, { ...set, parties: [party] }));
    return about !== undefined && reporter !== undefined ? [[about, reporter] as const] : [];
  });
}

/** Attempts that one leader makes before others should succeed: n - t + 1, as in ROAST. */
export function attemptLimit({ committee }: Pick<Task, 'committee'>): number {
  return committee.members.length - committee.threshold + 1;
}
