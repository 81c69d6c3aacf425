/** Unsigned transactions and typed data of public interfaces, put together by ethers and viem, which know nothing of this project. */

import { Interface, Transaction, Wallet } from 'ethers';
import { bytesOf, json } from './evm.ts';

type Bytes = Uint8Array;

export const TOKEN = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
export const BOB = '0x3A593f8bB1A2C16d8Ee720F00cAbA0D85E7Fb12d';
export const OTHER = '0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';
export const PERMIT2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3';
export const MULTISEND_CALL_ONLY = '0x9641d764fc13c8B624c04430C7356C1C7C8102e2';
export const MOST = 2n ** 256n - 1n;
export const SIGNER = new Wallet(`0x${'46'.repeat(32)}`);

export const TOKENS = new Interface([
  'function transfer(address to,uint256 amount)',
  'function transferFrom(address from,address to,uint256 amount)',
  'function safeTransferFrom(address from,address to,uint256 id)',
  'function approve(address spender,uint256 amount)',
  'function increaseAllowance(address spender,uint256 added)',
  'function decreaseAllowance(address spender,uint256 taken)',
  'function setApprovalForAll(address operator,bool approved)',
  'function multicall(bytes[] calls)',
]);
export const PERMITS = new Interface([
  'function permit(address owner,address spender,uint256 value,uint256 deadline,uint8 v,bytes32 r,bytes32 s)',
]);
export const DAI_PERMITS = new Interface([
  'function permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed,uint8 v,bytes32 r,bytes32 s)',
]);
export const PERMIT2_CALLS = new Interface([
  'function approve(address token,address spender,uint160 amount,uint48 expiration)',
]);
export const SAFES = new Interface([
  'function execTransaction(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,bytes signatures)',
  'function execTransactionFromModule(address to,uint256 value,bytes data,uint8 operation)',
]);

export type TransactionOf = Record<string, unknown>;

/** Type 2 on chain 1, 100,000 gas at 30 gwei. */
export function transaction(fields: TransactionOf = {}): Bytes {
  const common = {
    type: 2,
    chainId: 1,
    nonce: 7,
    gasLimit: 100_000,
    maxFeePerGas: 30_000_000_000n,
    maxPriorityFeePerGas: 1_000_000_000n,
  };
  return bytesOf(Transaction.from({ ...common, to: BOB, value: 0n, data: '0x', ...fields }).unsignedSerialized);
}

export const tokenCall = (name: string, ...given: unknown[]): Bytes =>
  transaction({ to: TOKEN, data: TOKENS.encodeFunctionData(name, given) });

export function authorized(
  fields: TransactionOf = {},
  ...given: { address?: string; nonce?: number; chainId?: number }[]
): Bytes {
  const tuples = given.map((each) => SIGNER.authorizeSync({ address: OTHER, nonce: 8, chainId: 1, ...each }));
  return transaction({ type: 4, authorizationList: tuples, ...fields });
}

type Fields = readonly (readonly [name: string, type: string])[];
const typed = (fields: Fields) => fields.map(([name, type]) => ({ name, type }));

export const DOMAIN_FIELDS = typed([
  ['name', 'string'],
  ['version', 'string'],
  ['chainId', 'uint256'],
  ['verifyingContract', 'address'],
]);
export const DOMAIN = { name: 'USD Coin', version: '2', chainId: 1, verifyingContract: TOKEN };
const CONTRACT_FIELDS = DOMAIN_FIELDS.slice(2);

export type TypedOf = {
  types: Record<string, { name: string; type: string }[]>;
  primaryType: string;
  domain: Record<string, unknown>;
  message: Record<string, unknown>;
};

export function permit(message: Record<string, unknown> = {}): TypedOf {
  const fields: Fields = [
    ['owner', 'address'],
    ['spender', 'address'],
    ['value', 'uint256'],
    ['nonce', 'uint256'],
    ['deadline', 'uint256'],
  ];
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, Permit: typed(fields) },
    primaryType: 'Permit',
    domain: { ...DOMAIN },
    message: { owner: BOB, spender: OTHER, value: '1000000', nonce: 0, deadline: 1_893_456_000, ...message },
  };
}

export function daiPermit(message: Record<string, unknown> = {}): TypedOf {
  const fields: Fields = [
    ['holder', 'address'],
    ['spender', 'address'],
    ['nonce', 'uint256'],
    ['expiry', 'uint256'],
    ['allowed', 'bool'],
  ];
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, Permit: typed(fields) },
    primaryType: 'Permit',
    domain: { ...DOMAIN },
    message: { holder: BOB, spender: OTHER, nonce: 0, expiry: 0, allowed: true, ...message },
  };
}

/** Of Permit2: so many tokens, until a time (`PermitBatch`). */
export function permitBatch(tokens: readonly string[], contract = PERMIT2): TypedOf {
  const details: Fields = [
    ['token', 'address'],
    ['amount', 'uint160'],
    ['expiration', 'uint48'],
    ['nonce', 'uint48'],
  ];
  const fields: Fields = [
    ['details', 'PermitDetails[]'],
    ['spender', 'address'],
    ['sigDeadline', 'uint256'],
  ];
  const domain = [DOMAIN_FIELDS[0]!, ...CONTRACT_FIELDS];
  return {
    types: { EIP712Domain: domain, PermitDetails: typed(details), PermitBatch: typed(fields) },
    primaryType: 'PermitBatch',
    domain: { name: 'Permit2', chainId: 1, verifyingContract: contract },
    message: {
      details: tokens.map((token, at) => ({ token, amount: `${at + 1}`, expiration: 1_782_864_000, nonce: 0 })),
      spender: OTHER,
      sigDeadline: '1774915200',
    },
  };
}

export function permitTransferFrom(witness: boolean): TypedOf {
  const fields: Fields = [
    ['permitted', 'TokenPermissions'],
    ['spender', 'address'],
    ['nonce', 'uint256'],
    ['deadline', 'uint256'],
  ];
  const name = witness ? 'PermitWitnessTransferFrom' : 'PermitTransferFrom';
  const domain = [DOMAIN_FIELDS[0]!, ...CONTRACT_FIELDS];
  return {
    types: {
      EIP712Domain: domain,
      [name]: typed(witness ? [...fields, ['witness', 'bytes32']] : fields),
      TokenPermissions: typed([
        ['token', 'address'],
        ['amount', 'uint256'],
      ]),
    },
    primaryType: name,
    domain: { name: 'Permit2', chainId: 1, verifyingContract: PERMIT2 },
    message: {
      permitted: { token: TOKEN, amount: '5000000000' },
      ...{ spender: OTHER, nonce: 1, deadline: 1_893_456_000 },
      ...(witness ? { witness: `0x${'11'.repeat(32)}` } : {}),
    },
  };
}

export function authorization(name: string, message: Record<string, unknown> = {}): TypedOf {
  const fields: Fields = [
    ['from', 'address'],
    ['to', 'address'],
    ['value', 'uint256'],
    ['validAfter', 'uint256'],
    ['validBefore', 'uint256'],
    ['nonce', 'bytes32'],
  ];
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, [name]: typed(fields) },
    primaryType: name,
    domain: { ...DOMAIN },
    message: {
      from: BOB,
      to: OTHER,
      value: 5_000,
      validAfter: 0,
      validBefore: 1_893_456_000,
      nonce: `0x${'44'.repeat(32)}`,
      ...message,
    },
  };
}

export function ballot(voter?: string): TypedOf {
  const fields: Fields = [
    ['proposalId', 'uint256'],
    ['support', 'uint8'],
  ];
  const more: Fields = [
    ['voter', 'address'],
    ['nonce', 'uint256'],
  ];
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, Ballot: typed(voter === undefined ? fields : [...fields, ...more]) },
    primaryType: 'Ballot',
    domain: { ...DOMAIN, name: 'Governor' },
    message: { proposalId: 178, support: 1, ...(voter === undefined ? {} : { voter, nonce: 3 }) },
  };
}

export function safeTransaction(message: Record<string, unknown> = {}): TypedOf {
  const fields: Fields = [
    ['to', 'address'],
    ['value', 'uint256'],
    ['data', 'bytes'],
    ['operation', 'uint8'],
    ['safeTxGas', 'uint256'],
    ['baseGas', 'uint256'],
    ['gasPrice', 'uint256'],
    ['gasToken', 'address'],
    ['refundReceiver', 'address'],
    ['nonce', 'uint256'],
  ];
  const zero = `0x${'00'.repeat(20)}`;
  const none = { value: 0, data: '0x', operation: 0, safeTxGas: 0, baseGas: 0, gasPrice: 0 };
  return {
    types: { EIP712Domain: CONTRACT_FIELDS, SafeTx: typed(fields) },
    primaryType: 'SafeTx',
    domain: { chainId: 1, verifyingContract: OTHER },
    message: { to: BOB, ...none, gasToken: zero, refundReceiver: zero, nonce: 71, ...message },
  };
}

/** A type that nobody knows. */
export function unknown(message: Record<string, unknown> = { s: 'hello', a: [1, 2] }): TypedOf {
  const fields: Fields = [
    ['s', 'string'],
    ['a', 'uint8[]'],
  ];
  return {
    types: { EIP712Domain: DOMAIN_FIELDS, Thing: typed(fields) },
    primaryType: 'Thing',
    domain: { ...DOMAIN },
    message,
  };
}

export const payload = (data: TypedOf): Bytes => json(data);
