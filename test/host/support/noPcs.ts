/** A collateral service that does not answer: for hosts whose TEE needs none. */

import { Retryable } from '../../../signer/host/errors.ts';
import type { Pcs } from '../../../signer/host/ports/pcs.ts';

const absent = async () => {
  throw new Retryable('COLLATERAL_UNAVAILABLE', 'nobody answers');
};

export const NO_PCS: Pcs = { revocationList: absent, tcbInfo: absent, qeIdentity: absent };
