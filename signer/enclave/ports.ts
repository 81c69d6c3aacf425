/** Everything that the enclave does not decide itself comes through here; main.ts wires the real ones, tests the seeded ones. */

import type { VerifyState } from '../proof/state.ts';
import type { Suites } from '../protocol/ciphersuite/suites.ts';
import type { Rng } from '../protocol/committee.ts';
import type { Identities } from './identity.ts';
import type { Tee } from './tee/tee.ts';

export type Ports = {
  readonly rng: Rng;
  /** Milliseconds on a clock that never goes back and means nothing by itself. */
  readonly clock: () => number;
  readonly tee: Tee;
  readonly identities: Identities;
  readonly suites: Suites;
  /** Tests put words without tries in its place. */
  readonly verifyState: VerifyState;
};
