/** A vote that asks for the signature of a Bitcoin spend, and what comes of it. */

import { decodeBytes32String, id, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../types/contracts/requests/SigningRequests.ts';
import type { Spend } from './bitcoin.ts';
import type { Dao } from './dao.ts';
import type { DerivedKey } from './key.ts';
import { until } from './until.ts';
import { action, type Executed, type VotingChain } from './vote.ts';

/** docs/formats.md, "Effects of a payload": Bitcoin is one asset whatever its network. */
export const BITCOIN = id('bip122:000000000019d6689c085ae165831e93/slip44:0');
const KIND = { bitcoinPsbt: 1 };
const EFFECT = { transfer: 1, fee: 2 };
const [FULFILLED, REFUSED] = [3n, 4n];
const CALLBACK_GAS = 100_000;
const TIME_TO_LIVE = 86_400;

/** What the DAO votes on: the exact payload, and in plain terms what it does. */
export async function intentOf(
  { provider }: Pick<VotingChain, 'provider'>,
  dao: Pick<Dao, 'spendReceipt'>,
  key: DerivedKey,
  spend: Spend,
): Promise<IntentStruct> {
  const block = await provider.getBlock('latest');
  if (block === null) throw new Error('the chain has no block');
  const transfer = {
    kind: EFFECT.transfer,
    asset: BITCOIN,
    recipient: spend.recipientScript,
    amount: spend.amount,
    detail: ZeroHash,
  };
  const fee = { kind: EFFECT.fee, asset: BITCOIN, recipient: '0x', amount: spend.fee, detail: ZeroHash };
  return {
    keyId: key.keyId,
    path: key.path,
    kind: KIND.bitcoinPsbt,
    payload: spend.psbt,
    digests: [...spend.digests],
    effects: [transfer, fee],
    deadline: block.timestamp + TIME_TO_LIVE,
    consumer: await dao.spendReceipt.getAddress(),
    callbackGas: CALLBACK_GAS,
    replaces: ZeroHash,
  };
}

export type Requested = Executed & { readonly requestId: string };

/** The DAO's timelock is the requester: the request exists because the vote was executed. */
export async function voteForSpend(
  chain: VotingChain,
  dao: Pick<Dao, 'signingRequests' | 'spendReceipt' | 'decide'>,
  key: DerivedKey,
  spend: Spend,
  title: string,
): Promise<Requested> {
  return voteForRequest(dao, await intentOf(chain, dao, key, spend), title);
}

/** A request of the timelock's, for whatever it is. */
export async function voteForRequest(
  { signingRequests, decide }: Pick<Dao, 'signingRequests' | 'decide'>,
  intent: IntentStruct,
  title: string,
): Promise<Requested> {
  const executed = await decide(title, [await action(signingRequests, 'request', [intent])]);
  const { blockNumber } = executed.receipt;
  const [requested] = await signingRequests.queryFilter(
    signingRequests.filters.SignatureRequested(),
    blockNumber,
    blockNumber,
  );
  if (requested === undefined) throw new Error('the vote was executed, but no request came of it');
  return { ...executed, requestId: requested.args.id };
}

/** The signatures that the network made and the chain verified. */
export async function untilFulfilled(
  { signingRequests }: Pick<Dao, 'signingRequests'>,
  requestId: string,
  patience: number,
): Promise<readonly string[]> {
  const isFulfilled = async () => (await signingRequests.stateOf(requestId)) === FULFILLED;
  await until(`request ${requestId} is fulfilled`, patience, isFulfilled);
  const [fulfilled] = await signingRequests.queryFilter(signingRequests.filters.SignatureFulfilled(requestId));
  return fulfilled?.args.signatures ?? [];
}

/** What one member said against a request: its enclave's id and the code of docs/formats.md. */
export type Refused = { readonly member: string; readonly code: string };

/** Why enough members will never sign it, as they said on chain. */
export async function untilRefused(dao: Dao, requestId: string, patience: number): Promise<readonly Refused[]> {
  const { signingRequests } = dao;
  const isRefused = async () => (await signingRequests.stateOf(requestId)) === REFUSED;
  await until(`request ${requestId} is refused`, patience, isRefused);
  return refusalsOf(dao, requestId);
}

export async function refusalsOf({ refusals }: Pick<Dao, 'refusals'>, requestId: string): Promise<readonly Refused[]> {
  const said = await refusals.queryFilter(refusals.filters.RequestRefusedBy(undefined, requestId));
  return said.map(({ args: { member, code } }) => ({ member, code: decodeBytes32String(code) }));
}
