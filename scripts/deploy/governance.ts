/** Token, timelock, governor and access manager of a new DAO. */

import { ZeroAddress } from 'ethers';
import type { TimelockController } from '../../types/@openzeppelin/contracts/governance/TimelockController.ts';
import type { CodeHashGuard } from '../../types/contracts/governance/CodeHashGuard.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import type { QuorateGovernor } from '../../types/contracts/governance/QuorateGovernor.ts';
import type { QuorateToken } from '../../types/contracts/governance/QuorateToken.ts';
import { TimelockController__factory } from '../../types/factories/@openzeppelin/contracts/governance/TimelockController__factory.ts';
import { CodeHashGuard__factory } from '../../types/factories/contracts/governance/CodeHashGuard__factory.ts';
import { QuorateAccessManager__factory } from '../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { QuorateGovernor__factory } from '../../types/factories/contracts/governance/QuorateGovernor__factory.ts';
import { QuorateToken__factory } from '../../types/factories/contracts/governance/QuorateToken__factory.ts';
import type { DeployOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Governance = {
  readonly token: QuorateToken;
  readonly timelock: TimelockController;
  readonly governor: QuorateGovernor;
  readonly accessManager: QuorateAccessManager;
  readonly codeHashGuard: CodeHashGuard;
};

/** Both the timelock and the access manager still have the deployer as their admin: `renounce` ends that. */
export async function deployGovernance(steps: Steps, deployer: string, options: DeployOptions): Promise<Governance> {
  const { token: named, governor: rules, timelockDelay } = options;
  const token = await steps.create('token', QuorateToken__factory, named.name, named.symbol, [...named.allocations]);
  // whoever pays the gas may execute what was voted and has waited
  const executors = [ZeroAddress];
  const timelock = await steps.create('timelock', TimelockController__factory, timelockDelay, [], executors, deployer);
  const governor = await steps.create('governor', QuorateGovernor__factory, rules.name, token, timelock, rules);
  const accessManager = await steps.create('accessManager', QuorateAccessManager__factory, deployer);
  const codeHashGuard = await steps.create('codeHashGuard', CodeHashGuard__factory);
  return { token, timelock, governor, accessManager, codeHashGuard };
}
