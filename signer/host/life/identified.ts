/** Whom an enclave is, once it is somebody. */

import type { Status, UnrootedStatus } from '../../enclave/api.ts';
import { Retryable } from '../errors.ts';

/** @throws Retryable ENCLAVE_DOWN where no root was named yet: to whoever waits for an identity, nobody is up */
export function identified(status: UnrootedStatus | Status): Status {
  if (status.identity !== null) return status;
  throw new Retryable('ENCLAVE_DOWN', 'the enclave has no identity yet');
}
