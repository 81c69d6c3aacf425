/** Logs of the smaller contracts as events that the host knows. */

import { expect } from 'chai';
import { encodeAbiParameters, encodeEventTopics } from 'viem';
import {
  DERIVED_KEYS_ABI,
  LATE_SIGNATURES_ABI,
  MEASUREMENT_REGISTRY_ABI,
  SIGNING_REQUESTS_ABI,
} from '../../../signer/host/chain/abi.ts';
import { decodeLog, type RawLog } from '../../../signer/host/chain/decodeLog.ts';
import { createLedger } from '../../../signer/host/chain/ledger.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { word } from '../support/fakeChain.ts';
import { KEY, REQUESTER, ready, requested } from '../support/samples.ts';
import { world } from '../support/world.ts';

const { deployment } = world().context;
const REQUEST = word(1);
const PATH = word(2);
const BY = `0x${'ab'.repeat(20)}` as const;
const decode = (address: `0x${string}`, topics: unknown, data: RawLog['data']) =>
  decodeLog(deployment, { address, topics: topics as RawLog['topics'], data });
const types = (...names: string[]) => names.map((type) => ({ type }));

describe('a log', () => {
  it('of DerivedKeys says which key was claimed', () => {
    const args = { keyId: KEY, requester: REQUESTER, path: PATH };
    const topics = encodeEventTopics({ abi: DERIVED_KEYS_ABI, eventName: 'DerivedKeyClaimed', args });
    const points = encodeAbiParameters(types('uint8', 'bytes32', 'uint8', 'bytes32'), [2, word(3), 3, word(4)]);
    const claimed = { event: 'DerivedKeyClaimed', keyId: KEY, requester: REQUESTER, path: PATH };
    expect(decode(deployment.derivedKeys, topics, points)).to.deep.equal(claimed);
    expect(decode(deployment.keyRegistry, topics, points), 'of another contract').to.equal(null);
  });

  it('of LateSignatures says of which request they are', () => {
    const args = { id: REQUEST, keyId: KEY };
    const topics = encodeEventTopics({ abi: LATE_SIGNATURES_ABI, eventName: 'LateSignatureRecorded', args });
    const data = encodeAbiParameters(types('bytes[]'), [['0x0102']]);
    const shown = decode(deployment.lateSignatures ?? '0x', topics, data);
    expect(shown).to.deep.equal({ event: 'LateSignatureRecorded', id: REQUEST });
  });

  it('of MeasurementRegistry says what was revoked', () => {
    const args = { measurement: word(9) };
    const topics = encodeEventTopics({ abi: MEASUREMENT_REGISTRY_ABI, eventName: 'MeasurementRevoked', args });
    const revoked = decode(deployment.measurementRegistry, topics, encodeAbiParameters(types('uint8'), [2]));
    expect(revoked).to.deep.equal({ event: 'MeasurementRevoked', measurement: word(9) });
  });

  it('of a request that was abandoned ends it like one that expired', () => {
    const args = { id: REQUEST, by: BY };
    const topics = encodeEventTopics({ abi: SIGNING_REQUESTS_ABI, eventName: 'RequestAbandoned', args });
    const abandoned = decode(deployment.signingRequests, topics, '0x') as ChainEvent;
    expect(abandoned).to.deep.equal({ event: 'RequestAbandoned', id: REQUEST });
    const events = [requested(1), ready(1), abandoned].map((data, index) => ({
      block: 1,
      blockHash: word(1),
      index,
      data,
    }));
    expect(createLedger(events).requests.get(REQUEST)).to.include({ state: 'expired', request: null });
  });
});
