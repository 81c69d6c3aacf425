/** A TEE of the tests' own, whose verifier believes what it is told: what verifiers check is tested where they are. */

import { AbiCoder, id } from 'ethers';
import { measurement } from './preimages.ts';

export const TEE = id('TEE of the tests');
export const VENDOR = id('vendor of the tests');
/** Seconds that evidence counts. */
export const MAX_AGE = 30 * 24 * 3600;

const ATTESTATION = 'tuple(bytes32,bytes32,bytes32,bytes32,uint48,uint48,uint8,uint32)';

export type Statement = {
  readonly image: string;
  readonly configuration: string;
  readonly reportData: string;
  readonly platformId: string;
  readonly issuedAt: number | bigint;
};

/** An `Attestation`, as the verifier returns it. */
export function evidence({ image, configuration, reportData, platformId, issuedAt }: Statement): string {
  const times = [issuedAt, BigInt(issuedAt) + BigInt(MAX_AGE)];
  return attestation(TEE, measurement(TEE, image, configuration), reportData, platformId, times);
}

/** Of any TEE whose verifier believes. @param times from when, and until when it is valid */
export function attestation(
  tee: string,
  measured: string,
  reportData: string,
  platformId: string,
  times: readonly (number | bigint)[],
): string {
  return AbiCoder.defaultAbiCoder().encode([ATTESTATION], [[tee, measured, reportData, platformId, ...times, 0, 0]]);
}
