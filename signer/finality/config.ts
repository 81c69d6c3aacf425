/** Which chain, and which forks of it: part of the enclave's measured configuration, a plain value here. */

import type { Bytes } from './bytes.ts';
import { reject } from './rejection.ts';

/** The formats that are compiled in. A fork of another name keeps one of them (Fulu keeps Electra's) or is unknown here. */
export const SHAPES = ['capella', 'deneb', 'electra', 'gloas'] as const;
export type Shape = (typeof SHAPES)[number];

export type Fork = { readonly epoch: number; readonly version: Bytes; readonly shape: Shape };

export type FinalityConfig = {
  readonly genesisValidatorsRoot: Bytes;
  /** Seconds since 1970. */
  readonly genesisTime: number;
  readonly secondsPerSlot: number;
  readonly slotsPerEpoch: number;
  readonly epochsPerSyncCommitteePeriod: number;
  readonly syncCommitteeSize: number;
  /** How many of a committee must have signed: two thirds, or more by policy. */
  readonly minParticipants: number;
  /** Whether each execution header says the root of its parent beacon block (EIP-4788) and consensus holds it to that: no local chain's does. */
  readonly parentRoots: boolean;
  /** In order of their epochs. Slots before the first row belong to no known fork. */
  readonly forks: readonly Fork[];
};

/** Slots are uint64 on the wire; four hundred thousand years of them are enough here, and every sum of them stays exact. */
export const MAX_SLOT = 2 ** 40;
const MAX_COMMITTEE = 1024;

/** @throws Rejected, CONFIG_MALFORMED */
export function requireConfig(config: FinalityConfig): void {
  requireSize('genesisValidatorsRoot', 32, config.genesisValidatorsRoot);
  requireWithin('genesisTime', 0, MAX_SLOT, config.genesisTime);
  requireWithin('secondsPerSlot', 1, 3600, config.secondsPerSlot);
  requireWithin('slotsPerEpoch', 1, 1024, config.slotsPerEpoch);
  requireWithin('epochsPerSyncCommitteePeriod', 1, MAX_SLOT, config.epochsPerSyncCommitteePeriod);
  requireWithin('syncCommitteeSize', 8, MAX_COMMITTEE, config.syncCommitteeSize);
  if (config.syncCommitteeSize % 8 !== 0)
    reject('CONFIG_MALFORMED', 'syncCommitteeSize', 'a multiple of 8', config.syncCommitteeSize);
  const size = config.syncCommitteeSize;
  requireWithin('minParticipants', Math.ceil((2 * size) / 3), size, config.minParticipants);
  requireForks(config.forks);
}

function requireForks(forks: readonly Fork[]): void {
  if (forks.length === 0) reject('CONFIG_MALFORMED', 'forks', 'at least one', 'none');
  forks.forEach(({ epoch, version, shape }, at) => {
    const before = forks[at - 1];
    requireSize(`forks[${at}].version`, 4, version);
    requireWithin(`forks[${at}].epoch`, before ? before.epoch + 1 : 0, MAX_SLOT, epoch);
    const earliest = before ? SHAPES.indexOf(before.shape) : 0;
    if (SHAPES.indexOf(shape) < earliest)
      reject('CONFIG_MALFORMED', `forks[${at}].shape`, `${SHAPES[earliest]} or later`, shape);
  });
}

function requireSize(field: string, size: number, bytes: Bytes): void {
  if (bytes.length !== size) reject('CONFIG_MALFORMED', field, `${size} bytes`, bytes.length);
}

function requireWithin(field: string, least: number, most: number, found: number): void {
  if (!Number.isSafeInteger(found) || found < least || found > most)
    reject('CONFIG_MALFORMED', field, `${least} to ${most}`, found);
}
