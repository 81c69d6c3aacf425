/** Each call of api.ts, decoded: JSON in, bytes that nobody has verified yet out. */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import type { CallName } from '../api.ts';
import { decodeCommittee, decodeSet } from './committee.ts';
import type { Decoder } from './decoder.ts';
import { anything, hexOf, hexUpTo, integerOf, nullOr, object, textUpTo } from './decoder.ts';
import { decodeRequest } from './request.ts';
import type { UnverifiedProof } from './stateProof.ts';
import { decodeHeaderBytes, decodeStateProof } from './stateProof.ts';

type Bytes = Uint8Array;
type Nothing = Record<never, never>;

export type UnverifiedParams = {
  boot: { readonly sealed: Bytes | null };
  status: Nothing;
  attest: {
    readonly operator: Bytes;
    readonly region: Bytes;
    readonly tlsKey: Bytes;
    readonly endpoint: string;
    readonly epoch: number;
    readonly header: Bytes;
  };
  recordBoot: { readonly operator: Bytes; readonly proof: UnverifiedProof };
  generateKey: { readonly committee: Committee; readonly proof: UnverifiedProof };
  kept: { readonly generation: number };
  activateKey: {
    readonly committee: Committee;
    readonly set: SigningSet;
    readonly proof: UnverifiedProof;
  };
  sign: {
    readonly request: Request;
    readonly committee: Committee;
    readonly set: SigningSet;
    readonly proof: UnverifiedProof;
  };
  deliver: { readonly envelope: Bytes };
  abort: { readonly session: Bytes };
};

export type UnverifiedCall = {
  [N in CallName]: { readonly call: N; readonly params: UnverifiedParams[N] };
}[CallName];

const MAX_SEALED_BYTES = 1024 * 1024;
const MAX_ENVELOPE_BYTES = 256 * 1024;
const MAX_ENDPOINT_BYTES = 256;
const SAFE_BITS = 53;

const PARAMS: { readonly [N in CallName]: Decoder<UnverifiedParams[N]> } = {
  boot: object({ sealed: nullOr(hexUpTo(MAX_SEALED_BYTES)) }),
  status: object({}),
  attest: object({
    operator: hexOf(20),
    region: hexOf(32),
    tlsKey: hexOf(32),
    endpoint: textUpTo(MAX_ENDPOINT_BYTES),
    epoch: integerOf(32),
    header: decodeHeaderBytes,
  }),
  recordBoot: object({ operator: hexOf(20), proof: decodeStateProof }),
  generateKey: object({ committee: decodeCommittee, proof: decodeStateProof }),
  kept: object({ generation: integerOf(SAFE_BITS) }),
  activateKey: object({ committee: decodeCommittee, set: decodeSet, proof: decodeStateProof }),
  sign: object({ request: decodeRequest, committee: decodeCommittee, set: decodeSet, proof: decodeStateProof }),
  deliver: object({ envelope: hexUpTo(MAX_ENVELOPE_BYTES) }),
  abort: object({ session: hexOf(32) }),
};

/** The outside of a call. Its id is known before its parameters are judged, so a refusal can name it. */
export type CallFrame = { readonly id: number; readonly call: unknown; readonly params: unknown };
const frame: Decoder<CallFrame> = object({ id: integerOf(SAFE_BITS), call: anything, params: anything });

/** @throws Refused CALL_MALFORMED */
export function decodeCallFrame(value: unknown): CallFrame {
  return frame(value, 'call');
}

/** @throws Refused CALL_UNKNOWN, CALL_MALFORMED */
export function decodeCall({ call, params }: CallFrame): UnverifiedCall {
  if (typeof call !== 'string' || !Object.hasOwn(PARAMS, call)) {
    refuse('CALL_UNKNOWN', typeof call === 'string' ? call.slice(0, 64) : `a ${typeof call}`);
  }
  const name = call as CallName;
  return { call: name, params: PARAMS[name](params, name) } as UnverifiedCall;
}
