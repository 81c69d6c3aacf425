/** Declared effects of a payload, in words. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isEqual, isZero } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import type { Effect } from '../formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../formats/schemes.ts';
import { BITCOIN_ASSET, SOLANA_ASSET } from '../payload/caip.ts';
import { base58 } from '../payload/solana/base58.ts';
import { EVERYTHING } from '../payload/solana/solanaEffects.ts';

const SATOSHI = 8;
const LAMPORTS = 9;

export function effectWords({ kind, asset, recipient, amount, detail }: Effect): string {
  const isSolana = isEqual(asset, SOLANA_ASSET);
  const [what, to] = [amountWords(amount, asset), isSolana ? base58(recipient) : toHex(recipient)];
  const whose = isZero(detail) ? '' : `, ${toHex(detail)}`;
  switch (named(EFFECT_KIND_NUMBERS, kind)) {
    case 'transfer':
      return `pays ${what} to ${to}${isZero(detail) ? '' : `, out of ${isSolana ? base58(detail) : toHex(detail)}`}`;
    case 'fee':
      return `pays a fee of ${what}${isZero(detail) ? '' : `, and others sign too, ${toHex(detail)}`}`;
    case 'call':
      return `calls ${toHex(recipient)} with ${what}, ${toHex(detail)}`;
    case 'no-end':
      return `has no end: valid until nonce account ${to} is advanced`;
    case 'authority':
      return `gives an authority to ${recipient.length === 0 ? 'nobody' : to}, ${toHex(detail)}`;
    case 'token-account':
      return `makes token account ${base58(detail)} for ${to}, with a rent of ${what} or less`;
    case 'memo':
      return `says something in a memo, ${toHex(detail)}`;
    case 'mint':
      return `makes new tokens, ${what}, in ${base58(recipient)}`;
    case 'burn':
      return `burns ${what} of ${base58(recipient)}`;
    case 'instruction':
      return `has ${base58(recipient.subarray(0, 32))} do ${toHex(recipient.subarray(32))}, which moves nothing, ${toHex(detail)}`;
    case 'approval':
      return `allows ${toHex(recipient)} to take ${what}${whose}`;
    case 'creation':
      return `creates a contract with ${what}, code ${toHex(detail)}`;
    case 'set-code':
      return `hands account 0x${bytesToHex(recipient.subarray(0, 20))} to the code at 0x${bytesToHex(recipient.subarray(20))}`;
    case 'vote':
      return `votes ${detail[0]} on proposal ${amount} of ${toHex(recipient)}${whose}`;
    case 'typed-data':
      return `signs typed data of a type that is not known for ${toHex(recipient)}, ${toHex(detail)}`;
    case 'message':
      return `signs a text, ${toHex(detail)}`;
    case 'sign-in':
      return `signs in to ${JSON.stringify(new TextDecoder().decode(recipient))}, ${toHex(detail)}`;
    case 'blind':
      return `signs a hash blindly, ${toHex(detail)}`;
    case undefined:
      return `has an effect of an unknown kind, ${kind}`;
  }
}

function amountWords(amount: bigint, asset: Uint8Array): string {
  if (isEqual(asset, BITCOIN_ASSET)) return `${decimal(amount, SATOSHI)} BTC`;
  if (!isEqual(asset, SOLANA_ASSET)) return `${amount} of asset ${toHex(asset)}`;
  return amount === EVERYTHING ? 'everything' : `${decimal(amount, LAMPORTS)} SOL`;
}

/** Every digit, so that no two amounts look alike. */
function decimal(amount: bigint, places: number): string {
  const digits = amount.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
