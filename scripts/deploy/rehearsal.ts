/** The same deployment on a chain of this process, from the same account and nonce: what it will send, what that costs, where all will be. */

import hre from 'hardhat';
import { deploy } from '../deploy.ts';
import type { DeployOptions } from './options.ts';
import type { Happening } from './steps.ts';

export type Planned = { readonly step: string; readonly gas: bigint; readonly created: string | null };

/** @param nonce of the deployer's next transaction @throws what the deployment itself would */
export async function rehearse(
  chainId: bigint,
  deployer: string,
  nonce: number,
  options: DeployOptions,
): Promise<readonly Planned[]> {
  const { ethers, networkHelpers: helpers } = await hre.network.create({
    network: 'default',
    override: { chainId: Number(chainId) },
  });
  await helpers.impersonateAccount(deployer);
  await helpers.setBalance(deployer, 10n ** 24n);
  if (nonce > 0) await helpers.setNonce(deployer, nonce);
  const planned: Planned[] = [];
  const watch = (it: Happening) => {
    if (it.is === 'mined') planned.push({ step: it.step, gas: it.gasUsed, created: it.created });
  };
  await deploy(await ethers.getSigner(deployer), options, undefined, watch);
  return planned;
}
