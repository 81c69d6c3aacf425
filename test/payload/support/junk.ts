/** Bytes that are no payload of any kind, asked for with a key of each scheme, and the first thing that is wrong with them. */

import { ed25519 } from '@noble/curves/ed25519.js';
import type { VerifiedRequest } from '../../../signer/enclave/path/stages.ts';
import { isSignedBy, PAYLOAD_KINDS, type PayloadKind } from '../../../signer/formats/kinds.ts';
import type { Request } from '../../../signer/formats/request.ts';
import { SCHEME_NUMBERS, type Scheme } from '../../../signer/formats/schemes.ts';
import { facts } from '../../enclave/path/support/facts.ts';
import { askedOf } from './solana.ts';
import { verifiedOf } from './spends.ts';

export const KINDS = Object.keys(PAYLOAD_KINDS) as PayloadKind[];
export const SCHEMES = Object.keys(SCHEME_NUMBERS) as Scheme[];
/** Of no kind: below the first, after the last, and the highest. */
export const NO_KINDS = [0, 8, 255];

const SECRET = new Uint8Array(32).fill(7);

/** What its decoder says, where this image decodes the kind for such a key. */
const DECODED: Readonly<Record<Scheme, Readonly<Partial<Record<PayloadKind, string>>>>> = {
  bip340: { 'bitcoin-psbt': 'PSBT_MALFORMED' },
  ed25519: { 'solana-message': 'MESSAGE_MALFORMED' },
  'ecdsa-secp256k1': {
    'bitcoin-psbt': 'PSBT_MALFORMED',
    'evm-transaction': 'EVM_ENCODING',
    eip712: 'TYPED_JSON',
    eip191: 'TEXT_UNREADABLE',
    'raw-digest': 'RAW_DIGEST_LENGTH',
    'eip712-unbound': 'TYPED_JSON',
  },
};

export function firstRefusal(kind: PayloadKind, scheme: Scheme): string {
  return DECODED[scheme][kind] ?? (isSignedBy(kind, scheme) ? 'KIND_NOT_SUPPORTED' : 'KIND_NOT_SIGNED');
}

/** A verified request for it, of a key that could sign such a payload. */
export function junkFor(scheme: Scheme, kind: number, change: Partial<Request> = {}): VerifiedRequest {
  const all = facts();
  const own = scheme === 'ed25519' ? askedOf(ed25519.getPublicKey(SECRET), new Uint8Array()) : verifiedOf(all);
  const request = { ...own.request, kind, payload: Uint8Array.of(1), ...change };
  return { ...verifiedOf(all), ...own, scheme, request };
}
