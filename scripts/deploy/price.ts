/** What a deployment costs its deployer, and whether it can pay. */

import { formatUnits, type Provider } from 'ethers';

export type Price = {
  readonly gas: bigint;
  /** Wei for each unit of gas: what a block asks now, and a quarter more, because a deployment takes many blocks. */
  readonly perGas: bigint;
  readonly total: bigint;
  readonly balance: bigint;
};

export async function priceOf(provider: Provider, deployer: string, gas: bigint): Promise<Price> {
  const [{ gasPrice }, balance] = await Promise.all([provider.getFeeData(), provider.getBalance(deployer)]);
  const perGas = ((gasPrice ?? 0n) * 5n) / 4n;
  return { gas, perGas, total: gas * perGas, balance };
}

/** Of the chain's currency, whatever it is called. */
export function coins(wei: bigint): string {
  const text = formatUnits(wei);
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.slice(0, 6).padEnd(6, '0')}`;
}

export function perGasWords(wei: bigint): string {
  return `${formatUnits(wei, 9)} gwei`;
}

export function gasWords(gas: bigint): string {
  return gas.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
