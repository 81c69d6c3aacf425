/** Stage 10 of the path: verified signatures onto the chain, one or many requests at a time. */

import { encodeFunctionData, size, zeroAddress } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { SCHEME_NUMBERS } from '../../../formats/schemes.ts';
import { SIGNING_REQUESTS_ABI } from '../../chain/abi.ts';
import { isClaimed } from '../../chain/view/ledger.ts';
import { type Asked, askedOf, HEADER_BYTES, isOpen, REQUEST, stateOf } from './asked.ts';
import type { ClaimKey } from './claimKey.ts';
import type { RecordLate } from './recordLate.ts';
import type { Known, Rule, Standing } from './rule.ts';

export type Fulfil = {
  readonly kind: 'fulfil';
  readonly request: Hex;
  readonly signatures: readonly Hex[];
};

export const fulfil: Rule<Fulfil, ClaimKey | RecordLate> = {
  id: ({ request }) => `fulfil:${request}`,
  priority: 2,
  shown: ({ request }, known) => {
    const state = stateOf(known, request);
    if (isOpen(state)) return 'open';
    return state === 'fulfilled' ? 'reached' : 'out-of-reach';
  },
  standing: async ({ request }, now) => standingOf(await now.requestState(request)),
  call: ({ request, signatures }, known, { signingRequests }) => {
    const asked = askedOf(known, request);
    if (asked === null) return null;
    const args = [asked.header, asked.digests, signatures] as const;
    return {
      to: signingRequests,
      data: encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'fulfil', args }),
    };
  },
  gas: ({ request }, known) => gasOf(askedOf(known, request), known),
  needs: ({ request }, known) => claimFor(askedOf(known, request), known),
  otherwise: ({ request, signatures }) => ({ kind: 'record-late', request, signatures }),
  batch: {
    bytes: ({ request, signatures }, known) => bytesOf(known.asked(request)?.digests ?? [], signatures),
    call: (goals, known, { signingRequests }) => {
      const entries = goals.flatMap(({ request, signatures }) => {
        const asked = askedOf(known, request);
        return asked === null ? [] : [{ ...asked, signatures }];
      });
      const data = encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'fulfilMany', args: [entries] });
      return entries.length === goals.length ? { to: signingRequests, data } : null;
    },
  },
};

function standingOf(state: number): Standing {
  if (state === REQUEST.ready || state === REQUEST.queued) return 'open';
  return state === REQUEST.fulfilled ? 'reached' : 'out-of-reach';
}

/** The contract verifies under the key of this requester and path, and must have seen it once. */
function claimFor(asked: Asked | null, { ledger }: Known): ClaimKey | null {
  if (asked === null) return null;
  const { keyId, requester, path } = asked.header;
  return isClaimed(ledger, { keyId, requester, path }) ? null : { kind: 'claim-key', keyId, requester, path };
}

/** Header, three offsets, two lengths; each item with its offset, its length and what fills its last word. */
function bytesOf(digests: readonly Hex[], signatures: readonly Hex[]): number {
  const items = [...digests, ...signatures].map((item) => 96 + size(item));
  return HEADER_BYTES + 6 * 32 + items.reduce((sum, each) => sum + each, 0);
}

/** Beside the transaction; what one signature more costs, rounded up (gas snapshot: 33,700 with one, 8,900 each). */
const ENTRY = 45_000n;
const SIGNATURE = 12_000n;
/** Ed25519 in Solidity: 180,000 for a message of 64 bytes, 30,000 for each block of SHA-512 more. */
const ED25519_SIGNATURE = 220_000n;
const SHA512_BLOCK = 35_000n;
/** What `fulfil` wants to be left for the call of a consumer (contracts/requests/Callback.sol), and what it writes afterwards. */
const CALLBACK = 60_000n + 40_000n;

/** As declared: a consumer may spend in the block what it did not in an estimate. */
function gasOf(asked: Asked | null, { ledger }: Known): bigint {
  if (asked === null) return 0n;
  const { keyId, consumer, callbackGas } = asked.header;
  const isEd25519 = ledger.keys.get(keyId)?.scheme === SCHEME_NUMBERS.ed25519;
  const cost = (digest: Hex) =>
    isEd25519 ? ED25519_SIGNATURE + SHA512_BLOCK * BigInt(Math.ceil(size(digest) / 128)) : SIGNATURE;
  const verifying = asked.digests.map(cost).reduce((sum, each) => sum + each, 0n);
  const callback = consumer === zeroAddress ? 0n : (BigInt(callbackGas) * 64n) / 63n + CALLBACK;
  return ((ENTRY + verifying + callback) * 64n) / 63n;
}
