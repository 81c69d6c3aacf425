/** Keeps the enclave alive, registered, and its latest life on chain; serving begins when the chain has all of it, finally. */

import { API_VERSION, type Hex, type Status } from '../../enclave/api.ts';
import type { EnclaveRecord } from '../chain/ledger.ts';
import { enclaveId } from '../chain/preimages.ts';
import { ask, type Context, type Self, timeNow } from '../context.ts';
import { describe, Fatal, isRetryable } from '../errors.ts';
import { recordBoot } from '../path/recordBoot.ts';
import { registerEnclave } from '../path/registerEnclave.ts';
import type { EnclaveHandlers } from '../ports/enclave.ts';
import { postingId } from '../posting/want.ts';
import { backOff, type Restarts } from './restarts.ts';

/** One step; the next tick takes the next one. */
export async function tendEnclave(context: Context, restarts: Restarts, handlers: EnclaveHandlers): Promise<void> {
  const self = context.self ?? (await startEnclave(context, restarts, handlers));
  if (self === null || context.isStopping) return;
  const known = context.ledger.enclaves.get(self.id);
  const isRegistered = known !== undefined && known.validUntil > timeNow(context);
  const isRecorded = known?.boot?.nonce === self.status.nonce;
  context.isServing = isRegistered && isRecorded;
  if (context.isServing) restarts.failures = 0;
  explain(context, isRegistered, isRecorded);
  if (known === undefined || isStale(context, known)) await register(context, self, known);
  else if (!isRecorded) await record(context, self);
}

function explain({ problems }: Context, isRegistered: boolean, isRecorded: boolean): void {
  problems.delete('enclave');
  if (!isRegistered) problems.set('enclave', 'no valid registration of this enclave is final on chain yet');
  else if (!isRecorded) problems.set('enclave', 'the boot record of this life is not final on chain yet');
}

async function startEnclave(context: Context, restarts: Restarts, handlers: EnclaveHandlers): Promise<Self | null> {
  const { clock, enclave, log, problems, mail, metrics } = context;
  if (context.isStopping || clock.now() < restarts.notBefore) return null;
  problems.set('enclave', 'the enclave process is starting');
  try {
    await enclave.start(handlers);
    const status = await boot(context);
    const self = { id: await identify(context, status), status };
    context.self = self;
    context.shown = status.head?.number ?? 0;
    mail.sign({ id: self.id, life: status.nonce });
    log('info', 'the enclave is up', { enclave: self.id, identity: status.identity, generation: status.generation });
    return self;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    await enclave.stop();
    metrics.add('quorate_enclave_restarts_total');
    problems.set('enclave', `the enclave does not start: ${describe(error)}`);
    backOff(restarts, clock.now());
    log('error', 'the enclave does not start', { reason: describe(error) });
    return null;
  }
}

async function boot(context: Context): Promise<Status> {
  const { store, enclave, deployment } = context;
  const kept = store.sealed();
  const { ok: status, refusal } = await enclave.call('boot', { sealed: kept?.sealed ?? null });
  if (refusal !== undefined) {
    const advice =
      'Its measurement or this machine has changed since. Go back to the release that sealed it, or start anew with an empty data directory and `replaceIdentity`: the share is then lost.';
    throw new Fatal(
      'OTHER_IDENTITY',
      `the enclave cannot open its sealed state: ${refusal.code}: ${refusal.detail}`,
      advice,
    );
  }
  if (status.version !== API_VERSION) {
    const detail = `the enclave speaks version ${status.version}, this host ${API_VERSION}`;
    throw new Fatal('ENCLAVE_VERSION', detail, 'Install the host and the enclave bundle of the same release.');
  }
  if (status.configuration !== deployment.configuration) {
    const detail = `the enclave measured configuration ${status.configuration}, the host was given ${deployment.configuration}`;
    throw new Fatal('CONFIGURATION_DIFFERS', detail, 'Give host and TEE the same configuration file.');
  }
  return status;
}

/** Fatal when the operator has registered another enclave, unless this one is to take its place. */
async function identify({ chain, wallet, deployment, settings }: Context, { identity }: Status): Promise<Hex> {
  const id = enclaveId(deployment.chainId, deployment.enclaveRegistry, wallet.operator, identity);
  const current = await chain.enclaveOf(wallet.operator);
  if (current === null || current === id || settings.replaceIdentity) return id;
  const advice =
    'Start the host with the data directory of that enclave. Only if it is lost for good: retire it with the operator account (EnclaveRegistry.retire) and set "replaceIdentity": true.';
  throw new Fatal(
    'OTHER_IDENTITY',
    `the operator ${wallet.operator} has registered enclave ${current}, this is ${id}`,
    advice,
  );
}

/** The attestation lapses soon, or the registry names another host than this one. */
function isStale(context: Context, { validUntil, endpoint, tlsKey, region }: EnclaveRecord): boolean {
  const { settings } = context;
  const isSame = endpoint === settings.endpoint && tlsKey === settings.tlsKey && region === settings.region;
  return !isSame || validUntil - timeNow(context) < settings.times.renewSeconds;
}

async function register(context: Context, self: Self, known: EnclaveRecord | undefined): Promise<void> {
  const epoch = (known?.epoch ?? 0) + 1;
  const posting = context.store.posting(postingId({ kind: 'register', enclave: self.id, epoch }));
  if (posting === null || posting.state === 'given-up') await registerEnclave(context, self, epoch);
}

async function record(context: Context, self: Self): Promise<void> {
  const goal = { kind: 'record-boot', enclave: self.id, nonce: self.status.nonce, counter: '0' } as const;
  const posting = context.store.posting(postingId(goal));
  if (posting === null || posting.state === 'given-up') await recordBoot(context, self);
}

/** The next seal of a life may be asked for at any time; only what is kept may be acted on. */
export async function keepSealed(context: Context, generation: number, sealed: Hex): Promise<void> {
  context.store.keepSealed({ generation, sealed });
  await ask(context, 'kept', { generation });
}
