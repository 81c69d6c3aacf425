/** What an enclave asks, answered by the machine that it runs on. */

import type { Tee } from '../../enclave/tee/tee.ts';
import { teeOf } from '../../evidence/identity.ts';
import type { Source } from './source.ts';

export function sourceTee(source: Source, configuration: Uint8Array): Tee {
  return {
    configuration: async () => ({ tee: teeOf(source.kind), configuration }),
    evidence: (reportData) => source.evidence(reportData),
    sealingKey: () => source.sealingKey(),
  };
}
