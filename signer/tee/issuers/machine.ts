/** A machine that is played: what it has started, and the quotes that it makes of it. */

import type { KeyObject } from 'node:crypto';
import { type Started, tdRegisters } from '../registers.ts';
import { scalarOf } from '../rootKey.ts';
import { intelAuthority } from './intel/authority.ts';
import { issueTdx, ppidOf } from './intel/issueTdx.ts';

type Bytes = Uint8Array;
export type DevelopmentMachine = {
  readonly rootKey: KeyObject;
  /** Which machine this pretends to be: 32 bytes. */
  readonly platformId: Bytes;
  readonly started: Started;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Up to 64 bytes of report data in, a quote out. */
export function quotesOf({ rootKey, platformId, started }: DevelopmentMachine): (reportData: Bytes) => Bytes {
  const seed = scalarOf(rootKey);
  const [authority, registers] = [intelAuthority(seed), tdRegisters(started)];
  return (reportData) => issueTdx(authority, seed, ppidOf(platformId), registers, reportData);
}
