/** A record is written only of what is the DAO's, exactly as planned: any difference ends the run. */

import type { Provider } from 'ethers';
import type { Governance } from '../governance.ts';
import type { DeployOptions } from '../options.ts';
import type { Registries } from '../registries.ts';
import { auditAccessManager } from './accessManager.ts';
import { auditEvents } from './events.ts';
import { auditTimelock } from './timelock.ts';

export class NotHandedOver extends Error {
  constructor(differences: readonly string[]) {
    super(
      `not handed over as planned: ${differences.join('; ')}. No record is written: if you cannot explain this, ` +
        "the deployer's key is known to others. Use none of these contracts: move the partial record away and deploy " +
        'anew, with another key',
    );
  }
}

export async function requireHandedOver(
  provider: Provider,
  deployer: string,
  it: Governance & Registries,
  options: DeployOptions,
  firstBlock: number,
): Promise<void> {
  const differences = [
    ...(await auditAccessManager(provider, it, options, firstBlock)),
    ...(await auditTimelock(provider, deployer, it, options, firstBlock)),
    ...(await auditEvents(provider, it, options, firstBlock)),
  ];
  if (differences.length > 0) throw new NotHandedOver(differences);
}
