/** A delegate of the DAO: within limits that a vote has set, it has Bitcoin spends signed without another vote. */

import { type Signer, ZeroAddress } from 'ethers';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import type { Spend } from './bitcoin.ts';
import type { Chain } from './chain.ts';
import type { Dao } from './dao.ts';
import type { DerivedKey } from './key.ts';
import { BITCOIN, intentOf } from './spend.ts';
import { action, codeGuard, type Executed } from './vote.ts';

/** In satoshi: so much within a day, of which so much in fees at once. */
export type Allowance = { readonly perDay: bigint; readonly fee: bigint };

const DAY = 86_400;
const KINDS = 1 << PAYLOAD_KINDS['bitcoin-psbt'].number;

/** The guard's code is part of the vote: a row binds its requester to whatever is there. */
export async function voteForDelegate(
  chain: Chain,
  dao: Dao,
  keyId: string,
  delegate: string,
  allowance: Allowance,
): Promise<Executed> {
  const guard = await dao.spendingLimits.getAddress();
  const row = { requester: delegate, guard, module: ZeroAddress, kinds: KINDS, delay: 0, unguarded: false };
  return dao.decide(`Let ${delegate} pay ${allowance.perDay} satoshi a day`, [
    await codeGuard(dao.codeHashGuard, chain.provider, guard),
    await limitsAction(chain, dao, keyId, delegate, allowance),
    await action(dao.keyRegistry, 'setRow', [keyId, row]),
  ]);
}

/** Other limits for a delegate that has some: whatever it asked for under the old ones is over. */
export async function voteForLimits(
  chain: Chain,
  dao: Dao,
  keyId: string,
  delegate: string,
  allowance: Allowance,
): Promise<Executed> {
  const limits = await limitsAction(chain, dao, keyId, delegate, allowance);
  return dao.decide(`Let ${delegate} pay no more than ${allowance.perDay} satoshi a day`, [limits]);
}

/** No vote: the guard says yes, and the request is READY at once. */
export async function requestByDelegate(
  chain: Chain,
  dao: Dao,
  delegate: Signer,
  key: DerivedKey,
  spend: Spend,
): Promise<string> {
  const intent = { ...(await intentOf(chain, dao, key, spend)), consumer: ZeroAddress, callbackGas: 0 };
  const sent = await dao.signingRequests.connect(delegate).request(intent);
  const receipt = await sent.wait();
  const { signingRequests } = dao;
  const [asked] = await signingRequests.queryFilter(
    signingRequests.filters.SignatureRequested(),
    receipt?.blockNumber,
    receipt?.blockNumber,
  );
  if (asked === undefined) throw new Error('no request came of it');
  return asked.args.id;
}

async function limitsAction(
  { provider }: Chain,
  dao: Dao,
  keyId: string,
  delegate: string,
  { perDay, fee }: Allowance,
) {
  const block = await provider.getBlock('latest');
  if (block === null) throw new Error('the chain has no block');
  const limits = {
    expiresAt: block.timestamp + 30 * DAY,
    kinds: KINDS,
    maxUnsettled: 4,
    recipients: [],
    targets: [],
    caps: [{ asset: BITCOIN, capacity: perDay, window: DAY, feeCap: fee }],
  };
  return action(dao.spendingLimits, 'setLimits', [await dao.signingRequests.getAddress(), keyId, delegate, limits]);
}
