/** Deeds as declared effects (docs/formats.md, "Effects of a payload"). */

import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { isZero } from '../../formats/equal.ts';
import { MAX_EFFECTS } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Effect } from '../../formats/request.ts';
import { EFFECT_KIND_NUMBERS } from '../../formats/schemes.ts';
import { addressWord, hash, ZERO_WORD } from '../../formats/words.ts';
import { assetHash, nativeAsset } from '../caip.ts';
import type { Deed, Manner, Owner } from './deed.ts';

type Bytes = Uint8Array;
type Content = Omit<Effect, 'kind'>;

const NOBODY = new Uint8Array();
const MANNERS: Readonly<Record<Manner, number>> = { set: 0, add: 1, permit2: 2 };
export const SELECTOR_BYTES = 4;

/** @throws Refused EFFECTS_TOO_MANY: more could not be asked for on chain */
export function effectsOf(deeds: readonly Deed[]): readonly Effect[] {
  if (deeds.length > MAX_EFFECTS) refuse('EFFECTS_TOO_MANY', `${deeds.length} effects, at most ${MAX_EFFECTS}`);
  return deeds.map((deed) => ({ kind: EFFECT_KIND_NUMBERS[deed.kind], ...content(deed) }));
}

function content(deed: Deed): Content {
  switch (deed.kind) {
    case 'transfer':
      return { ...coins(deed.asset, deed.amount), recipient: deed.recipient, detail: ownerWord(deed.owner, 0) };
    case 'fee':
      return { ...coins(deed.asset, deed.amount), recipient: NOBODY, detail: ZERO_WORD };
    case 'call':
      return { ...value(deed), recipient: concatBytes(deed.target, selector(deed.data)), detail: dataHash(deed.data) };
    case 'approval':
      return {
        ...coins(deed.asset, deed.amount),
        ...{ recipient: deed.spender, detail: ownerWord(deed.owner, MANNERS[deed.manner]) },
      };
    case 'creation':
      return { ...value(deed), recipient: NOBODY, detail: hash(deed.initCode) };
    case 'set-code': {
      const { chain, account, code, nonce } = deed;
      return { ...coins(nativeAsset(chain), nonce), recipient: concatBytes(account, code), detail: ZERO_WORD };
    }
    case 'vote': {
      const { chain, contract, proposal, support, voter } = deed;
      return { ...coins(nativeAsset(chain), proposal), recipient: contract, detail: ownerWord(voter, support) };
    }
    case 'typed-data': {
      const { chain, contract, separator, type, structHash } = deed;
      const asset = chain === null ? ZERO_WORD : assetHash(nativeAsset(chain));
      const recipient = concatBytes(contract ?? NOBODY, separator, hash(utf8ToBytes(type)));
      return { asset, amount: 0n, recipient, detail: structHash };
    }
    case 'message':
      return { asset: ZERO_WORD, amount: 0n, recipient: NOBODY, detail: hash(deed.text) };
    case 'sign-in':
      return { ...coins(nativeAsset(deed.chain), 0n), recipient: utf8ToBytes(deed.site), detail: hash(deed.text) };
    case 'blind':
      return { asset: ZERO_WORD, amount: 0n, recipient: NOBODY, detail: deed.digest };
  }
}

function coins(asset: string, amount: bigint): Pick<Effect, 'asset' | 'amount'> {
  return { asset: assetHash(asset), amount };
}

function value(deed: { readonly chain: bigint; readonly value: bigint }): Pick<Effect, 'asset' | 'amount'> {
  return coins(nativeAsset(deed.chain), deed.value);
}

/** Nothing where there are not as many bytes. */
export function selector(data: Bytes): Bytes {
  return data.length < SELECTOR_BYTES ? NOBODY : data.subarray(0, SELECTOR_BYTES);
}

function dataHash(data: Bytes): Bytes {
  return data.length === 0 ? ZERO_WORD : hash(data);
}

/** A byte of its own, eleven zeros, an address. Zero stands for the key's own account, so nobody else may be zero. */
function ownerWord(owner: Owner, first: number): Bytes {
  if (owner !== null && isZero(owner)) throw new RangeError('the zero address owns nothing');
  const word = owner === null ? new Uint8Array(ZERO_WORD) : addressWord(owner);
  word[0] = first;
  return word;
}
