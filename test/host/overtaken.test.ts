/** What a READY request is worth once its row has moved on: nothing, to real enclaves that know the chain by proofs alone (I7). */

import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { buildSpend, taprootScript } from '../../scripts/local/bitcoin.ts';
import { requestByDelegate, voteForDelegate, voteForLimits } from '../../scripts/local/delegate.ts';
import { claimDerivedKey } from '../../scripts/local/key.ts';
import { stopOperator } from '../../scripts/local/operators.ts';
import { until as untilTrue } from '../../scripts/local/until.ts';
import { action } from '../../scripts/local/vote.ts';
import {
  type Asked,
  ask,
  isActive,
  isFulfilled,
  isReady,
  makeKey,
  type Network,
  openNetwork,
} from './support/network.ts';

const until = (condition: () => Promise<boolean>) => untilTrue('the next step of the test', 60_000, condition);
const EXPIRED = 5n;
const RECIPIENT = Uint8Array.of(0, 20, ...new Uint8Array(20).fill(0x11));

describe('a READY request that nobody has signed yet', function () {
  this.timeout(240_000);
  let network: Network;
  let keyId: string;
  let amount = 200_000n;
  const requester = () => network.chain.accounts[8]!;
  const delegate = () => network.chain.accounts[9]!;

  before(async () => {
    network = await openNetwork(['alice', 'bob', 'carol']);
    await start();
    await network.promote();
    keyId = await makeKey(network);
    await until(isActive(network, keyId));
    await voteForDelegate(network.chain, network.dao, keyId, delegate().address, { perDay: 10_000_000n, fee: 5_000n });
  });
  after(() => network.end());

  const start = () => Promise.all(network.operators.map((one) => network.start(one).ready));
  const stop = () => Promise.all([...network.hosts.values()].map((host) => stopOperator(host)));
  const askNext = () => {
    amount += 1n;
    return ask(network, keyId, amount);
  };
  const askAsDelegate = async (): Promise<Asked> => {
    amount += 1n;
    const { chain, dao } = network;
    const key = await claimDerivedKey(dao, keyId, delegate().address, `0x${'00'.repeat(32)}`);
    const prevout = { txid: 'cd'.repeat(32), index: 0, script: taprootScript(key.outputKey), amount };
    const spend = buildSpend(prevout, key.internalKey, RECIPIENT, 1_000n);
    return { id: await requestByDelegate(chain, dao, delegate(), key, spend), spend };
  };

  /** Nobody is up while it is asked for and overtaken; then all are, sign one that was asked for later, and bring this one to its end. */
  async function endsUnsigned(asking: () => Promise<Asked>, moveOn: () => Promise<unknown>): Promise<void> {
    const { signingRequests } = network.dao;
    await stop();
    const asked = await asking();
    expect(await isReady(network, asked)()).to.equal(true);
    await moveOn();
    const later = await askNext();
    await start();
    await until(isFulfilled(network, later));
    await until(async () => (await signingRequests.stateOf(asked.id)) === EXPIRED);
    expect(await signingRequests.queryFilter(signingRequests.filters.SignatureFulfilled(asked.id))).to.deep.equal([]);
  }

  it('is signed without a vote where it is within a delegate’s limits', async () => {
    const asked = await askAsDelegate();
    await until(isFulfilled(network, asked));
  });

  it('is over when its requester raises its row', async () => {
    const raise = async () => (await network.dao.keyRegistry.connect(requester()).raise(keyId, requester())).wait();
    await endsUnsigned(askNext, raise);
  });

  it('is over when a vote takes its row away, and stays so when the row comes back', async () => {
    const { keyRegistry, decide } = network.dao;
    const { address } = requester();
    const row = { requester: address, guard: ZeroAddress, module: ZeroAddress, kinds: 2, delay: 0, unguarded: true };
    const moveOn = async () => {
      await decide('Take it away', [await action(keyRegistry, 'removeRow', [keyId, address])]);
      await decide('Give it back', [await action(keyRegistry, 'setRow', [keyId, row])]);
    };
    await endsUnsigned(askNext, moveOn);
  });

  it('is over when a vote lowers the limits that its guard knows', async () => {
    const { chain, dao } = network;
    const lower = { perDay: 5_000_000n, fee: 5_000n };
    await endsUnsigned(askAsDelegate, () => voteForLimits(chain, dao, keyId, delegate().address, lower));
  });

  it('is signed whatever becomes of another requester’s row', async () => {
    const { chain, dao } = network;
    await stop();
    const asked = await askNext();
    const limits = { perDay: 6_000_000n, fee: 5_000n };
    await voteForLimits(chain, dao, keyId, delegate().address, limits);
    await start();
    await until(isFulfilled(network, asked));
  });
});
