/** Evidence of the development TEE, made from docs/formats.md and nothing of ours. */

import { p256 } from '@noble/curves/nist.js';
import { concat, getBytes, id, sha256, toBeHex } from 'ethers';
import type { DevelopmentRoot } from '../../../scripts/deploy/options.ts';
import { encode } from './preimages.ts';

export const DEVELOPMENT_TEE = id('quorate/tee/development/1');
export const P256_ORDER = p256.Point.Fn.ORDER;
const ROOT_SECRET = getBytes(sha256('0x01'));

export type Statement = {
  readonly image: string;
  readonly configuration: string;
  readonly reportData: string;
  readonly platformId: string;
  readonly issuedAt: number | bigint;
};

export function developmentRoot(maxAge: number): DevelopmentRoot {
  const { x, y } = p256.Point.BASE.multiply(p256.Point.Fn.fromBytes(ROOT_SECRET)).toAffine();
  return { x: toBeHex(x, 32), y: toBeHex(y, 32), maxAge };
}

export function statementDigest(statement: Statement): string {
  return sha256(concat([id('quorate/development-statement/1'), words(statement)]));
}

export function evidence(statement: Statement, secret = ROOT_SECRET): string {
  const signature = p256.sign(getBytes(statementDigest(statement)), secret, { prehash: false });
  return concat([words(statement), signature]);
}

function words({ image, configuration, reportData, platformId, issuedAt }: Statement): string {
  return encode([image, configuration, reportData, platformId, issuedAt]);
}
