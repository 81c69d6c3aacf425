/** Payloads of EVM kinds, decided as an enclave with an ECDSA key would. */

import { PAYLOAD_KINDS, type PayloadKind } from '../../../signer/formats/kinds.ts';
import type { Effect } from '../../../signer/formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../../../signer/formats/schemes.ts';
import type { DecodedPayload } from '../../../signer/payload/decodedPayload.ts';
import { decodePayload } from '../../../signer/payload/decodePayload.ts';
import { facts } from '../../enclave/path/support/facts.ts';
import { verifiedOf } from './spends.ts';

type Bytes = Uint8Array;

const ASKED = facts();

export function decide(kind: PayloadKind, payload: Bytes): DecodedPayload {
  const { number } = PAYLOAD_KINDS[kind];
  const verified = verifiedOf({ ...ASKED, request: { ...ASKED.request, kind: number, payload } });
  return decodePayload('ecdsa-secp256k1', number, verified);
}

export const hex = (bytes: Bytes): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`;
export const bytesOf = (text: string): Bytes => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'));
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
export const json = (value: unknown): Bytes => utf8(JSON.stringify(value));

/** An effect as a test writes it. */
export type Shown = { kind: string | undefined; asset: string; recipient: string; amount: bigint; detail: string };

export function shown({ kind, asset, recipient, amount, detail }: Effect): Shown {
  const name = named(EFFECT_KIND_NUMBERS, kind);
  return { kind: name, asset: hex(asset), recipient: hex(recipient), amount, detail: hex(detail) };
}
