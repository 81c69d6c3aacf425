/** Logs of the smaller contracts as events that the host knows. */

import { expect } from 'chai';
import { encodeAbiParameters, encodeEventTopics } from 'viem';
import {
  DERIVED_KEYS_ABI,
  LATE_SIGNATURES_ABI,
  MEASUREMENT_REGISTRY_ABI,
  REFUSALS_ABI,
  SIGNING_REQUESTS_ABI,
} from '../../../../signer/host/chain/abi.ts';
import { createLedger, isRefusedBy } from '../../../../signer/host/chain/view/ledger.ts';
import { addressesOf, decodeLog, type RawLog } from '../../../../signer/host/chain/view/logs.ts';
import { Retryable } from '../../../../signer/host/errors.ts';
import type { ChainEvent } from '../../../../signer/host/ports/chain.ts';
import { DEPLOYMENT } from '../../support/deployment.ts';
import { word } from '../../support/fakeChain.ts';
import { KEY, MEMBERS, REQUESTER, ready, requested } from '../../support/samples.ts';
import { located } from '../../support/view.ts';

const REQUEST = word(1);
const PATH = word(2);
const BY = `0x${'ab'.repeat(20)}` as const;
const decode = (address: `0x${string}`, topics: unknown, data: RawLog['data']) =>
  decodeLog(DEPLOYMENT, { address, topics: topics as RawLog['topics'], data });
const types = (...names: string[]) => names.map((type) => ({ type }));

describe('a log', () => {
  it('of DerivedKeys says which key was claimed', () => {
    const args = { keyId: KEY, requester: REQUESTER, path: PATH };
    const topics = encodeEventTopics({ abi: DERIVED_KEYS_ABI, eventName: 'DerivedKeyClaimed', args });
    const points = encodeAbiParameters(types('uint8', 'bytes32', 'uint8', 'bytes32'), [2, word(3), 3, word(4)]);
    const claimed = { event: 'DerivedKeyClaimed', keyId: KEY, requester: REQUESTER, path: PATH };
    expect(decode(DEPLOYMENT.derivedKeys, topics, points)).to.deep.equal(claimed);
    expect(decode(DEPLOYMENT.keyRegistry, topics, points), 'of another contract').to.equal(null);
  });

  it('of LateSignatures says of which request they are', () => {
    const args = { id: REQUEST, keyId: KEY };
    const topics = encodeEventTopics({ abi: LATE_SIGNATURES_ABI, eventName: 'LateSignatureRecorded', args });
    const data = encodeAbiParameters(types('bytes[]'), [['0x0102']]);
    const shown = decode(DEPLOYMENT.lateSignatures ?? '0x', topics, data);
    expect(shown).to.deep.equal({ event: 'LateSignatureRecorded', id: REQUEST });
  });

  it('of MeasurementRegistry says what was revoked', () => {
    const args = { measurement: word(9) };
    const topics = encodeEventTopics({ abi: MEASUREMENT_REGISTRY_ABI, eventName: 'MeasurementRevoked', args });
    const revoked = decode(DEPLOYMENT.measurementRegistry, topics, encodeAbiParameters(types('uint8'), [2]));
    expect(revoked).to.deep.equal({ event: 'MeasurementRevoked', measurement: word(9) });
  });

  it('of a request that was abandoned ends it like one that expired', () => {
    const args = { id: REQUEST, by: BY };
    const topics = encodeEventTopics({ abi: SIGNING_REQUESTS_ABI, eventName: 'RequestAbandoned', args });
    const abandoned = decode(DEPLOYMENT.signingRequests, topics, '0x') as ChainEvent;
    expect(abandoned).to.deep.equal({ event: 'RequestAbandoned', id: REQUEST });
    const ledger = createLedger(located(requested(1), ready(1), abandoned));
    expect(ledger.requests.get(REQUEST)).to.include({ state: 'expired', request: null });
  });

  it('of Refusals says which member, of which kind, and why', () => {
    const of = (kind: number) => {
      const args = { id: REQUEST, member: MEMBERS[0], kind };
      const topics = encodeEventTopics({ abi: REFUSALS_ABI, eventName: 'RequestRefusedBy', args });
      const types = ['address', 'bytes32', 'uint16', 'uint16'].map((type) => ({ type }));
      const data = encodeAbiParameters(types, [DEPLOYMENT.signingRequests, word(0xc0), 1, 2]);
      return decode(DEPLOYMENT.refusals ?? '0x', topics, data);
    };
    const refused = of(1) as ChainEvent;
    const fields = { event: 'RequestRefusedBy', id: REQUEST, member: MEMBERS[0], code: word(0xc0) };
    expect(refused).to.deep.equal({ ...fields, kind: 'final' });
    expect(of(2)).to.deep.equal({ ...fields, kind: 'unsupported' });
    expect(of(3), 'of a later release').to.equal(null);
    const ledger = createLedger(located(requested(1), ready(1), refused));
    expect(ledger.refusals.get(REQUEST)).to.deep.equal([{ member: MEMBERS[0], kind: 'final', code: word(0xc0) }]);
    expect([0, 1].map((at) => isRefusedBy(ledger, REQUEST, { member: MEMBERS[at]!, kind: 'final' }))).to.deep.equal([
      true,
      false,
    ]);
    expect(createLedger(located(refused)).refusals.size, 'of a contract of somebody else').to.equal(0);
  });

  it('that no contract of the deployment has emitted, or that this host does not know, is nothing', () => {
    const topics = encodeEventTopics({ abi: DERIVED_KEYS_ABI, eventName: 'DerivedKeyClaimed', args: {} });
    expect(decode(BY, topics, '0x')).to.equal(null);
    expect(decode(DEPLOYMENT.keyRegistry, [word(1)], '0x')).to.equal(null);
    expect(decode(DEPLOYMENT.keyRegistry, [], '0x')).to.equal(null);
    expect(decodeLog({ ...DEPLOYMENT, refusals: null }, { address: '0x', topics: [], data: '0x' })).to.equal(null);
  });

  it('that is not what its topic promises is no answer', () => {
    const args = { id: REQUEST, keyId: KEY };
    const topics = encodeEventTopics({ abi: LATE_SIGNATURES_ABI, eventName: 'LateSignatureRecorded', args });
    expect(() => decode(DEPLOYMENT.lateSignatures!, topics, '0x01'))
      .to.throw(Retryable)
      .with.property('code', 'RPC_REFUSED');
    expect(() => decode(DEPLOYMENT.lateSignatures!, topics.slice(0, 2), '0x')).to.throw(Retryable);
  });

  it('is asked for at every contract that the deployment has', () => {
    expect(addressesOf(DEPLOYMENT)).to.have.lengthOf(7);
    expect(addressesOf({ ...DEPLOYMENT, lateSignatures: null, refusals: null })).to.have.lengthOf(5);
  });
});
