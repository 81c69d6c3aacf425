/** Pauses and the margin, from logs to what a host tries and leaves. */

import { expect } from 'chai';
import { encodeAbiParameters, encodeEventTopics } from 'viem';
import { KEY_REGISTRY_ABI } from '../../../signer/host/chain/abi.ts';
import { decodeLog, type RawLog } from '../../../signer/host/chain/decodeLog.ts';
import { createLedger, pausedUntil } from '../../../signer/host/chain/ledger.ts';
import { watchRequests } from '../../../signer/host/path/watchRequests.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { startErrands } from '../../../signer/host/sessions/errands.ts';
import { leaderOrder } from '../../../signer/host/sessions/order.ts';
import { settled } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  attested,
  booted,
  created,
  KEY,
  MEMBERS,
  opened,
  ready,
  registered,
  requested,
} from '../support/samples.ts';
import { world } from '../support/world.ts';

const BY = `0x${'ab'.repeat(20)}` as const;
const OTHER = word(0x12);

const otherCreated: ChainEvent = { event: 'KeyCreated', keyId: OTHER, scheme: 1 };
const networkPaused = (pausedUntil: number): ChainEvent => ({ event: 'NetworkPaused', pausedUntil });
const networkSuspended = (pausedUntil: number): ChainEvent => ({ event: 'NetworkSuspended', pausedUntil });
const keyPaused = (pausedUntil: number, keyId = KEY): ChainEvent => ({ event: 'KeyPaused', keyId, pausedUntil });
const keySuspended = (pausedUntil: number): ChainEvent => ({ event: 'KeySuspended', keyId: KEY, pausedUntil });
const beatSet = (margin: number): ChainEvent => ({ event: 'BeatSet', margin });

describe('pauses', () => {
  const { deployment } = world().context;
  const uint48 = (value: number) => encodeAbiParameters([{ type: 'uint48' }], [value]);
  const decode = (topics: unknown, data: RawLog['data']) =>
    decodeLog(deployment, { address: deployment.keyRegistry, topics: topics as RawLog['topics'], data });
  const ledgerOf = (...events: ChainEvent[]) =>
    createLedger(events.map((data, index) => ({ block: 1, blockHash: word(1), index, data })));

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
    expect(ledger(beatSet(901), networkPaused(6)).network).to.deep.equal({ pausedUntil: 6, margin: 901 });
  });

  /** The first in order for a request that is ready, at block time `now`. */
  function leader() {
    const it = world(leaderOrder(word(1), MEMBERS)[0]);
    for (const member of [0, 1, 2]) it.see(registered(member), booted(member), attested(member));
    it.see(created, opened());
    it.see(activated);
    it.see(requested(1), ready(1));
    const now = () => it.context.head!.timestamp;
    const leads = async () => {
      startErrands(it.context);
      await settled();
      return it.sent.length > 0;
    };
    return { ...it, now, leads };
  }

  for (const [name, pause] of [
    ['a pause of the key', keyPaused],
    ['a suspension of the key', keySuspended],
    ['a pause of the network', networkPaused],
    ['a suspension of the network', networkSuspended],
  ] as const) {
    it(`leads nothing in ${name}, until a final block is past it`, async () => {
      const { context, see, now, leads } = leader();
      see(pause(now() + 24));
      expect(await leads()).to.equal(false);
      see();
      expect([await leads(), context.errands.size]).to.deep.equal([true, 1]);
    });

    it(`leads on when a vote ends ${name}`, async () => {
      const { see, leads } = leader();
      see(pause(5_000_000));
      expect(await leads()).to.equal(false);
      see(keyPaused(0), networkPaused(0));
      expect(await leads()).to.equal(true);
    });
  }

  it('of another key do not matter', async () => {
    const { see, leads } = leader();
    see(otherCreated, keyPaused(5_000_000, OTHER));
    expect(await leads()).to.equal(true);
  });

  it('leads nothing that has less time left than the network’s margin', async () => {
    const { see, leads, context } = leader();
    const left = context.ledger.requests.get(word(1))!.request!.deadline - context.head!.timestamp;
    see(beatSet(left));
    expect(await leads()).to.equal(false);
    see(beatSet(left - 24));
    expect(await leads()).to.equal(true);
  });

  it('keep a queued request from being made ready', async () => {
    const { context, see, store, clock, now } = leader();
    see(requested(2), networkPaused(now() + 100));
    await watchRequests(context);
    expect(store.posting(`mark-ready:${word(2)}`)).to.equal(null);
    await clock.advance(200_000);
    await watchRequests(context);
    expect(store.posting(`mark-ready:${word(2)}`)).not.to.equal(null);
  });
});

function uint32(name: string) {
  return { name, type: 'uint32' } as const;
}
