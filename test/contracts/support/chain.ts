/** A chain of its own for one test file, with every contract deployed and the DAO at hand. */

import type { HardhatEthers, HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import type { NetworkHelpers } from '@nomicfoundation/hardhat-network-helpers/types';
import { id } from 'ethers';
import { network } from 'hardhat';
import type { NetworkConfigOverride } from 'hardhat/types/config';
import { type DeployOptions, localOptions } from '../../../scripts/deploy/options.ts';
import { type Deployment, deploy } from '../../../scripts/deploy.ts';
import type { VerifierMock } from '../../../types/contracts/mocks/VerifierMock.ts';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { TEE, VENDOR } from './tee.ts';

export type World = Deployment & {
  readonly ethers: HardhatEthers;
  readonly helpers: NetworkHelpers;
  readonly deployer: HardhatEthersSigner;
  readonly guardian: HardhatEthersSigner;
  readonly anyone: HardhatEthersSigner;
  /** Hold the tokens, half each. */
  readonly voters: readonly [HardhatEthersSigner, HardhatEthersSigner];
  readonly operators: readonly HardhatEthersSigner[];
  /** The timelock, acting as if a vote had passed: what a vote takes is tested in governance.test.ts. */
  readonly dao: HardhatEthersSigner;
  /** Of the TEE of the tests: believes everything. */
  readonly verifier: VerifierMock;
};

export const REGION = id('region');
export const SUPPLY = 1_000_000n * 10n ** 18n;

/** One fresh chain per call; inside a test file use it through `helpers.loadFixture`. */
export async function world(change: Partial<DeployOptions> = {}, override: NetworkConfigOverride = {}): Promise<World> {
  const { ethers, networkHelpers: helpers } = await network.create({ network: 'default', override });
  const signers = await ethers.getSigners();
  const [deployer, guardian, anyone, first, second, ...operators] = signers;
  if (!deployer || !guardian || !anyone || !first || !second) throw new Error('too few accounts');

  const allocations = [first, second].map((voter) => ({ holder: voter.address, amount: SUPPLY / 2n }));
  const options = { ...localOptions(allocations), guardian: guardian.address, ...change };
  const deployment = await deploy(deployer, options);
  for (const voter of [first, second]) await deployment.token.connect(voter).delegate(voter);
  const dao = await actAs(ethers, helpers, await deployment.timelock.getAddress());
  const verifier = await new VerifierMock__factory(deployer).deploy(TEE, VENDOR);
  await deployment.enclaveRegistry.connect(dao).setVerifier(verifier);
  const voters = [first, second] as const;
  return { ...deployment, ethers, helpers, deployer, guardian, anyone, voters, operators, dao, verifier };
}

async function actAs(ethers: HardhatEthers, helpers: NetworkHelpers, address: string): Promise<HardhatEthersSigner> {
  await helpers.impersonateAccount(address);
  await helpers.setBalance(address, 10n ** 20n);
  return ethers.getSigner(address);
}
