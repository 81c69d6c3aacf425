/** Token, timelock, governor and access manager of a new DAO. */

import { type Signer, ZeroAddress } from 'ethers';
import type { AccessManager } from '../../types/@openzeppelin/contracts/access/manager/AccessManager.ts';
import type { TimelockController } from '../../types/@openzeppelin/contracts/governance/TimelockController.ts';
import type { QuorateGovernor } from '../../types/contracts/governance/QuorateGovernor.ts';
import type { QuorateToken } from '../../types/contracts/governance/QuorateToken.ts';
import { AccessManager__factory } from '../../types/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts';
import { TimelockController__factory } from '../../types/factories/@openzeppelin/contracts/governance/TimelockController__factory.ts';
import { QuorateGovernor__factory } from '../../types/factories/contracts/governance/QuorateGovernor__factory.ts';
import { QuorateToken__factory } from '../../types/factories/contracts/governance/QuorateToken__factory.ts';
import { mined } from './mined.ts';
import type { DeployOptions } from './options.ts';

export type Governance = {
  readonly token: QuorateToken;
  readonly timelock: TimelockController;
  readonly governor: QuorateGovernor;
  readonly accessManager: AccessManager;
};

/** Both the timelock and the access manager still have the deployer as their admin: `handOver` ends that. */
export async function deployGovernance(deployer: Signer, options: DeployOptions): Promise<Governance> {
  const { token: named, governor: rules } = options;
  const token = await mined(
    new QuorateToken__factory(deployer).deploy(named.name, named.symbol, [...named.allocations]),
  );
  const timelock = await mined(
    // whoever pays the gas may execute what was voted and has waited
    new TimelockController__factory(deployer).deploy(options.timelockDelay, [], [ZeroAddress], deployer),
  );
  const governor = await mined(new QuorateGovernor__factory(deployer).deploy(rules.name, token, timelock, rules));
  const accessManager = await mined(new AccessManager__factory(deployer).deploy(deployer));
  return { token, timelock, governor, accessManager };
}
