/** What a deployment was begun with: no other run may continue it. */

import { id, keccak256, type Signer, toUtf8Bytes } from 'ethers';
import { creationCodes } from './builds.ts';
import { askedForIn, type DeployOptions } from './options.ts';

export type Origin = {
  readonly chainId: string;
  readonly deployer: string;
  /** Keccak-256 of the options as JSON, with sorted names. */
  readonly options: string;
  /** Keccak-256 over the creation code of every contract. */
  readonly code: string;
};

export class OtherDeployment extends Error {
  constructor(path: string, differing: readonly string[]) {
    super(
      `${path} was begun with another ${differing.join(' and ')}: run again with what it was begun with, ` +
        'or move the file away to deploy anew',
    );
  }
}

export async function originOf(deployer: Signer, chainId: bigint, options: DeployOptions): Promise<Origin> {
  return {
    chainId: chainId.toString(),
    deployer: await deployer.getAddress(),
    options: id(canonical(options)),
    code: keccak256(toUtf8Bytes(Object.values(await creationCodes(askedForIn(options))).join())),
  };
}

export function requireSame(path: string, was: Origin | undefined, is: Origin): void {
  const names: (keyof Origin)[] = ['chainId', 'deployer', 'options', 'code'];
  const differing = names.filter((name) => was?.[name] !== is[name]);
  if (differing.length > 0) throw new OtherDeployment(path, differing);
}

/** The order of names in a file says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return each.toString();
    if (each === null || typeof each !== 'object' || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
