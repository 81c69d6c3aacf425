/** Pauses and the margin, from logs to what a host tries and leaves. */

import { expect } from 'chai';
import { encodeAbiParameters, encodeEventTopics } from 'viem';
import { KEY_REGISTRY_ABI } from '../../../../signer/host/chain/abi.ts';
import { createLedger, pausedUntil } from '../../../../signer/host/chain/view/ledger.ts';
import { decodeLog, type RawLog } from '../../../../signer/host/chain/view/logs.ts';
import type { ChainEvent } from '../../../../signer/host/ports/chain.ts';
import { DEPLOYMENT } from '../../support/deployment.ts';
import { word } from '../../support/fakeChain.ts';
import { created, KEY } from '../../support/samples.ts';
import { located } from '../../support/view.ts';

const BY = `0x${'ab'.repeat(20)}` as const;
const OTHER = word(0x12);

const otherCreated: ChainEvent = { event: 'KeyCreated', keyId: OTHER, scheme: 1 };
const networkPaused = (pausedUntil: number): ChainEvent => ({ event: 'NetworkPaused', pausedUntil });
const networkSuspended = (pausedUntil: number): ChainEvent => ({ event: 'NetworkSuspended', pausedUntil });
const keyPaused = (pausedUntil: number, keyId = KEY): ChainEvent => ({ event: 'KeyPaused', keyId, pausedUntil });
const keySuspended = (pausedUntil: number): ChainEvent => ({ event: 'KeySuspended', keyId: KEY, pausedUntil });
const beatSet = (margin: number): ChainEvent => ({
  ...{ event: 'BeatSet', beatBound: 3_600, releasesPerBeat: 64, margin },
});

describe('pauses', () => {
  const uint48 = (value: number) => encodeAbiParameters([{ type: 'uint48' }], [value]);
  const decode = (topics: unknown, data: RawLog['data']) =>
    decodeLog(DEPLOYMENT, { address: DEPLOYMENT.keyRegistry, topics: topics as RawLog['topics'], data });
  const ledgerOf = (...events: ChainEvent[]) => createLedger(located(...events));

  it('are read from the logs of the registry', () => {
    const abi = KEY_REGISTRY_ABI;
    for (const eventName of ['KeyPaused', 'KeySuspended'] as const) {
      const topics = encodeEventTopics({ abi, eventName, args: { keyId: KEY, by: BY } });
      expect(decode(topics, uint48(77))).to.deep.equal({ event: eventName, keyId: KEY, pausedUntil: 77 });
    }
    for (const eventName of ['NetworkPaused', 'NetworkSuspended'] as const) {
      const topics = encodeEventTopics({ abi, eventName, args: { by: BY } });
      expect(decode(topics, uint48(77))).to.deep.equal({ event: eventName, pausedUntil: 77 });
    }
    const three = encodeAbiParameters(['beatBound', 'releasesPerBeat', 'margin'].map(uint32), [3600, 64, 901]);
    expect(decode(encodeEventTopics({ abi, eventName: 'BeatSet' }), three)).to.deep.equal(beatSet(901));
  });

  it('stop a key until the later of its own and the network’s, each replaced by the next of its kind', () => {
    const ledger = (...events: ChainEvent[]) => ledgerOf(created, otherCreated, ...events);
    const both = (...events: ChainEvent[]) => [KEY, OTHER].map((keyId) => pausedUntil(ledger(...events), keyId));
    expect(both()).to.deep.equal([0, 0]);
    expect(both(keySuspended(5))).to.deep.equal([5, 0]);
    expect(both(keyPaused(5), networkSuspended(4))).to.deep.equal([5, 4]);
    expect(both(keyPaused(5), networkPaused(6))).to.deep.equal([6, 6]);
    expect(both(keySuspended(5), networkSuspended(6), networkPaused(0))).to.deep.equal([5, 0]);
    expect(both(keySuspended(5), keyPaused(0), networkSuspended(6))).to.deep.equal([6, 6]);
    expect(both(networkPaused(6), beatSet(901))).to.deep.equal([6, 6]);
    expect(ledger(beatSet(901), networkPaused(6)).network).to.deep.equal({
      ...{ pausedUntil: 6, beatBound: 3_600, releasesPerBeat: 64, margin: 901 },
    });
  });
});

function uint32(name: string) {
  return { name, type: 'uint32' } as const;
}
