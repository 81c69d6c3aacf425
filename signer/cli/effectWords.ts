/** Declared effects of a payload, in words. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isEqual, isZero } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import type { Effect } from '../formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../formats/schemes.ts';
import { BITCOIN_ASSET } from '../payload/caip.ts';

const SATOSHI = 8;

export function effectWords({ kind, asset, recipient, amount, detail }: Effect): string {
  const what = isEqual(asset, BITCOIN_ASSET) ? `${decimal(amount, SATOSHI)} BTC` : `${amount} of asset ${toHex(asset)}`;
  const whose = isZero(detail) ? '' : `, ${toHex(detail)}`;
  switch (named(EFFECT_KIND_NUMBERS, kind)) {
    case 'transfer':
      return `pays ${what} to ${toHex(recipient)}${whose}`;
    case 'fee':
      return `pays a fee of ${what}`;
    case 'call':
      return `calls ${toHex(recipient)} with ${what}, ${toHex(detail)}`;
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

/** Every digit, so that no two amounts look alike. */
function decimal(amount: bigint, places: number): string {
  const digits = amount.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
