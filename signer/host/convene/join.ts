/** Taking part in a session that a leader proposes: this host checks the block, its enclave checks everything. */

import type { SigningSet, StateProof } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { headFrom } from '../chain/head.ts';
import { ask, type Context } from '../context.ts';
import { Retryable } from '../errors.ts';
import type { Message } from '../mail/messages.ts';
import type { Outcome } from './book.ts';
import { invitationName } from './invitations.ts';
import { disputesOf, findTask, membersOf, partyOf, type Task } from './task.ts';

export type Propose = Extract<Message, { readonly type: 'propose' }>;

/** What this enclave is given to start its part; `block` is the number of the proven one. */
export type Part = {
  readonly task: Task;
  readonly set: SigningSet;
  readonly proof: StateProof;
  readonly block: number;
};

/** Starts this enclave's part of the session and waits for its end. One session for each task and leader: the last one. */
export async function takePart(context: Context, part: Part, started: () => void = () => {}): Promise<Outcome> {
  const { task, set } = part;
  endEarlier(context, task, set);
  context.shown = Math.max(context.shown, part.block);
  const { session } = await start(context, part);
  started();
  const ended = context.book.open(session, { kind: task.kind, subject: task.subject, leader: set.leader });
  context.relay.begin(session);
  const cancel = context.clock.after(context.settings.times.attempt, () =>
    context.spawn('abort', giveUp(context, session)),
  );
  const outcome = await ended;
  cancel();
  return outcome;
}

function endEarlier(context: Context, { subject }: Task, { leader }: SigningSet): void {
  for (const live of context.book.live()) {
    if (live.subject === subject && live.leader === leader) context.spawn('abort', giveUp(context, live.session));
  }
}

function start(context: Context, { task, set, proof }: Part): Promise<{ readonly session: Hex }> {
  const { committee } = task;
  return task.kind === 'signing'
    ? ask(context, 'sign', { request: task.request, committee, set, proof })
    : ask(context, 'activateKey', { committee, set, proof });
}

/** The enclave says who was silent, if it still knows the session. */
export async function giveUp(context: Context, session: Hex): Promise<void> {
  try {
    await ask(context, 'abort', { session });
  } finally {
    if (context.book.find(session) !== null) context.book.end(session, { result: 'aborted' });
  }
}

/** A proposal is followed only after this host has accepted the invitation, once, at a block of its own chain. */
export async function join(context: Context, from: Hex, proposal: Propose): Promise<void> {
  const { invitations, log } = context;
  const name = invitationName(proposal.subject, from, proposal.set.run);
  const granted = invitations.granted.get(name);
  const task = findTask(context.ledger, proposal.kind, proposal.subject);
  if (granted === undefined || task === null || proposal.set.leader !== from || !isSet(context, task, proposal.set)) {
    return log('warn', 'refused a proposal', { from, subject: proposal.subject });
  }
  invitations.granted.delete(name);
  await requireFinal(context, proposal.block, granted.head);
  await requireHeader(context, proposal);
  const outcome = await takePart(context, {
    task,
    set: proposal.set,
    proof: proposal.proof,
    block: proposal.block.number,
  });
  learn(context, task, proposal.set, outcome);
  log('info', 'took part', { subject: task.subject, leader: from, outcome: outcome.result });
}

/** Whoever was blamed is left out when this host leads; a leader that got nowhere has had its turn. */
function learn({ errands }: Context, task: Task, set: SigningSet, outcome: Outcome): void {
  const errand = errands.get(task.subject);
  if (errand === undefined || (outcome.result !== 'fault' && outcome.result !== 'aborted')) return;
  errand.inVain.add(set.leader);
  errand.disputes = [...errand.disputes, ...disputesOf(task, set, outcome)];
  if (outcome.result === 'aborted' || outcome.code === 'silent') return;
  for (const id of membersOf(task, { ...set, parties: outcome.blamed })) errand.failed.add(id);
}

function isSet({ self }: Context, task: Task, { parties }: SigningSet): boolean {
  const inOrder = parties.every(
    (party, at) => party > (parties[at - 1] ?? 0) && party <= task.committee.members.length,
  );
  return (
    inOrder && parties.length === task.committee.threshold && self !== null && parties.includes(partyOf(task, self.id))
  );
}

/** No older than what this host has vouched for, and final on its own chain, which may need a moment to get there. */
async function requireFinal(context: Context, block: Propose['block'], oldest: number): Promise<void> {
  if (block.number < oldest)
    throw new Retryable('CHAIN_MOVED', `proposed at block ${block.number}, older than ${oldest}`);
  const head = await headFrom(context, block.number);
  const own = head.number < block.number ? null : await context.chain.blockAt(block.number);
  if (own?.hash !== block.hash)
    throw new Retryable('CHAIN_MOVED', `block ${block.number} ${block.hash} is not final here`);
}

/**
 * DANGER: until enclaves verify finality they take a header on their host's word, so it must not be another's: a leader could show
 * them a chain of its own making, or a head so high that they follow the real chain never again.
 */
async function requireHeader({ chain }: Context, { block, proof }: Propose): Promise<void> {
  if (proof.header === (await chain.header(block.hash))) return;
  throw new Retryable('HEADER_MISMATCH', `the proof is not under the proposed block ${block.hash}`);
}
