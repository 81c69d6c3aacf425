/**
 * Seal, keep, only then confirm: what the enclave sealed is stored before it is told so, and only then does it say that it keeps a share.
 * What is not stored is not acknowledged, so nothing is ever confirmed that a crash could take away.
 */

import type { Event } from '../../enclave/api.ts';
import type { Life } from '../life/life.ts';
import type { Store } from '../ports/store.ts';

/** @throws Retryable STORE_UNAVAILABLE, ENCLAVE_DOWN; Fatal STORE_ROLLED_BACK */
export async function keepShare(
  store: Pick<Store, 'keepSealed'>,
  life: Pick<Life, 'ask'>,
  { generation, sealed }: Extract<Event, { readonly event: 'seal' }>,
): Promise<void> {
  store.keepSealed({ generation, sealed });
  await life.ask('kept', { generation });
}
