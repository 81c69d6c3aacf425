/** The key of a requester and path, shown to the chain once: afterwards it verifies under it. */

import { encodeFunctionData, zeroHash } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { SCHEME_NUMBERS } from '../../../formats/schemes.ts';
import { birthDomain } from '../../../formats/wirePreimages.ts';
import { DERIVED_KEYS_ABI } from '../../chain/abi.ts';
import { derivedPoints } from '../../chain/derivedPoints.ts';
import { isClaimed } from '../../chain/view/ledger.ts';
import { type Rule, reachedIf } from './rule.ts';

export type ClaimKey = { readonly kind: 'claim-key'; readonly keyId: Hex; readonly requester: Hex; readonly path: Hex };

/** Keys that are used as they are are claimed without points. */
const NO_POINTS = { derivedX: zeroHash, derivedY: zeroHash, outputX: zeroHash, outputY: zeroHash };

export const claimKey: Rule<ClaimKey> = {
  id: ({ keyId, requester, path }) => `claim-key:${keyId}:${requester}:${path}`,
  priority: 1,
  shown: (goal, { ledger }) => reachedIf(isClaimed(ledger, goal)),
  standing: async ({ keyId, requester, path }, now) => reachedIf(await now.isClaimed(keyId, requester, path)),
  call: ({ keyId, requester, path }, { ledger }, { chainId, keyRegistry, derivedKeys }) => {
    const { publicKey = null, scheme } = ledger.keys.get(keyId) ?? {};
    if (publicKey === null) return null;
    // this registry wrote the birth when the key became active; the contract checks the points under what is stored
    const birth = birthDomain(chainId, keyRegistry, keyId, publicKey);
    const points = scheme === SCHEME_NUMBERS.ed25519 ? NO_POINTS : derivedPoints(publicKey, birth, requester, path);
    const args = [keyId, requester, path, points] as const;
    return { to: derivedKeys, data: encodeFunctionData({ abi: DERIVED_KEYS_ABI, functionName: 'claim', args }) };
  },
  gas: () => 0n,
};
