/** The first questions to a new life of the enclave: what it is, and whether it is the one that this host is set up for. */

import { API_VERSION, type Status, type UnrootedStatus } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { enclaveId } from '../../formats/wirePreimages.ts';
import type { Deployment } from '../chain/deployment.ts';
import { Fatal, Retryable } from '../errors.ts';
import type { Chain } from '../ports/chain.ts';
import type { Enclave } from '../ports/enclave.ts';
import type { Store } from '../ports/store.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Settings } from '../settings.ts';
import type { Self } from './life.ts';

export type StartPorts = {
  readonly enclave: Pick<Enclave, 'call'>;
  readonly chain: Pick<Chain, 'enclaveOf'>;
  readonly store: Pick<Store, 'sealed'>;
  readonly wallet: Wallet;
};

/** Null where it has no identity yet. @throws Fatal when another enclave, release or configuration is there than the host is set up for; Retryable */
export async function startEnclave(
  ports: StartPorts,
  deployment: Deployment,
  settings: Settings,
): Promise<Self | null> {
  const status = await boot(ports, deployment);
  const self = status.identity === null ? null : selfOf(ports.wallet, deployment, status);
  await requireOwn(ports, settings, self);
  return self;
}

export function selfOf({ operator }: Pick<Wallet, 'operator'>, deployment: Deployment, status: Status): Self {
  return { id: enclaveId(deployment.chainId, deployment.enclaveRegistry, operator, status.identity), status };
}

async function boot({ store, enclave }: StartPorts, deployment: Deployment): Promise<UnrootedStatus | Status> {
  const kept = store.sealed();
  const { ok: status, refusal } = await enclave.call('boot', { sealed: kept?.sealed ?? null });
  if (refusal?.code === 'TEE_UNAVAILABLE') throw new Retryable('ENCLAVE_REFUSED', `boot: ${refusal.detail}`);
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
async function requireOwn({ chain, wallet }: StartPorts, settings: Settings, self: Self | null): Promise<void> {
  const current = await chain.enclaveOf(wallet.operator);
  if (current === null || current === self?.id || settings.replaceIdentity) return;
  throw otherIdentity(wallet.operator, current, self?.id ?? null);
}

/** @param own null where it is a new one */
export function otherIdentity(operator: Hex, current: Hex, own: Hex | null): Fatal {
  const detail = `the operator ${operator} has registered enclave ${current}, this is ${own ?? 'a new one'}`;
  const advice =
    'Start the host with the data directory of that enclave. Only if it is lost for good: retire it (`quorate retire`) and set "replaceIdentity": true.';
  return new Fatal('OTHER_IDENTITY', detail, advice);
}
