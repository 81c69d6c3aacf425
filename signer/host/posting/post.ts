/**
 * Takes postings to the chain, one transaction at a time: so there is never a gap before a nonce of ours, and a transaction that
 * is stuck is replaced under its own nonce.
 */

import { concat, getAbiItem, slice, toFunctionSelector } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { LATE_SIGNATURES_ABI } from '../chain/abi.ts';
import type { Context } from '../context.ts';
import { describe, isRetryable, type Retryable } from '../errors.ts';
import type { Posting, Sent } from '../ports/store.ts';
import { rankOf } from '../sessions/order.ts';
import { gasLimit, priceOf } from './fees.ts';
import { type Standing, standingOf } from './settled.ts';
import { tendMined, tendSent } from './tend.ts';
import { want } from './want.ts';

/** One step: tends what is under way, else sends the most urgent posting whose time has come. */
export async function post(context: Context): Promise<void> {
  const open = context.store.openPostings();
  for (const posting of open.filter(({ state }) => state === 'mined')) await tendMined(context, posting);
  const sent = open.find(({ state }) => state === 'sent');
  if (sent?.sent) {
    const isUnderWay = await tendSent(context, sent, sent.sent);
    if (isUnderWay) return;
  }
  await sendNext(context);
}

async function sendNext(context: Context): Promise<void> {
  const due = context.store
    .openPostings()
    .filter(({ state, notBefore }) => state === 'wanted' && notBefore <= context.clock.now());
  for (const posting of due) {
    const result = await attempt(context, posting);
    if (result === 'sent') context.wake();
    if (result !== 'settled' && result !== 'later') return;
  }
}

async function attempt(context: Context, posting: Posting): Promise<'sent' | 'settled' | 'later' | 'poor'> {
  try {
    const standing = await standingOf(context, posting.goal);
    if (standing !== 'open') return settle(context, posting, standing);
    await send(context, posting);
    return 'sent';
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return failed(context, posting, error);
  }
}

/** Whoever still wants what is out of reach may want it again, a little later and from newer facts. */
function settle(context: Context, posting: Posting, standing: Standing): 'settled' {
  const { store, clock, settings, metrics } = context;
  const isOver = standing === 'reached' || posting.goal.kind === 'fulfil';
  const notBefore = clock.now() + PAUSE * settings.times.poll;
  store.putPosting({ ...posting, state: isOver ? 'done' : 'given-up', notBefore });
  metrics.add('quorate_postings_total', { kind: posting.goal.kind, outcome: standing });
  if (standing === 'out-of-reach' && posting.goal.kind === 'fulfil')
    recordLate(context, posting.data, posting.goal.request);
  return 'settled';
}

/** Signatures that come after a deadline, a refusal or a raised row are shown, not delivered: `record` takes what `fulfil` takes. */
function recordLate(context: Context, fulfil: Hex, request: Hex): void {
  const { deployment, ledger, self, log } = context;
  if (deployment.lateSignatures === null) {
    log('warn', 'signatures came too late, and there is nowhere to show them', { request });
    return;
  }
  const selector = toFunctionSelector(getAbiItem({ abi: LATE_SIGNATURES_ABI, name: 'record' }));
  const keyId = ledger.requests.get(request)?.keyId;
  const members = (keyId && ledger.keys.get(keyId)?.members) ?? [];
  want(context, {
    goal: { kind: 'record-late', request },
    to: deployment.lateSignatures,
    data: concat([selector, slice(fulfil, 4)]),
    rank: self === null ? 0 : rankOf(request, members, self.id),
  });
}
/** Polls before something that was given up is wanted again. */
const PAUSE = 4;

/** Written down before it leaves, so that after a crash the same transaction is found again, not a second one sent. */
async function send({ chain, wallet, store, clock, log }: Context, posting: Posting): Promise<void> {
  const estimate = await chain.estimateGas(wallet.gasAccount, posting.to, posting.data);
  const [nonce, fees] = await Promise.all([chain.nonce(wallet.gasAccount), chain.fees()]);
  const gas = gasLimit(estimate);
  const price = priceOf(fees);
  const { raw, hash } = await wallet.signTransaction({
    to: posting.to,
    data: posting.data,
    value: 0n,
    gas,
    nonce,
    ...price,
  });
  const sent: Sent = {
    ...{ nonce, raw, hashes: [hash], gas: gas.toString(), sentAt: clock.now() },
    maxFeePerGas: price.maxFeePerGas.toString(),
    maxPriorityFeePerGas: price.maxPriorityFeePerGas.toString(),
  };
  store.putPosting({ ...posting, state: 'sent', sent });
  log('info', 'sends a transaction', { posting: posting.id, hash, nonce });
  await chain.send(raw);
}

/** Failed attempts before a posting is dropped; who wants it still may want it again. */
const MOST_FAILURES = 8;

function failed(context: Context, posting: Posting, error: Retryable): 'later' | 'poor' | 'sent' {
  const { store, clock, log, metrics, settings, problems } = context;
  const current = store.posting(posting.id) ?? posting;
  log('warn', 'a transaction failed', { posting: posting.id, code: error.code, reason: describe(error) });
  if (error.code === 'GAS_ACCOUNT_EMPTY') {
    problems.set(
      'gas',
      `the gas account ${context.wallet.gasAccount} cannot pay: send it some of the chain's currency`,
    );
    store.putPosting({ ...current, state: 'wanted', sent: null });
    return 'poor';
  }
  if (current.state === 'sent') return 'sent'; // it may have left all the same: `tendSent` finds out
  if (error.code !== 'TRANSACTION_REVERTS') return 'later';
  const failures = posting.failures + 1;
  const state = failures >= MOST_FAILURES ? 'given-up' : 'wanted';
  const notBefore = clock.now() + settings.times.poll * 2 ** Math.min(failures, 6);
  store.putPosting({ ...posting, state, failures, notBefore });
  metrics.add('quorate_postings_total', { kind: posting.goal.kind, outcome: state === 'wanted' ? 'reverts' : state });
  return 'later';
}
