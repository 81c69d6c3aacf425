/** A new life of the enclave: its process, its sealed state, and who it is. */

import { API_VERSION, type Status } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { enclaveId } from '../../formats/wirePreimages.ts';
import type { Context, Self } from '../context.ts';
import { describe, Fatal, isRetryable } from '../errors.ts';
import type { EnclaveHandlers } from '../ports/enclave.ts';
import { backOff, type Restarts } from './restarts.ts';

/** Null while it does not start; the next try comes later each time. */
export async function startEnclave(
  context: Context,
  restarts: Restarts,
  handlers: EnclaveHandlers,
): Promise<Self | null> {
  const { clock, enclave, log, problems, metrics } = context;
  if (context.isStopping || clock.now() < restarts.notBefore) return null;
  problems.set('enclave', 'the enclave process is starting');
  try {
    await enclave.start(handlers);
    return await introduce(context, await boot(context));
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

async function introduce(context: Context, status: Status): Promise<Self> {
  const { log, mail } = context;
  const self = { id: await identify(context, status), status };
  context.self = self;
  context.shown = status.head?.number ?? 0;
  dropOldBoots(context, status.nonce);
  mail.sign({ id: self.id, life: status.nonce });
  log('info', 'the enclave is up', {
    enclave: self.id,
    identity: status.identity,
    generation: status.generation,
  });
  return self;
}

/** Boot records of earlier lives would only be in the way. */
function dropOldBoots({ store }: Context, nonce: Hex): void {
  for (const posting of store.openPostings()) {
    const { goal, state } = posting;
    if (goal.kind === 'record-boot' && goal.nonce !== nonce && state === 'wanted') {
      store.putPosting({ ...posting, state: 'given-up' });
    }
  }
}

async function boot({ store, enclave, deployment }: Context): Promise<Status> {
  const kept = store.sealed();
  const { ok: status, refusal } = await enclave.call('boot', { sealed: kept?.sealed ?? null });
  if (refusal !== undefined) {
    const detail = `the enclave cannot open its sealed state: ${refusal.code}: ${refusal.detail}`;
    const advice =
      'Its measurement or this machine has changed since. Go back to the release that sealed it, or start anew with an empty data directory and `replaceIdentity`: the share is then lost.';
    throw new Fatal('OTHER_IDENTITY', detail, advice);
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
  const detail = `the operator ${wallet.operator} has registered enclave ${current}, this is ${id}`;
  const advice =
    'Start the host with the data directory of that enclave. Only if it is lost for good: retire it with the operator account (EnclaveRegistry.retire) and set "replaceIdentity": true.';
  throw new Fatal('OTHER_IDENTITY', detail, advice);
}
