/** Calls whose meaning every token shares; any other is a call and nothing more, since its meaning is the contract's own. */

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { isEqual, isZero } from '../../formats/equal.ts';
import { collectionAsset, erc20Asset, erc721Asset, nativeAsset } from '../caip.ts';
import type { Arguments, ArgumentType } from './arguments.ts';
import { readArguments } from './arguments.ts';
import type { Deed, Manner, Owner } from './deed.ts';
import { EVERYTHING } from './deed.ts';
import { selector } from './effectOf.ts';

type Bytes = Uint8Array;

/** `by`: the account that calls, where it is not that of the key that signs. */
export type Call = {
  readonly chain: bigint;
  readonly to: Bytes;
  readonly value: bigint;
  readonly data: Bytes;
  readonly by: Owner;
};

/** Permit2, at one address on every chain that is not zkSync's. */
export const PERMIT2 = hexToBytes('000000000022d473030f116ddee9f6b43ac78ba3');

type Known = { readonly types: readonly ArgumentType[]; readonly deed: (call: Call, given: Arguments) => Deed | null };

const ADDRESS = 'address';
const WHOLE = { bits: 256 };
const BOOL = { bits: 1 };
const V = { bits: 8 };

/** By selector. `transferFrom` and `approve` are those of ERC-721 too: then the amount is the number of a token. */
const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  // transfer(address,uint256)
  [
    'a9059cbb',
    { types: [ADDRESS, WHOLE], deed: (call, given) => pay(coins(call, given.uint(1)), given.address(0), call.by) },
  ],
  // transferFrom(address,address,uint256)
  [
    '23b872dd',
    {
      types: [ADDRESS, ADDRESS, WHOLE],
      deed: (call, given) => payFrom(given.address(0), coins(call, given.uint(2)), given.address(1)),
    },
  ],
  // safeTransferFrom(address,address,uint256), of ERC-721 alone
  [
    '42842e0e',
    {
      types: [ADDRESS, ADDRESS, WHOLE],
      deed: (call, given) => payFrom(given.address(0), piece(call, given.uint(2)), given.address(1)),
    },
  ],
  // approve(address,uint256)
  [
    '095ea7b3',
    {
      types: [ADDRESS, WHOLE],
      deed: (call, given) => allow(coins(call, given.uint(1)), given.address(0), call.by, 'set'),
    },
  ],
  // increaseAllowance(address,uint256)
  [
    '39509351',
    {
      types: [ADDRESS, WHOLE],
      deed: (call, given) => allow(coins(call, given.uint(1)), given.address(0), call.by, 'add'),
    },
  ],
  // setApprovalForAll(address,bool), of ERC-721 and ERC-1155
  [
    'a22cb465',
    {
      types: [ADDRESS, BOOL],
      deed: (call, given) => allow(collection(call, given.uint(1)), given.address(0), call.by, 'set'),
    },
  ],
  // permit(address,address,uint256,uint256,uint8,bytes32,bytes32), of ERC-2612
  [
    'd505accf',
    {
      types: [ADDRESS, ADDRESS, WHOLE, WHOLE, V, WHOLE, WHOLE],
      deed: (call, given) => allowFrom(given.address(0), coins(call, given.uint(2)), given.address(1)),
    },
  ],
  // permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32), of DAI
  [
    '8fcbaf0c',
    {
      types: [ADDRESS, ADDRESS, WHOLE, WHOLE, BOOL, V, WHOLE, WHOLE],
      deed: (call, given) => allowFrom(given.address(0), coins(call, all(given.uint(4))), given.address(1)),
    },
  ],
  // approve(address,address,uint160,uint48), of Permit2
  [
    '87517c45',
    {
      types: [ADDRESS, ADDRESS, { bits: 160 }, { bits: 48 }],
      deed: (call, given) =>
        isEqual(call.to, PERMIT2)
          ? allow(
              coins({ chain: call.chain, to: given.address(0) }, given.uint(2)),
              given.address(1),
              call.by,
              'permit2',
            )
          : null,
    },
  ],
]);

/**
 * What the call does, or null where that is the contract's own affair.
 *
 * @throws Refused EVM_CALLDATA
 */
export function knownCall(call: Call): Deed | null {
  const { chain, to, value, data, by } = call;
  if (data.length === 0) return pay({ asset: nativeAsset(chain), amount: value }, to, by);
  const known = KNOWN.get(bytesToHex(selector(data)));
  if (known === undefined || value > 0n) return null; // a token that is paid for being called does something else besides
  const given = readArguments(data, known.types);
  return given === undefined ? null : known.deed(call, given);
}

type Amounts = { readonly asset: string; readonly amount: bigint };

export function pay(amounts: Amounts, recipient: Bytes, owner: Owner): Deed {
  return { kind: 'transfer', ...amounts, recipient, owner };
}

export function allow(amounts: Amounts, spender: Bytes, owner: Owner, manner: Manner): Deed {
  return { kind: 'approval', ...amounts, spender, owner, manner };
}

/** No token has an owner of zero, and in an effect zero stands for the key's own account. */
export function payFrom(owner: Bytes, amounts: Amounts, recipient: Bytes): Deed | null {
  return isZero(owner) ? null : pay(amounts, recipient, owner);
}

export function allowFrom(owner: Bytes, amounts: Amounts, spender: Bytes): Deed | null {
  return isZero(owner) ? null : allow(amounts, spender, owner, 'set');
}

type At = Pick<Call, 'chain' | 'to'>;

export function coins({ chain, to }: At, amount: bigint): Amounts {
  return { asset: erc20Asset(chain, to), amount };
}

function piece({ chain, to }: At, token: bigint): Amounts {
  return { asset: erc721Asset(chain, to, token), amount: 1n };
}

function collection({ chain, to }: At, approved: bigint): Amounts {
  return { asset: collectionAsset(chain, to), amount: all(approved) };
}

/** An allowance that is on or off. */
export function all(allowed: bigint): bigint {
  return allowed === 0n ? 0n : EVERYTHING;
}
