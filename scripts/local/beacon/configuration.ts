/** What a client of the development beacon trusts: a genesis root that no chain has, and committees whose keys everybody knows. */

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { FinalityConfig, Fork, Shape } from '../../../signer/finality/config.ts';

export type DevelopmentOptions = {
  readonly syncCommitteeSize?: number;
  readonly epochsPerSyncCommitteePeriod?: number;
  /** Formats and the epochs from which they hold. */
  readonly forks?: readonly { readonly epoch: number; readonly shape: Shape }[];
  /** Where the headers of its chain say the roots of its blocks: Hardhat and anvil write what they like. */
  readonly parentRoots?: boolean;
};

/** Slots are counted, two a finality, and say nothing about time: clocks of a local chain jump, its periods shall not. */
export function developmentConfig(options: DevelopmentOptions = {}): FinalityConfig {
  const size = options.syncCommitteeSize ?? 512;
  const forks = options.forks ?? [{ epoch: 0, shape: 'electra' }];
  return {
    genesisValidatorsRoot: sha256(utf8ToBytes('quorate development beacon')),
    genesisTime: 0,
    secondsPerSlot: 1,
    slotsPerEpoch: 8,
    epochsPerSyncCommitteePeriod: options.epochsPerSyncCommitteePeriod ?? 1024,
    syncCommitteeSize: size,
    parentRoots: options.parentRoots ?? false,
    minParticipants: Math.ceil((2 * size) / 3),
    forks: forks.map(({ epoch, shape }, at) => fork(epoch, shape, at)),
  };
}

/** > fork versions of a development chain: no public network's ends with these bytes. */
function fork(epoch: number, shape: Shape, at: number): Fork {
  return { epoch, shape, version: Uint8Array.of(at + 1, 0x71, 0x75, 0x6f) };
}
