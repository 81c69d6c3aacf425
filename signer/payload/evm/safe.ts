/** Calls that a Safe makes for its owners: what they may not hide. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isZero } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { uintOf } from '../../formats/words.ts';
import { isAddressWord, wordAt } from './arguments.ts';
import { selector } from './effectOf.ts';

type Bytes = Uint8Array;

/**
 * MultiSendCallOnly of Safe 1.3.0 (both deployments) and 1.4.1: their code reverts at an inner delegatecall, and stands at the same
 * address on each chain because the address is made of it.
 */
const CALL_ONLY: ReadonlySet<string> = new Set([
  '40a2accbd92bca938b02010e17a5b8929b49130d',
  'a1dabef33b3b82c7814b6d82a79e50f4ac44102b',
  '9641d764fc13c8b624c04430c7356c1c7c8102e2',
]);

/** > execTransaction(address,uint256,bytes,uint8,…), execTransactionFromModule(address,uint256,bytes,uint8), …ReturnData */
const EXECUTING: ReadonlySet<string> = new Set(['6a761202', '468721a7', '5229073f']);
const TARGET = 0;
const OPERATION = 3;

/** DANGER: code that runs by delegatecall runs *as* the Safe, and its calldata may look like anything at all. */
export function requireNoDelegatecall(data: Bytes): void {
  if (!EXECUTING.has(bytesToHex(selector(data)))) return;
  const [target, operation] = [wordAt(data, TARGET), wordAt(data, OPERATION)];
  if (isZero(operation)) return;
  if (!isAddressWord(target)) refuse('NESTED_DELEGATECALL', 'a target that is no address');
  requireOperation(target.subarray(12), uintOf(operation));
}

/** > enum Operation { Call, DelegateCall } */
export function requireOperation(target: Bytes, operation: bigint): void {
  if (operation === 0n) return;
  if (operation === 1n && CALL_ONLY.has(bytesToHex(target))) return;
  refuse('NESTED_DELEGATECALL', `operation ${operation} to 0x${bytesToHex(target)}, whose code would run as the Safe`);
}

export const CALL_ONLY_TARGETS: readonly string[] = [...CALL_ONLY];
