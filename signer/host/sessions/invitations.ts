/** Asking members whether they can take part, and answering such questions. */

import type { Hex } from '../../formats/hex.ts';
import type { Context } from '../context.ts';
import type { TaskKind } from '../mail/messages.ts';
import { findTask, partyOf, type Task } from './task.ts';

export type Acceptance = { readonly member: Hex; readonly head: number };
type Asking = { readonly accept: (acceptance: Acceptance) => void };
type Asked = { readonly kind: TaskKind; readonly run: number; readonly until: number };

/** What is open on both sides; `granted` is what this host has accepted and not yet been proposed. */
export type Invitations = {
  readonly asking: Map<string, Asking>;
  readonly asked: Map<string, { readonly from: Hex; readonly subject: Hex } & Asked>;
  readonly granted: Map<string, { readonly head: number; readonly until: number }>;
  /** clock time, by subject and leader */
  readonly lastGrant: Map<string, number>;
};

/** Questions that one host may have open here. */
const MOST_ASKED = 64;

export function createInvitations(): Invitations {
  return { asking: new Map(), asked: new Map(), granted: new Map(), lastGrant: new Map() };
}

export function invitationName(subject: Hex, leader: Hex, run: number): string {
  return `${subject} ${leader} ${run}`;
}

/** Resolves with those that accepted, as soon as they are enough, or when the time is over. */
export function invite(
  context: Context,
  task: Task,
  run: number,
  members: readonly Hex[],
  areEnough: (accepted: readonly Acceptance[]) => boolean,
): Promise<readonly Acceptance[]> {
  const { clock, invitations, mail, settings, self } = context;
  const name = invitationName(task.subject, self?.id ?? '0x', run);
  return new Promise((resolve) => {
    const accepted = new Map<Hex, Acceptance>();
    const finish = () => {
      cancel();
      invitations.asking.delete(name);
      resolve([...accepted.values()]);
    };
    const cancel = clock.after(settings.times.invite, finish);
    const accept = (acceptance: Acceptance) => {
      if (members.includes(acceptance.member)) accepted.set(acceptance.member, acceptance);
      if (areEnough([...accepted.values()])) finish();
    };
    invitations.asking.set(name, { accept });
    for (const member of members) mail.send(member, { type: 'invite', kind: task.kind, subject: task.subject, run });
  });
}

export function heardAccept(context: Context, subject: Hex, run: number, acceptance: Acceptance): void {
  const name = invitationName(subject, context.self?.id ?? '0x', run);
  context.invitations.asking.get(name)?.accept(acceptance);
}

/** Keeps the question until the chain lets this host say yes, or until the asker has stopped waiting. */
export function heardInvite(context: Context, from: Hex, subject: Hex, kind: TaskKind, run: number): void {
  const { invitations, clock, settings } = context;
  const open = [...invitations.asked.values()].filter((asked) => asked.from === from).length;
  if (open >= MOST_ASKED) {
    context.metrics.add('quorate_peer_refused_total', { reason: 'quota' });
    return;
  }
  invitations.asked.set(`${subject} ${from}`, { from, subject, kind, run, until: clock.now() + settings.times.invite });
  answerInvites(context);
}

/** Says yes to every open question about something that is to be signed, by a member, within its share of runs. */
export function answerInvites(context: Context): void {
  const { invitations, clock } = context;
  forgetOld(context);
  if (!context.isServing || context.isStopping) return;
  for (const [name, asked] of invitations.asked) {
    const task = findTask(context.ledger, asked.kind, asked.subject);
    if (task === null || !mayLead(context, task, asked.from)) continue;
    invitations.asked.delete(name);
    grant(context, task, asked.from, asked.run, clock.now());
  }
}

/** A leader asks again only when its last attempt is over; faster than this it would only waste nonces. */
function mayLead({ invitations, self, clock, settings }: Context, task: Task, leader: Hex): boolean {
  if (self === null || partyOf(task, leader) === 0 || partyOf(task, self.id) === 0) return false;
  const last = invitations.lastGrant.get(`${task.subject} ${leader}`);
  return last === undefined || clock.now() - last >= settings.times.resend;
}

function grant(
  { invitations, mail, head, shown, settings }: Context,
  task: Task,
  leader: Hex,
  run: number,
  now: number,
): void {
  if (head === null) return;
  invitations.lastGrant.set(`${task.subject} ${leader}`, now);
  const until = now + settings.times.invite + settings.times.attempt;
  const known = Math.max(head.number, shown);
  invitations.granted.set(invitationName(task.subject, leader, run), { head: known, until });
  mail.send(leader, { type: 'accept', subject: task.subject, run, head: known });
}

function forgetOld({ invitations, clock, settings }: Context): void {
  const now = clock.now();
  for (const open of [invitations.asked, invitations.granted]) {
    for (const [name, { until }] of open) if (until < now) open.delete(name);
  }
  for (const [name, at] of invitations.lastGrant)
    if (now - at >= settings.times.resend) invitations.lastGrant.delete(name);
}
