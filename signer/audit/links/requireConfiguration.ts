/** The measured configuration says which chain, which contracts with which code, and whose signatures make a block final. */

import type { FinalityConfig } from '../../finality/config.ts';
import { decodeConfig } from '../../finality/configBytes.ts';
import { isRejection } from '../../finality/rejection.ts';
import { type Configuration, type ContractName, parseConfiguration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { broken, Rejected } from '../broken.ts';
import type { Bundle } from '../bundle.ts';
import { networkOf } from '../network.ts';
import { requireRecorded, type Trust } from '../trust.ts';

export type Configured = {
  readonly configuration: Configuration;
  readonly finality: FinalityConfig;
  /**
   * Not only by whoever made the bundle: the auditor has named it, or its rules of finality are those that this release has for its chain.
   * Of a chain that no release knows nothing is proven to anybody, and the audit says so.
   */
  readonly isVouchedFor: boolean;
};

/** @throws Broken, Refused, Rejected */
export function requireConfiguration(bundle: Pick<Bundle, 'configuration'>, trust: Trust): Configured {
  const configuration = parseConfiguration(bundle.configuration);
  if (trust.configuration !== null && !isEqual(trust.configuration, configuration.hash))
    broken('CONFIGURATION_OTHER', `${toHex(configuration.hash)}, expected ${toHex(trust.configuration)}`);
  requireRecordedContracts(configuration, trust);
  const finality = decodeConfig(configuration.finality);
  if (isRejection(finality)) throw new Rejected(finality);
  const isVouchedFor = trust.configuration !== null || networkOf(finality)?.isSame !== false;
  return { configuration, finality, isVouchedFor };
}

function requireRecordedContracts({ chainId, contracts }: Configuration, trust: Trust): void {
  const recorded = trust.deployment?.chainId ?? chainId;
  if (recorded !== chainId) broken('CHAIN_OTHER', `chain ${chainId}, recorded ${recorded}`);
  for (const name of Object.keys(contracts) as ContractName[]) requireRecorded(trust, name, contracts[name]);
}
