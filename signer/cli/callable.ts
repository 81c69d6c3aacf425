/** What a vote can call at each contract of a deployment, by its name in the record. */

import type { Abi } from 'viem';
import {
  ACCESS_MANAGER_ABI,
  CODE_HASH_GUARD_ABI,
  COMMITTEE_VOTES_ABI,
  ENCLAVES_ABI,
  GOVERNOR_ABI,
  GUARDIAN_ABI,
  KEYS_ABI,
  LIVENESS_GUARD_ABI,
  MEASUREMENTS_ABI,
  REQUESTS_ABI,
  SPENDING_LIMITS_ABI,
  TIMELOCK_ABI,
  TOKEN_ABI,
} from './abi.ts';

const BY_NAME: Readonly<Record<string, Abi>> = {
  accessManager: ACCESS_MANAGER_ABI,
  codeHashGuard: CODE_HASH_GUARD_ABI,
  committeeVotes: COMMITTEE_VOTES_ABI,
  enclaveRegistry: ENCLAVES_ABI,
  governor: GOVERNOR_ABI,
  guardianContract: GUARDIAN_ABI,
  keyRegistry: KEYS_ABI,
  livenessGuard: LIVENESS_GUARD_ABI,
  measurementRegistry: MEASUREMENTS_ABI,
  signingRequests: REQUESTS_ABI,
  spendingLimits: SPENDING_LIMITS_ABI,
  timelock: TIMELOCK_ABI,
  token: TOKEN_ABI,
};

export function callable(contract: string): Abi | null {
  return Object.hasOwn(BY_NAME, contract) ? (BY_NAME[contract] ?? null) : null;
}
