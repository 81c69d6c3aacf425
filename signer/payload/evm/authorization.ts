/** An account handed to code (EIP-7702): signed by the account's own key, carried by anybody's transaction. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { MAX_EFFECTS } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import { hash } from '../../formats/words.ts';
import type { RlpItem } from '../../proof/rlp.ts';
import { ADDRESS_BYTES } from './address.ts';
import { addressOfPoint } from './addressOfPoint.ts';
import { fixed, SHORT, uint, WORD } from './fields.ts';

type Bytes = Uint8Array;
type Point = InstanceType<typeof secp256k1.Point>;

/** `account` is who signed it; a `code` of zero takes the account's code away. */
export type Authorization = { readonly account: Bytes; readonly code: Bytes; readonly nonce: bigint };

/** > MAGIC = 0x05 */
export const AUTHORIZATION_MAGIC = 0x05;
const FIELDS = 6;
const HALF_ORDER = secp256k1.Point.Fn.ORDER / 2n;
/** > nonce < 2**64 - 1 */
export const MAX_NONCE = (1n << 64n) - 2n;

/**
 * > authorization_list = [[chain_id, address, nonce, y_parity, r, s], ...]
 *
 * A tuple for every chain (0), or for another one than the transaction's, does nothing there and hands the account over elsewhere.
 */
export function authorizations(item: RlpItem | undefined, chain: bigint): readonly Authorization[] {
  if (item?.kind !== 'list') return refuse('EVM_AUTHORIZATION', 'an authorisation list that is no list');
  if (item.items.length === 0) refuse('EVM_AUTHORIZATION', 'an empty authorisation list: no client takes it');
  if (item.items.length > MAX_EFFECTS)
    refuse('EFFECTS_TOO_MANY', `${item.items.length} authorisations, each an effect of at most ${MAX_EFFECTS}`);
  return item.items.map((tuple, at) => authorization(tuple, chain, `authorisation ${at}`));
}

function authorization(tuple: RlpItem, chain: bigint, where: string): Authorization {
  const fields = tuple.kind === 'list' ? tuple.items : [];
  if (fields.length !== FIELDS)
    return refuse('EVM_AUTHORIZATION', `${where}: ${fields.length} fields, expected ${FIELDS}`);
  const [chainId, address, nonce, parity, r, s] = fields;
  if (uint(chainId, WORD) !== chain)
    refuse('EVM_AUTHORIZATION', `${where}: for chain ${uint(chainId, WORD)}, not ${chain}`);
  if (uint(nonce, SHORT) > MAX_NONCE) refuse('EVM_AUTHORIZATION', `${where}: a nonce that no account has`);
  const code = fixed(address, ADDRESS_BYTES, 'EVM_AUTHORIZATION');
  const signed = hash(concatBytes(Uint8Array.of(AUTHORIZATION_MAGIC), encoded([chainId, address, nonce])));
  const signature = { parity: uint(parity, 1), r: uint(r, WORD), s: uint(s, WORD) };
  return { account: addressOfPoint(signer(signed, signature, where)), code, nonce: uint(nonce, SHORT) };
}

type Parts = { readonly parity: bigint; readonly r: bigint; readonly s: bigint };

/** > s value must be less than or equal to secp256k1n/2 (EIP-2) */
function signer(digest: Bytes, { parity, r, s }: Parts, where: string): Point {
  if (parity > 1n || s > HALF_ORDER) return refuse('EVM_AUTHORIZATION', `${where}: a signature that no client takes`);
  try {
    return new secp256k1.Signature(r, s, Number(parity)).recoverPublicKey(digest);
  } catch (cause) {
    return refuse('EVM_AUTHORIZATION', `${where}: a signature of nobody`, { cause });
  }
}

/** Three short strings in one list of under 56 bytes, as they stand in the tuple. */
function encoded(items: readonly (RlpItem | undefined)[]): Bytes {
  const parts = concatBytes(...items.map((item) => item?.encoded ?? new Uint8Array()));
  return parts.length < 56
    ? concatBytes(Uint8Array.of(0xc0 + parts.length), parts)
    : concatBytes(Uint8Array.of(0xf8, parts.length), parts); // 33 + 21 + 9 bytes at most
}
