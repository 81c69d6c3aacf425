/** What t members of a key are to sign now, and all that the chain says about it. */

import type { Committee, SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import { committeeOf, type Ledger } from '../chain/view/ledger.ts';
import type { TaskKind } from '../mail/messages.ts';
import type { Dispute } from './disputes.ts';
import type { Outcome } from './sessions.ts';

/** A confirmed key is to sign its activation; an active one, what is asked of it. */
export type Task = { readonly kind: TaskKind; readonly key: KeyRecord; readonly committee: Committee };

/** One thing to be signed: a request, or an activation, which has its key's id. */
export type Open = {
  readonly id: Hex;
  readonly requester: Hex;
  readonly messages: number;
  /** seconds */
  readonly deadline: number;
};

/** Null unless the finalised chain says that this key is to sign something, and who its members are. */
export function taskOf(ledger: Ledger, keyId: Hex): Task | null {
  const key = ledger.keys.get(keyId);
  if (key === undefined || key.state === 'generating') return null;
  const committee = committeeOf(ledger, key);
  return committee && { kind: key.state === 'active' ? 'signing' : 'activation', key, committee };
}

/** All of it that enclaves can see at block `shown`, in the order in which it became ready: at an earlier block none would sign it. */
export function* openOf(ledger: Ledger, { kind, key }: Task, shown: number): Generator<Open> {
  if (key.changedIn > shown) return;
  if (kind === 'activation') yield { id: key.id, requester: key.id, messages: 1, deadline: Number.POSITIVE_INFINITY };
  else
    for (const { id, requester, request, readyIn } of ledger.requests.ready(key.id))
      if ((readyIn ?? 0) <= shown)
        yield { id, requester, messages: request.digests.length, deadline: request.deadline };
}

/** Party number 1..n of a member, or 0. */
export function partyOf({ committee }: Pick<Task, 'committee'>, id: Hex): number {
  return committee.members.findIndex((member) => member.id === id) + 1;
}

/** The enclaves of a signing set, in party order. */
export function membersOf({ committee }: Pick<Task, 'committee'>, { parties }: Pick<SigningSet, 'parties'>): Hex[] {
  return parties.flatMap((party) => committee.members[party - 1]?.id ?? []);
}

/** Pairs of members that contradicted each other in a session that ended so. */
export function disputesOf(task: Pick<Task, 'committee'>, outcome: Outcome): readonly Dispute[] {
  const pairs = outcome.result === 'fault' ? (outcome.disputed ?? []) : [];
  return pairs.flatMap((pair) => {
    const [about, reporter] = membersOf(task, { parties: pair });
    return about !== undefined && reporter !== undefined ? [[about, reporter] as const] : [];
  });
}

/** Runs that one leader makes before others should succeed: n - t + 1, as in ROAST. */
export function runLimit({ committee }: Pick<Task, 'committee'>): number {
  return committee.members.length - committee.threshold + 1;
}
