/** Evidence of each kind about one machine and what it has started: a kind is a row. */

import type { KeyObject } from 'node:crypto';
import { type Kind, measure } from '../measured.ts';
import { nitroRegisters, type Started, tdRegisters } from '../registers.ts';
import { scalarOf } from '../rootKey.ts';
import { intelAuthority } from './intel/authority.ts';
import { issueTdx, ppidOf } from './intel/issueTdx.ts';
import { nitroAuthority } from './nitro/authority.ts';
import { issueNitro, nitroMachine } from './nitro/issueNitro.ts';
import { issueStatement } from './statement.ts';

type Bytes = Uint8Array;
export type DevelopmentMachine = {
  readonly rootKey: KeyObject;
  /** Which machine this pretends to be: 32 bytes. */
  readonly platformId: Bytes;
  readonly started: Started;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};
/** 32 bytes of report data in, evidence out. */
export type Issue = (reportData: Bytes) => Bytes;

const ISSUERS: Readonly<Record<Kind, (machine: DevelopmentMachine) => Issue>> = {
  development: ({ rootKey, platformId, started: { code, configuration }, now }) => {
    const measured = measure(code, configuration);
    return (reportData) => issueStatement(rootKey, measured, platformId, reportData, Math.floor(now() / 1000));
  },
  tdx: ({ rootKey, platformId, started }) => {
    const seed = scalarOf(rootKey);
    const [authority, registers] = [intelAuthority(seed), tdRegisters(started)];
    return (reportData) => issueTdx(authority, seed, ppidOf(platformId), registers, reportData);
  },
  nitro: ({ rootKey, platformId, started, now }) => {
    const [authority, machine] = [nitroAuthority(scalarOf(rootKey)), nitroMachine(platformId)];
    const registers = nitroRegisters(started, machine.instance);
    return (userData) => issueNitro(authority, machine, { registers, userData, nonce: null, publicKey: null }, now());
  },
};

export function issuerOf(kind: Kind, machine: DevelopmentMachine): Issue {
  return ISSUERS[kind](machine);
}
