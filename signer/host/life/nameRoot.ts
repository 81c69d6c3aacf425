/** First trust of an enclave that has no identity yet: it draws one for this root, and verifies from it for ever. */

import type { Finality } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { Retryable } from '../errors.ts';
import type { Beacon } from '../ports/beacon.ts';
import { type LiePorts, requireLie } from './lies.ts';
import type { Life } from './life.ts';

export type RootPorts = LiePorts & { readonly beacon: Pick<Beacon, 'bootstrap'> };

/** @param root null where nobody has named one @throws Retryable BEACON_UNKNOWN, EnclaveRefused CHECKPOINT_REJECTED for a lie, and others */
export async function nameRoot(ports: RootPorts, ask: Life['ask'], root: Hex | null): Promise<Finality> {
  if (root === null)
    throw new Retryable('BEACON_UNKNOWN', 'this enclave has no checkpoint yet: put a recent one into chain.checkpoint');
  const told = await ports.beacon.bootstrap(root);
  try {
    return await ask('bootstrap', { root, bootstrap: told.bytes });
  } catch (error) {
    requireLie(ports, error, told);
    throw error;
  }
}
