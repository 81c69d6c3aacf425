/**
 * EIP-712 typed data: JSON text `{types, primaryType, domain, message}`, in UTF-8 and in one spelling, read to its last byte.
 *
 * The text is the payload, since people and wallets have it so; what is hashed is the tree that was read of it and nothing else.
 */

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';
import { hash } from '../../formats/words.ts';
import type { Domain } from './domain.ts';
import { DOMAIN, readDomain } from './domain.ts';
import type { Json } from './json.ts';
import { parseJson, printJson } from './json.ts';
import { objectOf, shown } from './shape.ts';
import { readTypes, typeString } from './types.ts';
import type { Struct } from './values.ts';
import { hashStruct, readStruct } from './values.ts';

type Bytes = Uint8Array;

export type TypedData = {
  readonly domain: Domain;
  readonly primaryType: string;
  /** The whole of it (`encodeType`): a name alone says nothing. */
  readonly type: string;
  readonly message: Struct;
  readonly structHash: Bytes;
  readonly digest: Bytes;
};

const FIELDS = ['types', 'primaryType', 'domain', 'message'];
const PREFIX = Uint8Array.of(0x19, 0x01);

/** @throws Refused TYPED_… and ADDRESS_CHECKSUM */
export function decodeTypedData(payload: Bytes): TypedData {
  const text = decodeUtf8(payload);
  const all = objectOf(parseJson(text, 'none'), FIELDS, 'typed data');
  const types = readTypes(all.get('types'));
  const domain = readDomain(types, all.get('domain'));
  const primaryType = primaryOf(all.get('primaryType'), types);
  const type = typeString(types, primaryType);
  const message = readStruct(types, primaryType, all.get('message'), 'message');
  const structHash = hashStruct(types, primaryType, message);
  return { domain, primaryType, type, message, structHash, digest: digest(domain.separator, structHash) };
}

/**
 * The payload of what a wallet or an application shows: the same JSON, in the one spelling.
 *
 * @throws Refused as `decodeTypedData` does
 */
export function encodeTypedData(text: string): Bytes {
  const payload = utf8ToBytes(printJson(parseJson(text, 'any')));
  decodeTypedData(payload);
  return payload;
}

/** > encode(domainSeparator, message) = "\x19\x01" ‖ domainSeparator ‖ hashStruct(message) */
function digest(separator: Bytes, structHash: Bytes): Bytes {
  return hash(concatBytes(PREFIX, separator, structHash));
}

function primaryOf(json: Json | undefined, types: ReadonlyMap<string, unknown>): string {
  if (typeof json !== 'string' || !types.has(json))
    return refuse('TYPED_PRIMARY', `${printed(json)} is none of the types`);
  return json === DOMAIN ? refuse('TYPED_PRIMARY', 'a domain is no message') : json;
}

function printed(json: Json | undefined): string {
  return typeof json === 'string' ? `"${shown(json)}"` : 'what is no text';
}

function decodeUtf8(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    return refuse('TYPED_JSON', 'not UTF-8', { cause });
  }
}
