/** Rows and their epochs, from logs to what a host works on and what it leaves. */

import { expect } from 'chai';
import { encodeAbiParameters, encodeEventTopics, zeroAddress } from 'viem';
import { KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from '../../../signer/host/chain/abi.ts';
import { decodeLog, type RawLog } from '../../../signer/host/chain/decodeLog.ts';
import { rowName } from '../../../signer/host/chain/foldRows.ts';
import { createLedger, isOvertaken } from '../../../signer/host/chain/ledger.ts';
import { watchRequests } from '../../../signer/host/path/watchRequests.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { want } from '../../../signer/host/posting/want.ts';
import { startErrands } from '../../../signer/host/sessions/errands.ts';
import { leaderOrder } from '../../../signer/host/sessions/order.ts';
import { findTask } from '../../../signer/host/sessions/task.ts';
import { settled } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  attested,
  booted,
  created,
  EPOCH,
  KEY,
  MEMBERS,
  opened,
  REQUESTER,
  raised,
  ready,
  registered,
  removed,
  request,
  requested,
  row,
} from '../support/samples.ts';
import { world } from '../support/world.ts';

const REQUEST = word(1);
const { deployment } = world().context;
const decode = (address: `0x${string}`, topics: unknown, data: RawLog['data']) =>
  decodeLog(deployment, { address, topics: topics as RawLog['topics'], data });

describe('the logs of rows', () => {
  const abi = KEY_REGISTRY_ABI;
  const types = (...names: string[]) => names.map((type) => ({ type }));

  it('are read as the registry writes them', () => {
    const args = { keyId: KEY, requester: REQUESTER };
    const set = encodeEventTopics({ abi, eventName: 'RowSet', args });
    const guard = `0x${'ab'.repeat(20)}` as const;
    const data = encodeAbiParameters(types('uint40', 'address', 'address', 'uint24', 'uint32'), [
      7,
      guard,
      zeroAddress,
      66,
      60,
    ]);
    expect(decode(deployment.keyRegistry, set, data)).to.deep.equal({
      ...{
        event: 'RowSet',
        keyId: KEY,
        requester: REQUESTER,
        epoch: 7,
        guard,
        module: zeroAddress,
        kinds: 66,
        delay: 60,
      },
    });
    const gone = encodeEventTopics({ abi, eventName: 'RowRemoved', args });
    expect(decode(deployment.keyRegistry, gone, encodeAbiParameters(types('uint40'), [8]))).to.deep.equal(removed(8));
    const up = encodeEventTopics({ abi, eventName: 'RowRaised', args });
    const by = encodeAbiParameters(types('uint40', 'address'), [9, guard]);
    expect(decode(deployment.keyRegistry, up, by)).to.deep.equal(raised(9));
  });

  it('come with attempts of key generation, and of nothing else that is to come', () => {
    const at = (kind: number) => {
      const topics = encodeEventTopics({ abi, eventName: 'AttemptOpened', args: { keyId: KEY, attempt: 1, kind } });
      const data = encodeAbiParameters(types('uint32', 'uint16', 'bytes32[]', 'uint48'), [1, 2, [...MEMBERS], 5_000]);
      return decode(deployment.keyRegistry, topics, data);
    };
    expect(at(1)).to.deep.equal(opened());
    expect(at(2)).to.equal(null);
  });

  it('say of a request at which epoch of its row it was asked', () => {
    const args = { id: REQUEST, keyId: KEY, requester: REQUESTER };
    const topics = encodeEventTopics({ abi: SIGNING_REQUESTS_ABI, eventName: 'SignatureRequested', args });
    const event = SIGNING_REQUESTS_ABI.find(({ name }) => name === 'SignatureRequested')!;
    const { requester: _, counter: __, ...intent } = request;
    const inputs = event.inputs.filter((input) => !('indexed' in input && input.indexed));
    const data = encodeAbiParameters(inputs as never, [1n, EPOCH, 500, 560, zeroAddress, false, intent] as never);
    expect(decode(deployment.signingRequests, topics, data)).to.deep.equal(requested(1, 560));
  });
});

describe('rows in the ledger', () => {
  const ledgerOf = (...events: ChainEvent[]) =>
    createLedger(events.map((data, index) => ({ block: 1, blockHash: word(1), index, data })));
  const overtaken = (...events: ChainEvent[]) => {
    const ledger = ledgerOf(...events);
    return isOvertaken(ledger, ledger.requests.get(REQUEST)!);
  };

  it('keep their epoch through a removal', () => {
    const name = rowName(KEY, REQUESTER);
    expect(ledgerOf(row(), removed(5)).rows.get(name)).to.include({ epoch: 5, kinds: 0 });
    expect(ledgerOf(row(), raised(5)).rows.get(name)).to.include({ epoch: 5, kinds: 2 });
    expect(ledgerOf(row(), removed(5), row(6, 66)).rows.get(name)).to.include({ epoch: 6, kinds: 66 });
    expect(ledgerOf(raised(5), removed(6)).rows.size, 'a row that was never seen').to.equal(0);
  });

  it('overtake what was asked at an earlier epoch, and nothing else', () => {
    expect(overtaken(row(), requested(1), ready(1))).to.equal(false);
    for (const change of [raised(), removed(), row(EPOCH + 1)])
      expect(overtaken(row(), requested(1), ready(1), change), change.event).to.equal(true);
    expect(overtaken(row(EPOCH + 1), requested(1)), 'out of order').to.equal(true);
    expect(overtaken(row(EPOCH - 1), requested(1)), 'a log that an RPC left out').to.equal(false);
    expect(overtaken(requested(1))).to.equal(false);
    const other = { ...raised(), requester: `0x${'ef'.repeat(20)}` } as ChainEvent;
    const ofOther = { ...row(), requester: `0x${'ef'.repeat(20)}` } as ChainEvent;
    expect(overtaken(row(), ofOther, requested(1), other), 'the row of another').to.equal(false);
  });

  it('make a request READY in the block that asks for it', () => {
    const ledger = ledgerOf(created, opened(), activated, row(), requested(1), ready(1));
    expect(ledger.requests.get(REQUEST)).to.include({ state: 'ready', epoch: EPOCH });
  });
});

describe('a host', () => {
  /** The first in order for the request, of a row at the epoch at which it was asked. */
  function leader(...more: ChainEvent[]) {
    const it = world(leaderOrder(REQUEST, MEMBERS)[0]);
    for (const member of [0, 1, 2]) it.see(registered(member), booted(member), attested(member));
    it.see(created, opened());
    it.see(activated, row());
    it.see(requested(1), ...more);
    const leads = async () => {
      startErrands(it.context);
      await settled();
      return it.sent.length > 0;
    };
    const posting = (kind: string) => it.store.posting(`${kind}:${REQUEST}`);
    return { ...it, leads, posting };
  }

  it('works on what is READY in the block that asks for it', async () => {
    expect(await leader(ready(1)).leads()).to.equal(true);
  });

  it('leads nothing that its row has overtaken, nor joins it, and expires it at once', async () => {
    const { see, leads, posting, context } = leader(ready(1));
    see(raised());
    expect(await leads()).to.equal(false);
    expect(findTask(context.ledger, 'signing', REQUEST)).to.equal(null);
    await watchRequests(context);
    expect(posting('expire')).to.include({ state: 'wanted' });
  });

  it('makes nothing ready that its row has overtaken while it waited', async () => {
    const { see, posting, context } = leader();
    see(removed());
    await watchRequests(context);
    expect(posting('mark-ready')).to.equal(null);
    expect(posting('expire')).to.include({ state: 'wanted' });
  });

  it('posts a signature that is out before it expires what was overtaken meanwhile', async () => {
    const { see, posting, context, store } = leader(ready(1));
    want(context, {
      goal: { kind: 'fulfil', request: REQUEST },
      to: deployment.signingRequests,
      data: '0x01',
      rank: 0,
    });
    see(raised());
    await watchRequests(context);
    expect(posting('expire')).to.equal(null);
    store.putPosting({ ...posting('fulfil')!, state: 'given-up' });
    await watchRequests(context);
    expect(posting('expire')).to.include({ state: 'wanted' });
  });
});
