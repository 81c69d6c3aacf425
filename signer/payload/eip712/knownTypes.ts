/**
 * Typed data whose meaning is public, by the whole of their type: permits, authorisations to transfer, votes, transactions of a Safe.
 *
 * A name is never enough: DAI's Permit and that of ERC-2612 have the same one.
 */

import { isEqual, isZero } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { all, allow, allowFrom, coins, knownCall, PERMIT2, payFrom } from '../evm/calls.ts';
import type { Deed } from '../evm/deed.ts';
import { requireNoDelegatecall, requireOperation } from '../evm/safe.ts';
import type { Given } from './given.ts';

type Bytes = Uint8Array;

/** Whom it is signed for. */
export type Bound = { readonly chain: bigint; readonly contract: Bytes };
/** Null: not understood after all. An empty list: it does nothing but take back. */
export type Meaning = (bound: Bound, message: Given) => readonly Deed[] | null;

const TOKEN_PERMISSIONS = 'TokenPermissions(address token,uint256 amount)';
const PERMIT_DETAILS = 'PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)';
const AUTHORIZATION = 'address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce';

export const SAFE_TRANSACTION =
  'SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,' +
  'address gasToken,address refundReceiver,uint256 nonce)';

export const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  // ERC-2612
  ['Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)', permit],
  // DAI
  ['Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)', daiPermit],
  // Permit2: until a time, and once
  [
    `PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)${PERMIT_DETAILS}`,
    throughPermit2((message) => [message.struct('details')]),
  ],
  [
    `PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)${PERMIT_DETAILS}`,
    throughPermit2((message) => message.list('details')),
  ],
  [
    `PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)${TOKEN_PERMISSIONS}`,
    throughPermit2((message) => [message.struct('permitted')]),
  ],
  [
    `PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)${TOKEN_PERMISSIONS}`,
    throughPermit2((message) => message.list('permitted')),
  ],
  // ERC-3009
  [`TransferWithAuthorization(${AUTHORIZATION})`, transfer],
  [`ReceiveWithAuthorization(${AUTHORIZATION})`, transfer],
  ['CancelAuthorization(address authorizer,bytes32 nonce)', () => []],
  // Governor, of Compound and of OpenZeppelin 4 and 5
  ['Ballot(uint256 proposalId,uint8 support)', (bound, message) => [vote(bound, message, null)]],
  ['Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)', (bound, message) => ballot(bound, message)],
  [SAFE_TRANSACTION, safeTransaction],
]);

function permit(bound: Bound, message: Given): readonly Deed[] | null {
  return one(allowFrom(message.address('owner'), coins(at(bound), message.uint('value')), message.address('spender')));
}

function daiPermit(bound: Bound, message: Given): readonly Deed[] | null {
  const amount = all(message.bool('allowed') ? 1n : 0n);
  return one(allowFrom(message.address('holder'), coins(at(bound), amount), message.address('spender')));
}

/** The asset is in the message, and whose it is follows from who signs. Any other contract may do anything with the same type. */
function throughPermit2(details: (message: Given) => readonly Given[]): Meaning {
  return ({ chain, contract }, message) => {
    if (!isEqual(contract, PERMIT2)) return null;
    const spender = message.address('spender');
    return details(message).map((each) =>
      allow(coins({ chain, to: each.address('token') }, each.uint('amount')), spender, null, 'permit2'),
    );
  };
}

function transfer(bound: Bound, message: Given): readonly Deed[] | null {
  return one(payFrom(message.address('from'), coins(at(bound), message.uint('value')), message.address('to')));
}

function ballot(bound: Bound, message: Given): readonly Deed[] | null {
  const voter = message.address('voter');
  return isZero(voter) ? null : [vote(bound, message, voter)];
}

function vote({ chain, contract }: Bound, message: Given, voter: Bytes | null): Deed {
  return {
    kind: 'vote',
    chain,
    contract,
    proposal: message.uint('proposalId'),
    support: Number(message.uint('support')),
    voter,
  };
}

/** What the Safe would do once its owners have signed. */
function safeTransaction({ chain, contract }: Bound, message: Given): readonly Deed[] | null {
  if (message.uint('operation') !== 0n) return null; // one of the few that may be called so: see requireSafe
  const [to, value, data] = [message.address('to'), message.uint('value'), message.bytes('data')];
  return one(knownCall({ chain, to, value, data, by: contract }));
}

function one(deed: Deed | null): readonly Deed[] | null {
  return deed === null ? null : [deed];
}

function at({ chain, contract }: Bound) {
  return { chain, to: contract };
}

/**
 * What no owner of a Safe signs, wherever the Safe is.
 *
 * @throws Refused TYPED_VALUE, NESTED_DELEGATECALL, SAFE_REFUND
 */
export function requireSafe(message: Given): void {
  const operation = message.uint('operation');
  if (operation > 1n) refuse('TYPED_VALUE', `message.operation: ${operation} is neither call nor delegatecall`);
  requireOperation(message.address('to'), operation);
  requireNoDelegatecall(message.bytes('data'));
  // > payment = (gasUsed + baseGas) * gasPrice: no bound is in the message
  if (message.uint('gasPrice') > 0n)
    refuse('SAFE_REFUND', 'gasPrice is not 0: whoever executes it is paid an amount that nobody voted');
}
