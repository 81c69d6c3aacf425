/** What a host carries from one enclave to another: a readable route and a sealed message (docs/formats.md, "Envelope"). */
import { concatBytes } from '@noble/hashes/utils.js';
import { Refused } from '../../formats/refusal.ts';
import { SIGNATURE_BYTES } from '../identity.ts';

export type Route = {
  readonly session: Uint8Array;
  readonly round: number;
  readonly from: number;
  readonly to: number;
  /** The same bytes went to every member; its signature names receiver 0. */
  readonly broadcast: boolean;
};
export type Envelope = {
  readonly route: Route;
  /** The bytes before `enc`: authenticated, not encrypted. */
  readonly aad: Uint8Array;
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
};

export const MAX_ENVELOPE_BYTES = 256 * 1024;

const VERSION = 1;
const ROUTE_BYTES = 40;
const ENC_BYTES = 32;
export const TAG_BYTES = 16;
/** Longest payload of one message: the rest of an envelope is route, encapsulated key, tag and signature. */
export const MAX_MESSAGE_BYTES = MAX_ENVELOPE_BYTES - ROUTE_BYTES - ENC_BYTES - TAG_BYTES - SIGNATURE_BYTES;
const MIN_ENVELOPE_BYTES = ROUTE_BYTES + ENC_BYTES + TAG_BYTES;

export function encodeRoute({ session, round, from, to, broadcast }: Route): Uint8Array {
  return concatBytes(
    Uint8Array.of(VERSION),
    session,
    uint16(round),
    uint16(from),
    uint16(to),
    Uint8Array.of(Number(broadcast)),
  );
}

/** @throws Refused ENVELOPE_TOO_LARGE, ENVELOPE_MALFORMED */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_ENVELOPE_BYTES) {
    throw new Refused('ENVELOPE_TOO_LARGE', `${bytes.length} bytes, at most ${MAX_ENVELOPE_BYTES}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < MIN_ENVELOPE_BYTES) throw new Refused('ENVELOPE_MALFORMED', `${bytes.length} bytes`);
  if (view.getUint8(0) !== VERSION) throw new Refused('ENVELOPE_MALFORMED', `version ${view.getUint8(0)}`);
  if (view.getUint8(39) > 1) throw new Refused('ENVELOPE_MALFORMED', `kind ${view.getUint8(39)}`);
  return {
    route: {
      session: bytes.slice(1, 33),
      round: view.getUint16(33),
      from: view.getUint16(35),
      to: view.getUint16(37),
      broadcast: view.getUint8(39) === 1,
    },
    aad: bytes.slice(0, ROUTE_BYTES),
    enc: bytes.slice(ROUTE_BYTES, ROUTE_BYTES + ENC_BYTES),
    ciphertext: bytes.slice(ROUTE_BYTES + ENC_BYTES),
  };
}

export function encodeEnvelope({ aad, enc, ciphertext }: Omit<Envelope, 'route'>): Uint8Array {
  return concatBytes(aad, enc, ciphertext);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}
