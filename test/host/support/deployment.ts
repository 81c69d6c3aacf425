/** Where the contracts are that tests speak of. */

import type { Deployment } from '../../../signer/host/chain/deployment.ts';
import { BEACON_CONFIG } from './fakeBeacon.ts';
import { word } from './fakeChain.ts';

export const DEPLOYMENT = {
  ...{ chainId: 31_337, genesisHash: word(0), configuration: word(0xcf) },
  ...{ measurementRegistry: `0x${'01'.repeat(20)}`, enclaveRegistry: `0x${'02'.repeat(20)}` },
  ...{ keyRegistry: `0x${'03'.repeat(20)}`, signingRequests: `0x${'04'.repeat(20)}` },
  ...{ derivedKeys: `0x${'05'.repeat(20)}`, lateSignatures: `0x${'06'.repeat(20)}`, lenses: null },
  refusals: `0x${'07'.repeat(20)}`,
  finality: BEACON_CONFIG,
} as unknown as Deployment;
