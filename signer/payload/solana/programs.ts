/** Programs whose instructions are understood, and accounts that these want to see, by their addresses. */

import { address } from './base58.ts';

type Bytes = Uint8Array;

export const SYSTEM = known('11111111111111111111111111111111');
export const COMPUTE_BUDGET = known('ComputeBudget111111111111111111111111111111');
export const STAKE = known('Stake11111111111111111111111111111111111111');
export const TOKEN = known('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
export const TOKEN_2022 = known('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
export const ASSOCIATED_TOKEN = known('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
export const MEMO_1 = known('Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo');
export const MEMO = known('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr');
/** Programs that check signatures in their data, each of which is charged for like the transaction's own. */
export const SIGNATURE_CHECKS: readonly Bytes[] = [
  known('Ed25519SigVerify111111111111111111111111111'),
  known('KeccakSecp256k11111111111111111111111111111'),
  known('Secp256r1SigVerify1111111111111111111111111'),
];

export const RECENT_BLOCKHASHES = known('SysvarRecentB1ockHashes11111111111111111111');
export const RENT = known('SysvarRent111111111111111111111111111111111');
export const CLOCK = known('SysvarC1ock11111111111111111111111111111111');
export const STAKE_HISTORY = known('SysvarStakeHistory1111111111111111111111111');

function known(text: string): Bytes {
  const bytes = address(text);
  if (bytes === undefined) throw new Error(`${text} is no address`);
  return bytes;
}
