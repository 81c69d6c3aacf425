/** What brings an enclave on: a real light client behind the enclave's calls, and beacon nodes that a test writes by hand. */

import { expect } from 'chai';
import { bytesToHex, hexToBytes } from 'viem';
import { bytesOfAnswer } from '../../../scripts/local/beacon/answers.ts';
import { beaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import type { CallName, Finality, Params } from '../../../signer/enclave/api.ts';
import { announced } from '../../../signer/finality/announced.ts';
import { applyUpdate } from '../../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../../signer/finality/bootstrap.ts';
import { hex } from '../../../signer/finality/bytes.ts';
import { finalised } from '../../../signer/finality/finalised.ts';
import { isRejection, type Rejection } from '../../../signer/finality/rejection.ts';
import type { Store } from '../../../signer/finality/store.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { Following } from '../../../signer/host/life/following.ts';
import { EnclaveRefused, FarClaim } from '../../../signer/host/life/life.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { Beacon, Told } from '../../../signer/host/ports/beacon.ts';
import { accepted } from '../../finality/support/outcomes.ts';
import { execution } from '../../finality/support/scenes.ts';
import { BEACON_CONFIG } from '../support/fakeBeacon.ts';

const CODES: Record<string, string> = {
  FINALITY_OLDER: 'UPDATE_STALE',
  NOTHING_NEW: 'UPDATE_STALE',
  PERIOD_PAST: 'UPDATE_STALE',
  NEXT_COMMITTEE_PERIOD: 'UPDATE_STALE',
  PERIOD_SKIPPED: 'PERIOD_MISSING',
  NEXT_COMMITTEE_UNKNOWN: 'PERIOD_MISSING',
  FINALITY_CONFLICT: 'UPDATE_CONFLICT',
};

function toldOf(bytes: Uint8Array, by = 'a node'): Told {
  const said = announced(BEACON_CONFIG, bytes);
  if (isRejection(said)) throw new Error(said.code);
  const { slot, period, blockHash } = said;
  return { bytes: bytesToHex(bytes), slot, period, blockHash: bytesToHex(blockHash), isCommitteeFinal: true, by };
}

/** @param known what an earlier life of the enclave has verified; else it has its root and nothing more */
function following(known?: Store) {
  const chain = beaconChain(BEACON_CONFIG);
  const finalise = (name: string): Told => {
    chain.finalise(execution(name));
    return newest();
  };
  const newest = () => toldOf(bytesOfAnswer(BEACON_CONFIG, 'finality_update', chain.finalityUpdate()!));
  const first = finalise('first');
  const { root } = chain.finalised()!;
  const shown = bytesOfAnswer(BEACON_CONFIG, 'bootstrap', chain.bootstrap(hex(root))!);
  const calls: CallName[] = [];
  let store = known ?? accepted(bootstrap(BEACON_CONFIG, root, shown));
  const taken = (found: Store | Rejection): Finality => {
    if (isRejection(found)) {
      const code = CODES[found.code] ?? 'UPDATE_REJECTED';
      throw new EnclaveRefused('follow', { code: code as never, detail: found.code });
    }
    store = found;
    const { slot, blockHash, period, isNextCommitteeKnown } = finalised(BEACON_CONFIG, found);
    return { slot, blockHash: bytesToHex(blockHash), period, isNextCommitteeKnown };
  };
  const ask = async (name: CallName, params: unknown) => {
    calls.push(name);
    return taken(applyUpdate(BEACON_CONFIG, store, hexToBytes((params as Params<'follow'>).update)));
  };
  /** Said instead of what is newest, one after the other. */
  const lies: Told[] = [];
  const disbelieved: string[] = [];
  const asked: string[] = [];
  const beacon: Beacon = {
    bootstrap: () => expect.fail('a life has its root'),
    updates: async (period, count) => {
      asked.push(`updates ${period} ${count}`);
      const found = chain.updates(period, count);
      if (found.length === 0) throw new Retryable('BEACON_UNKNOWN', `no update of ${period}`);
      return found.map((one) => toldOf(bytesOfAnswer(BEACON_CONFIG, 'update', one)));
    },
    finality: async () => {
      asked.push('finality');
      return lies.shift() ?? newest();
    },
    know: () => {},
    disbelieve: ({ by }) => void disbelieved.push(by),
    onFinality: () => () => {},
  };
  const pinned: Hex[] = [];
  const view = {
    fails: 0,
    pin: async ({ blockHash }: { blockHash: Hex }) => {
      if (view.fails-- > 0) throw new Retryable('CHAIN_MOVED', 'no RPC has it');
      pinned.push(blockHash);
    },
    reached: [] as Hex[],
    reach: async (hash: Hex) => void view.reached.push(hash),
    checkpoint: () => null,
  };
  const metrics = createMetrics();
  const follower = new Following({ beacon, log: () => {}, metrics }, view, BEACON_CONFIG, ask as never, taken(store));
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (failure) => failure,
    );
  const code = async (work: Promise<unknown>) => {
    const error = await failureOf(work);
    return error === null ? 'none' : error instanceof EnclaveRefused ? error.refusal.code : (error as Retryable).code;
  };
  const store_ = () => store;
  return {
    chain,
    first,
    finalise,
    follower,
    calls,
    asked,
    lies,
    disbelieved,
    pinned,
    view,
    metrics,
    code,
    failureOf,
    beacon,
    store: store_,
  };
}

/** The same update, bent where nothing but the signature notices. */
function bent(told: Told, by = 'a liar', at = -20): Told {
  const bytes = hexToBytes(told.bytes);
  const index = bytes.length + at;
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return { ...told, bytes: bytesToHex(bytes), by };
}

describe('following finality', () => {
  it('starts from what the enclave knows, then goes to the newest, once', async () => {
    const { follower, finalise, calls, pinned, first } = following();
    await follower.follow();
    expect(follower.finality.slot).to.equal(first.slot);
    const next = finalise('next');
    await Promise.all([follower.follow(), follower.follow()]);
    await follower.follow();
    expect(calls).to.deep.equal(['follow']);
    expect(pinned).to.deep.equal([first.blockHash, next.blockHash]);
    expect(follower.proof).to.equal(next.bytes);
  });

  it('crosses periods in their order, however many it missed', async () => {
    const { follower, finalise, asked, chain } = following();
    await follower.follow();
    let newest = finalise('block');
    for (let at = 0; at < 80; at += 1) newest = finalise(`block ${at}`);
    expect(chain.updates(0, 100).length).to.be.greaterThan(4);
    await follower.follow();
    expect(follower.finality).to.include({
      slot: newest.slot,
      blockHash: newest.blockHash,
      isNextCommitteeKnown: true,
    });
    expect(asked.filter((one) => one.startsWith('updates'))[0]).to.equal('updates 0 6');
    expect(follower.proof?.startsWith('0x03'), 'what others are shown is short').to.equal(true);
  });

  it('asks the next node when one has lied, and believes nothing of it', async () => {
    const { follower, finalise, lies, disbelieved, pinned, metrics, first } = following();
    await follower.follow();
    const next = finalise('next');
    lies.push(bent(next), bent(next, 'another'));
    await follower.follow();
    expect(disbelieved).to.deep.equal(['a liar', 'another']);
    expect(pinned).to.deep.equal([first.blockHash, next.blockHash]);
    expect(metrics.read('quorate_finality_refused_total', { code: 'UPDATE_REJECTED', by: 'a liar' })).to.equal(1);
  });

  it('gives up for now where all lie', async () => {
    const { follower, finalise, lies, code, first } = following();
    await follower.follow();
    const next = finalise('next');
    lies.push(...[1, 2, 3, 4].map(() => bent(next)));
    expect(await code(follower.follow())).to.equal('BEACON_NONSENSE');
    expect(follower.finality.slot).to.equal(first.slot);
  });

  it('asks the next node when one tells of a period that nobody leads to', async () => {
    const { follower, finalise, lies, disbelieved, first } = following();
    await follower.follow();
    const far = beaconChain(BEACON_CONFIG, 1_000 * 32);
    far.finalise(execution('far'));
    const bytes = bytesOfAnswer(BEACON_CONFIG, 'finality_update', far.finalityUpdate()!);
    const next = finalise('next');
    lies.push(toldOf(bytes, 'a liar'));
    await follower.follow();
    expect(disbelieved).to.deep.equal(['a liar']);
    expect(follower.finality).to.include({ slot: next.slot }).and.not.include({ slot: first.slot });
  });

  it('is pinned once an RPC has the block, without asking the enclave again', async () => {
    const { follower, view, pinned, calls, code, first } = following();
    view.fails = 1;
    expect(await code(follower.follow())).to.equal('CHAIN_MOVED');
    await follower.follow();
    expect(pinned).to.deep.equal([first.blockHash]);
    expect(calls).to.deep.equal([]);
  });

  it('believes what another host proves, and only that', async () => {
    const { follower, finalise, code, calls, pinned } = following();
    await follower.follow();
    const [next, after] = [finalise('next'), finalise('after')];
    await follower.believe(after.bytes);
    expect(pinned.at(-1)).to.equal(after.blockHash);
    const asked = calls.length;
    await follower.believe(next.bytes);
    await follower.believe(after.bytes);
    expect(calls, 'what is known costs nothing').to.have.lengthOf(asked);
    expect(await code(follower.believe('0x0301'))).to.equal('UPDATE_REJECTED');
    expect(calls, 'nor does what is no update').to.have.lengthOf(asked);
    const later = finalise('later');
    expect(await code(follower.believe(bent(later).bytes))).to.equal('UPDATE_REJECTED');
    expect(follower.finality.slot).to.equal(after.slot);
  });

  it('says so when a proof needs periods that it has not seen: that is nobody’s lie', async () => {
    const { follower, finalise, code } = following();
    await follower.follow();
    let newest = finalise('block');
    for (let at = 0; at < 80; at += 1) newest = finalise(`block ${at}`);
    expect(await code(follower.believe(newest.bytes)), 'beacon nodes know them').to.equal('PERIOD_MISSING');
    await follower.follow();
    expect(follower.finality.slot).to.equal(newest.slot);
  });

  describe('of another host that claims a period which is not known here', () => {
    /** As many periods ahead of the block that is known. */
    const signedIn = (periods: number): Hex => {
      const chain = beaconChain(BEACON_CONFIG, periods * PERIOD_SLOTS);
      chain.finalise(execution('ahead'));
      return bytesToHex(bytesOfAnswer(BEACON_CONFIG, 'finality_update', chain.finalityUpdate()!));
    };
    /** Where the variable parts begin; the last of the fixed ones is the signature's slot. */
    const signatureSlotAt = ({ buffer }: Uint8Array) => 2 + new DataView(buffer).getUint32(2, true) - 8;
    const PERIOD_SLOTS = BEACON_CONFIG.epochsPerSyncCommitteePeriod * BEACON_CONFIG.slotsPerEpoch;

    it('asks its own beacon nodes once, and neither an RPC nor the enclave', async () => {
      const { follower, calls, asked, view, failureOf } = following();
      await follower.follow();
      view.reached.length = 0;
      for (const periods of [2, 3, 1_000]) {
        asked.length = 0;
        const error = await failureOf(follower.believe(signedIn(periods)));
        expect(error).to.be.instanceOf(FarClaim).with.property('periods', periods);
        expect(asked).to.deep.equal(['finality']);
      }
      expect([calls, view.reached]).to.deep.equal([[], []]);
    });

    it('tells the next period, which begins somewhere first, from those after it', async () => {
      const { follower, calls, failureOf } = following();
      await follower.follow();
      const error = await failureOf(follower.believe(signedIn(1)));
      expect(error).to.be.instanceOf(FarClaim).with.property('periods', 1);
      expect(calls, 'the enclave may know its committee').to.deep.equal(['follow']);
    });

    it('counts the period in which it is signed, whatever it finalises', async () => {
      const { follower, finalise, failureOf } = following();
      await follower.follow();
      const next = hexToBytes(finalise('next').bytes);
      new DataView(next.buffer).setBigUint64(signatureSlotAt(next), BigInt(5 * PERIOD_SLOTS), true);
      const said = announced(BEACON_CONFIG, next);
      expect(said).to.include({ period: 0, signatureSlot: 5 * PERIOD_SLOTS });
      const error = await failureOf(follower.believe(bytesToHex(next)));
      expect(error).to.be.instanceOf(FarClaim).with.property('periods', 5);
    });

    it('has nothing against it where a beacon node of its own tells of that period too', async () => {
      const { follower, finalise, code, lies } = following();
      await follower.follow();
      finalise('next');
      lies.push(toldOf(hexToBytes(signedIn(4))));
      expect(await code(follower.believe(signedIn(4)))).to.equal('PERIOD_MISSING');
      lies.push(toldOf(hexToBytes(signedIn(4))));
      expect(await code(follower.believe(signedIn(5)))).to.equal('PERIOD_UNKNOWN');
    });

    it('nor while none of them answers', async () => {
      const { follower, code, beacon } = following();
      await follower.follow();
      Object.assign(beacon, { finality: () => Promise.reject(new Retryable('BEACON_UNAVAILABLE', 'nobody there')) });
      expect(await code(follower.believe(signedIn(9)))).to.equal('PERIOD_MISSING');
    });
  });

  it('can prove to others what an earlier life has sealed, once a node tells it again', async () => {
    const before = following();
    await before.follower.follow();
    const next = before.finalise('next');
    await before.follower.follow();
    const after = following(before.store());
    expect(after.follower.proof).to.equal(null);
    after.lies.push(next);
    await after.follower.follow();
    expect(after.follower.proof).to.equal(next.bytes);
    expect(after.calls).to.deep.equal([]);
    expect(after.pinned).to.deep.equal([next.blockHash]);
  });

  it('stalls where finality stalls', async () => {
    const { follower, calls, first } = following();
    for (let hour = 0; hour < 10; hour += 1) await follower.follow();
    expect(calls).to.deep.equal([]);
    expect(follower.finality.slot).to.equal(first.slot);
  });

  it('lets the enclave judge another host’s proof of another block at its slot', async () => {
    const { follower, finalise, code } = following();
    await follower.follow();
    finalise('next');
    await follower.follow();
    const other = following().finalise('another');
    const bent = `${other.bytes.slice(0, -40)}${'00'.repeat(20)}` as Hex;
    expect(await code(follower.believe(bent)), 'which nobody signed').to.equal('UPDATE_REJECTED');
    expect(await code(follower.believe(other.bytes))).to.equal('UPDATE_CONFLICT');
  });

  it('tells of two blocks at one slot: the enclave freezes by itself', async () => {
    const { follower, finalise, lies, code } = following();
    await follower.follow();
    const [one] = [finalise('next'), await follower.follow()];
    const fork = following();
    const other = fork.finalise('another');
    expect([other.slot, other.blockHash === one.blockHash]).to.deep.equal([one.slot, false]);
    lies.push(other);
    expect(await code(follower.follow())).to.equal('UPDATE_CONFLICT');
  });
});
