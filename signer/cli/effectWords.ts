/** Declared effects of a payload, in words. */

import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import type { Effect } from '../formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../formats/schemes.ts';
import { BITCOIN_ASSET } from '../payload/caip.ts';

const SATOSHI = 8;

export function effectWords({ kind, asset, recipient, amount, detail }: Effect): string {
  const what = isEqual(asset, BITCOIN_ASSET) ? `${decimal(amount, SATOSHI)} BTC` : `${amount} of asset ${toHex(asset)}`;
  switch (named(EFFECT_KIND_NUMBERS, kind)) {
    case 'transfer':
      return `pays ${what} to ${toHex(recipient)}`;
    case 'fee':
      return `pays a fee of ${what}`;
    case 'call':
      return `calls ${toHex(recipient)} with ${what}, ${toHex(detail)}`;
    case undefined:
      return `has an effect of an unknown kind, ${kind}`;
  }
}

/** Every digit, so that no two amounts look alike. */
function decimal(amount: bigint, places: number): string {
  const digits = amount.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
