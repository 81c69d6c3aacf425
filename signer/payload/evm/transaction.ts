/**
 * An unsigned EVM transaction: types 0 (with EIP-155), 1 (EIP-2930), 2 (EIP-1559) and 4 (EIP-7702), read to the last byte.
 *
 * The payload is what is hashed: the digest is the Keccak-256 of these very bytes, so nothing is encoded again.
 */

import { refuse } from '../../formats/refusal.ts';
import type { RlpItem } from '../../proof/rlp.ts';
import type { AccessList } from './accessList.ts';
import { accessList } from './accessList.ts';
import type { Authorization } from './authorization.ts';
import { AUTHORIZATION_MAGIC, authorizations, MAX_NONCE } from './authorization.ts';
import { asTransaction, data, listOf, recipient, SHORT, uint, WORD } from './fields.ts';

type Bytes = Uint8Array;
type Items = readonly RlpItem[];

export type EvmTransaction = {
  readonly type: 0 | 1 | 2 | 4;
  readonly chain: bigint;
  readonly nonce: bigint;
  /** Wei for each unit of gas: at most this. */
  readonly gasPrice: bigint;
  /** Wei for each unit of gas to whoever includes it; null: the whole price (types 0 and 1). */
  readonly tip: bigint | null;
  readonly gas: bigint;
  /** Null: a contract is created. */
  readonly to: Bytes | null;
  /** Wei. */
  readonly value: bigint;
  readonly data: Bytes;
  readonly accessList: AccessList;
  readonly authorizations: readonly Authorization[];
};

/** > The transaction gas limit cap is 16,777,216 (EIP-7825). */
export const MAX_GAS = 1n << 24n;
const MOST = (1n << 256n) - 1n;
/** > if the first byte is in [0, 0x7f] it is a typed transaction, if in [0xc0, 0xfe] a legacy one (EIP-2718) */
const LAST_TYPE = 0x7f;

/** @throws Refused EVM_… for what is no unsigned transaction that a client would take */
export function decodeTransaction(bytes: Bytes): EvmTransaction {
  return requireSensible(asTransaction(() => read(bytes)));
}

function read(bytes: Bytes): EvmTransaction {
  const [type] = bytes;
  if (type === undefined) return refuse('EVM_ENCODING', 'no bytes');
  if (type > LAST_TYPE) return legacy(listOf(bytes));
  switch (type) {
    case 1:
      return berlin(items(bytes, 8));
    case 2:
      return london(items(bytes, 9));
    case 4:
      return prague(items(bytes, 10));
    case AUTHORIZATION_MAGIC:
      return refuse('EVM_AUTHORIZATION', 'the message that hands the account to code, which is never a transaction');
    default:
      return refuse('EVM_TYPE', `type ${type}, expected 0, 1, 2 or 4`);
  }
}

/** > yParity, r and s follow in a signed transaction (EIP-2930, EIP-1559, EIP-7702) */
const SIGNATURE_FIELDS = 3;

function items(bytes: Bytes, count: number): Items {
  const fields = listOf(bytes.subarray(1));
  if (fields.length === count + SIGNATURE_FIELDS) refuse('EVM_SIGNED', 'a signature follows');
  if (fields.length !== count) refuse('EVM_FIELD_COUNT', `${fields.length} fields, expected ${count}`);
  return fields;
}

/** > (nonce, gasprice, startgas, to, value, data, chainid, 0, 0) (EIP-155) */
function legacy(fields: Items): EvmTransaction {
  if (fields.length === 6) refuse('EVM_CHAIN', 'no chain id: valid on every chain where the key has this nonce');
  if (fields.length !== 9) refuse('EVM_FIELD_COUNT', `${fields.length} fields, expected 9`);
  const [nonce, gasPrice, gas, to, value, input, chain, r, s] = fields;
  if (data(r).length > 0 || data(s).length > 0) refuse('EVM_SIGNED', 'r and s are not empty');
  const start = { type: 0, chain: uint(chain, WORD), ...body({ nonce, gas, to, value, input }) } as const;
  return { ...start, gasPrice: uint(gasPrice, WORD), tip: null, accessList: [], authorizations: [] };
}

/** > [chainId, nonce, gasPrice, gasLimit, to, value, data, accessList] */
function berlin([chain, nonce, gasPrice, gas, to, value, input, access]: Items): EvmTransaction {
  const start = { type: 1, chain: uint(chain, WORD), ...body({ nonce, gas, to, value, input }) } as const;
  return { ...start, gasPrice: uint(gasPrice, WORD), tip: null, accessList: accessList(access), authorizations: [] };
}

/** > [chain_id, nonce, max_priority_fee_per_gas, max_fee_per_gas, gas_limit, destination, amount, data, access_list] */
function london([chain, nonce, tip, gasPrice, gas, to, value, input, access]: Items): EvmTransaction {
  const start = { type: 2, chain: uint(chain, WORD), ...body({ nonce, gas, to, value, input }) } as const;
  const price = { gasPrice: uint(gasPrice, WORD), tip: uint(tip, WORD) };
  return { ...start, ...price, accessList: accessList(access), authorizations: [] };
}

/** > […, access_list, authorization_list]; "a null destination is not valid" */
function prague(fields: Items): EvmTransaction {
  const start = london(fields);
  if (start.to === null) refuse('EVM_ADDRESS', 'no recipient, which type 4 has to have');
  return { ...start, type: 4, authorizations: authorizations(fields[9], start.chain) };
}

type Body = { readonly [Name in 'nonce' | 'gas' | 'to' | 'value' | 'input']: RlpItem | undefined };

function body({ nonce, gas, to, value, input }: Body): Pick<EvmTransaction, 'nonce' | 'gas' | 'to' | 'value' | 'data'> {
  const [account, limit] = [uint(nonce, SHORT), uint(gas, SHORT)];
  return { nonce: account, gas: limit, to: recipient(to), value: uint(value, WORD), data: data(input) };
}

/** What no client would take could only be signed for another reading. */
function requireSensible(transaction: EvmTransaction): EvmTransaction {
  const { chain, nonce, gas, gasPrice, tip } = transaction;
  if (chain === 0n) refuse('EVM_CHAIN', 'chain id 0 names no chain');
  if (nonce > MAX_NONCE) refuse('EVM_NONCE', `nonce ${nonce} can never be executed (EIP-2681)`);
  if (gas > MAX_GAS) refuse('EVM_GAS', `${gas} gas, at most ${MAX_GAS} (EIP-7825)`);
  if (tip !== null && tip > gasPrice) refuse('EVM_FEE', `a tip of ${tip} above the maximum of ${gasPrice} (EIP-1559)`);
  if (gas * gasPrice > MOST) refuse('EVM_FEE', 'gas x price is beyond 256 bits');
  return transaction;
}
