/** Keeps the enclave alive, registered, and its latest life on chain; serving begins when the chain has all of it, finally. */

import type { Hex } from '../../formats/hex.ts';
import type { EnclaveRecord } from '../chain/ledger.ts';
import { ask, type Context, type Self, timeNow } from '../context.ts';
import { recordBoot } from '../path/recordBoot.ts';
import { registerEnclave } from '../path/registerEnclave.ts';
import type { EnclaveHandlers } from '../ports/enclave.ts';
import type { Goal } from '../ports/store.ts';
import { postingId } from '../posting/want.ts';
import type { Restarts } from './restarts.ts';
import { startEnclave } from './startEnclave.ts';

/** One step; the next tick takes the next one. */
export async function tendEnclave(context: Context, restarts: Restarts, handlers: EnclaveHandlers): Promise<void> {
  const self = context.self ?? (await startEnclave(context, restarts, handlers));
  if (self === null || context.isStopping) return;
  const known = context.ledger.enclaves.get(self.id);
  const isRegistered = known !== undefined && known.validUntil > timeNow(context);
  const isRecorded = known?.boot?.nonce === self.status.nonce;
  const isRevoked = known !== undefined && context.ledger.revoked.has(known.measurement);
  context.isServing = isRegistered && isRecorded && !isRevoked;
  if (context.isServing) restarts.failures = 0;
  explain(context, isRegistered, isRecorded, isRevoked);
  if (known === undefined || isStale(context, known)) await register(context, self, known);
  else if (!isRecorded) await record(context, self);
}

function explain({ problems }: Context, isRegistered: boolean, isRecorded: boolean, isRevoked: boolean): void {
  problems.delete('enclave');
  if (isRevoked) problems.set('enclave', 'a vote has revoked the measurement of this enclave: it signs nothing');
  else if (!isRegistered) problems.set('enclave', 'no valid registration of this enclave is final on chain yet');
  else if (!isRecorded) problems.set('enclave', 'the boot record of this life is not final on chain yet');
}

/** Part of an attestation's lifetime that is left when the next one is due, whatever `renewSeconds` says. */
const LAST_PART = 1 / 3;

/** The attestation lapses soon, or the registry names another host than this one. */
function isStale(context: Context, known: EnclaveRecord): boolean {
  const { endpoint, tlsKey, region, renew } = { ...context.settings, renew: context.settings.times.renewSeconds };
  if (known.endpoint !== endpoint || known.tlsKey !== tlsKey || known.region !== region) return true;
  const left = known.validUntil - timeNow(context);
  return left < Math.min(renew, lifetimeOf(context, known, left) * LAST_PART);
}

/** Seconds that were left when this attestation was first seen; kept, so that a restart does not take the rest for the whole. */
function lifetimeOf({ store }: Context, { id, epoch }: EnclaveRecord, left: number): number {
  const name = `lifetime of ${id} ${epoch}`;
  const known = store.fact(name);
  if (known !== null) return Number(known);
  store.setFact(name, String(left));
  return left;
}

async function register(context: Context, self: Self, known: EnclaveRecord | undefined): Promise<void> {
  const epoch = (known?.epoch ?? 0) + 1;
  if (mayWant(context, { kind: 'register', enclave: self.id, epoch })) await registerEnclave(context, self, epoch);
}

async function record(context: Context, self: Self): Promise<void> {
  const goal = { kind: 'record-boot', enclave: self.id, nonce: self.status.nonce, counter: '0' } as const;
  if (mayWant(context, goal)) await recordBoot(context, self);
}

/** Asking the enclave is worth it only when the answer would be posted. */
function mayWant({ store, clock }: Context, goal: Goal): boolean {
  const posting = store.posting(postingId(goal));
  return posting === null || (posting.state === 'given-up' && clock.now() >= posting.notBefore);
}

/** A seal may come at any time; only what is kept may be acted on. */
export async function keepSealed(context: Context, generation: number, sealed: Hex): Promise<void> {
  context.store.keepSealed({ generation, sealed });
  await ask(context, 'kept', { generation });
}
