/** Public chains, as consensus clients' own configurations name them. A release adds a fork before it happens. */

import { hexToBytes } from '@noble/hashes/utils.js';
import type { FinalityConfig, Fork, Shape } from './config.ts';

/** Of the mainnet preset; two thirds of 512; headers say parent roots since Deneb. */
const MAINNET_PRESET = {
  secondsPerSlot: 12,
  slotsPerEpoch: 32,
  epochsPerSyncCommitteePeriod: 256,
  syncCommitteeSize: 512,
  minParticipants: 342,
  parentRoots: true,
} as const;

function fork(epoch: number, version: string, shape: Shape): Fork {
  return { epoch, version: hexToBytes(version), shape };
}

/** Gloas has no epoch on mainnet yet: it will be unknown, and refused, until a release knows it. */
export const mainnet: FinalityConfig = {
  ...MAINNET_PRESET,
  genesisValidatorsRoot: hexToBytes('4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95'),
  genesisTime: 1606824023,
  forks: [
    fork(194048, '03000000', 'capella'),
    fork(269568, '04000000', 'deneb'),
    fork(364032, '05000000', 'electra'),
    fork(411392, '06000000', 'electra'),
  ],
};

export const sepolia: FinalityConfig = {
  ...MAINNET_PRESET,
  genesisValidatorsRoot: hexToBytes('d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078'),
  genesisTime: 1655733600,
  forks: [
    fork(56832, '90000072', 'capella'),
    fork(132608, '90000073', 'deneb'),
    fork(222464, '90000074', 'electra'),
    fork(272640, '90000075', 'electra'),
    fork(353024, '90000076', 'gloas'),
  ],
};

/** Gnosis Chain: its periods are 8192 slots of five seconds. No data of it is among the tests. */
export const gnosis: FinalityConfig = {
  ...MAINNET_PRESET,
  secondsPerSlot: 5,
  slotsPerEpoch: 16,
  epochsPerSyncCommitteePeriod: 512,
  genesisValidatorsRoot: hexToBytes('f5dcb5564e829aab27264b9becd5dfaa017085611224cb3036f573368dbb9d47'),
  genesisTime: 1638993340,
  forks: [fork(1337856, '05000064', 'electra'), fork(1714688, '06000064', 'electra')],
};
