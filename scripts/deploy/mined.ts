/** Waiting for the chain. */

import type { ContractTransactionResponse } from 'ethers';

type Deployed = { waitForDeployment(): Promise<unknown> };

/** The contract, once it has code. */
export async function mined<T extends Deployed>(deployment: Promise<T>): Promise<T> {
  const contract = await deployment;
  await contract.waitForDeployment();
  return contract;
}

/** Sends one transaction and waits until it is in a block. */
export async function send(transaction: Promise<ContractTransactionResponse>): Promise<void> {
  await (await transaction).wait();
}
