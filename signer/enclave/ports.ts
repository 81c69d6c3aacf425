/** Everything that the enclave does not decide itself comes through here; main.ts wires the real ones, tests the seeded ones. */

import type { applyUpdate } from '../finality/applyUpdate.ts';
import type { bootstrap } from '../finality/bootstrap.ts';
import type { VerifyState } from '../proof/state.ts';
import type { SchemeSuites } from '../protocol/ciphersuite/suites.ts';
import type { Rng } from '../protocol/committee.ts';
import type { Identities } from './identity.ts';
import type { Tee } from './tee/tee.ts';

/** What is shown of the chain, verified: signer/finality and signer/proof. */
export type Verifiers = {
  readonly bootstrap: typeof bootstrap;
  readonly applyUpdate: typeof applyUpdate;
  readonly verifyState: VerifyState;
};

export type Ports = {
  readonly rng: Rng;
  /** Milliseconds on a clock that never goes back and means nothing by itself. */
  readonly clock: () => number;
  readonly tee: Tee;
  readonly identities: Identities;
  readonly suites: SchemeSuites;
  /** Tests put words without signatures and tries in their place. */
  readonly verifiers: Verifiers;
};
