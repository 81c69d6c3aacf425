/** Compiles what verifies evidence, and nothing else; loaded before what stands on it. */

import { buildDeployed } from '../contracts/build.ts';
import { VERIFYING } from '../contracts/deployed.ts';

/** @throws where a contract does not compile */
export function buildVerifiers(): Promise<void> {
  return buildDeployed(undefined, VERIFYING);
}
