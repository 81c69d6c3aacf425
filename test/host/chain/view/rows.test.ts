/** Rows and their epochs, from logs to what a host works on and what it leaves. */

import { expect } from 'chai';
import { encodeAbiParameters, encodeEventTopics, zeroAddress } from 'viem';
import { KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from '../../../../signer/host/chain/abi.ts';
import { createLedger, isOvertaken } from '../../../../signer/host/chain/view/ledger.ts';
import { decodeLog, type RawLog } from '../../../../signer/host/chain/view/logs.ts';
import type { OpenRequest } from '../../../../signer/host/chain/view/requestIndex.ts';
import { rowName } from '../../../../signer/host/chain/view/rowName.ts';
import type { ChainEvent } from '../../../../signer/host/ports/chain.ts';
import { DEPLOYMENT } from '../../support/deployment.ts';
import { word } from '../../support/fakeChain.ts';
import {
  activated,
  created,
  EPOCH,
  KEY,
  MEMBERS,
  opened,
  REQUESTER,
  raised,
  ready,
  removed,
  request,
  requested,
  row,
} from '../../support/samples.ts';
import { located } from '../../support/view.ts';

const REQUEST = word(1);
const decode = (address: `0x${string}`, topics: unknown, data: RawLog['data']) =>
  decodeLog(DEPLOYMENT, { address, topics: topics as RawLog['topics'], data });

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
    expect(decode(DEPLOYMENT.keyRegistry, set, data)).to.deep.equal({
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
    expect(decode(DEPLOYMENT.keyRegistry, gone, encodeAbiParameters(types('uint40'), [8]))).to.deep.equal(removed(8));
    const up = encodeEventTopics({ abi, eventName: 'RowRaised', args });
    const by = encodeAbiParameters(types('uint40', 'address'), [9, guard]);
    expect(decode(DEPLOYMENT.keyRegistry, up, by)).to.deep.equal(raised(9));
  });

  it('come with attempts of key generation, and of nothing else that is to come', () => {
    const at = (kind: number) => {
      const topics = encodeEventTopics({ abi, eventName: 'AttemptOpened', args: { keyId: KEY, attempt: 1, kind } });
      const data = encodeAbiParameters(types('uint32', 'uint16', 'bytes32[]', 'uint48'), [1, 2, [...MEMBERS], 5_000]);
      return decode(DEPLOYMENT.keyRegistry, topics, data);
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
    expect(decode(DEPLOYMENT.signingRequests, topics, data)).to.deep.equal(requested(1, 560));
  });
});

describe('rows in the ledger', () => {
  const ledgerOf = (...events: ChainEvent[]) => createLedger(located(...events));
  const overtaken = (...events: ChainEvent[]) => {
    const ledger = ledgerOf(...events);
    return isOvertaken(ledger, ledger.requests.get(REQUEST) as OpenRequest);
  };

  it('keep their epoch through a removal', () => {
    const name = rowName({ keyId: KEY, requester: REQUESTER });
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
