/** One attempt of a leader: ask, take the first t that answer, pin a block that all of them know, prove, propose, take part. */

import type { SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { headFrom } from '../chain/head.ts';
import type { Context, Self } from '../context.ts';
import { proveActivation } from '../path/proveActivation.ts';
import { proveRequest } from '../path/proveRequest.ts';
import type { BlockRef } from '../ports/chain.ts';
import type { Outcome } from './book.ts';
import { type Dispute, withoutDisputes } from './disputes.ts';
import { type Acceptance, invite } from './invitations.ts';
import { takePart } from './join.ts';
import { disputesOf, membersOf, partyOf, type Task } from './task.ts';

export type Led = {
  readonly outcome: Outcome['result'] | 'too-few';
  readonly parties: readonly number[];
  readonly failed: readonly Hex[];
  readonly disputed: readonly Dispute[];
};

/** `candidates` are the other members that have not failed yet; of two with a `dispute` at most one takes part. */
export async function lead(
  context: Context,
  self: Self,
  task: Task,
  run: number,
  candidates: readonly Hex[],
  disputes: readonly Dispute[],
): Promise<Led> {
  const needed = task.committee.threshold - 1;
  const choose = (answered: readonly Acceptance[]) => withoutDisputes(answered, disputes, needed);
  const answered = await invite(context, task, run, candidates, (those) => choose(those).length >= needed);
  const accepted = choose(answered);
  if (accepted.length < needed) return tooFew(missing(candidates, answered));

  const { block, behind } = await pin(context, accepted);
  if (behind.length > 0) return tooFew(behind);

  const members = [self.id, ...accepted.map(({ member }) => member)];
  const set = signingSet(task, members, self.id, run);
  const proof = await (task.kind === 'signing'
    ? proveRequest(context, task, set, block)
    : proveActivation(context, task, set, block));
  const { number, hash } = block;
  const proposal = {
    type: 'propose',
    kind: task.kind,
    subject: task.subject,
    block: { number, hash },
    set,
    proof,
  } as const;
  const outcome = await takePart(context, { task, set, proof, block: number }, () => {
    for (const { member } of accepted) context.mail.send(member, proposal);
  });
  const failed = outcome.result === 'fault' ? membersOf(task, { ...set, parties: outcome.blamed }) : [];
  return {
    outcome: outcome.result,
    parties: set.parties,
    failed: failed.filter((id) => id !== self.id),
    disputed: disputesOf(task, set, outcome),
  };
}

function tooFew(failed: readonly Hex[]): Led {
  return { outcome: 'too-few', parties: [], failed, disputed: [] };
}

function missing(candidates: readonly Hex[], accepted: readonly Acceptance[]): Hex[] {
  return candidates.filter((id) => !accepted.some(({ member }) => member === id));
}

function signingSet(task: Task, members: readonly Hex[], leader: Hex, run: number): SigningSet {
  const parties = members.map((id) => partyOf(task, id)).sort((a, b) => a - b);
  return { parties, leader, run };
}

/**
 * The newest block that this host knows to be final, and no older than any accepting member's: one honest host defeats a stale
 * view. Members whose head never appears on this chain are `behind` or on another one.
 */
async function pin(
  context: Context,
  accepted: readonly Acceptance[],
): Promise<{ block: BlockRef; behind: readonly Hex[] }> {
  const block = await headFrom(context, Math.max(0, ...accepted.map(({ head }) => head)));
  const ahead = accepted.filter(({ head }) => head > block.number).map(({ member }) => member);
  return { block, behind: ahead };
}
