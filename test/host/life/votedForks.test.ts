/** Forks that votes have added: when a life shows them, what makes it follow, and what a refusal at one is called. */

import { expect } from 'chai';
import { bytesToHex } from 'viem';
import { bytesOfAnswer } from '../../../scripts/local/beacon/answers.ts';
import { beaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import type { Finality } from '../../../signer/enclave/api.ts';
import { applyEvent, createLedger } from '../../../signer/host/chain/view/ledger.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { EnclaveRefused } from '../../../signer/host/life/life.ts';
import { VotedForks } from '../../../signer/host/life/votedForks.ts';
import type { BlockRef, ChainEvent } from '../../../signer/host/ports/chain.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { forkCountSlot, type Slot, slotsForForks } from '../../../signer/proof/slots.ts';
import { execution } from '../../finality/support/scenes.ts';
import { word } from '../support/fakeChain.ts';

const OPTIONS = { syncCommitteeSize: 32, epochsPerSyncCommitteePeriod: 64 };
const IMAGE = developmentConfig(OPTIONS);
const CHAIN = developmentConfig({ ...OPTIONS, forks: [0, 3].map((epoch) => ({ epoch, shape: 'electra' as const })) });
const FORK = CHAIN.forks[1]!;
const ADDED: ChainEvent = {
  ...{ event: 'ForkAdded', epoch: FORK.epoch, version: bytesToHex(FORK.version), shape: 3, effectiveAt: 1_030 },
};
const WITHDRAWN: ChainEvent = { event: 'ForkWithdrawn', epoch: FORK.epoch };

/** Blocks are 12 seconds apart, the one of number 0 at 1,000; the slot of a finality is twice its block's number. */
function life() {
  const ledger = createLedger([]);
  const block = (number: number): BlockRef => ({
    ...{ number, hash: word(number), parentHash: word(number - 1), timestamp: 1_000 + 12 * number },
  });
  const view = { ledger, head: null as BlockRef | null, at: 0, now: 1_000_000 };
  const problems = createProblems();
  const shown: (readonly [number, readonly Slot[]])[] = [];
  const failures: Retryable[] = [];
  const forks = new VotedForks(
    {
      ...{ problems, log: () => {} },
      view: {
        ...{ ledger, timeNow: () => view.now, checkpoint: () => ({ ...block(view.at), slot: 2 * view.at }) },
        get head() {
          return view.head;
        },
      },
      prove: async ({ number }, slots) => {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        shown.push([number, slots]);
      },
    },
    IMAGE,
  );
  const say = (number: number, event: ChainEvent) => applyEvent(ledger, { data: event, block: number });
  const finality = (): Finality => ({
    ...{ slot: 2 * view.at, blockHash: word(view.at), period: 0, isNextCommitteeKnown: true },
  });
  let update = bytesToHex(Uint8Array.of(3));
  let refusal: EnclaveRefused | null = null;
  const ask = async () => {
    if (refusal !== null) throw refusal;
    return finality();
  };
  /** From the checkpoint at this block further. */
  const followFrom = async (number: number) => {
    view.at = number;
    return forks.follow(finality(), update, ask).then(
      () => 'followed',
      (error) => error,
    );
  };
  const headAt = (number: number) => {
    view.head = block(number);
    return forks.isAwaited;
  };
  const refuse = (detail: string, next = update) => {
    refusal = new EnclaveRefused('follow', { code: 'UPDATE_REJECTED', detail });
    update = next;
  };
  const accept = () => {
    refusal = null;
  };
  const words = () => problems.list().join('; ');
  return { view, shown, failures, say, followFrom, headAt, refuse, accept, words };
}

/** Signed at a slot of this epoch of the chain's. */
function updateIn(epoch: number) {
  const chain = beaconChain(CHAIN, epoch * CHAIN.slotsPerEpoch + 1);
  chain.finalise(execution('a block'));
  return bytesToHex(bytesOfAnswer(CHAIN, 'finality_update', chain.finalityUpdate()!));
}

describe('forks that votes have added', () => {
  it('are shown where they are in effect, once for each change, and never where no vote has added any', async () => {
    const { shown, say, followFrom } = life();
    await followFrom(1);
    expect(shown).to.deep.equal([]);
    say(2, ADDED);
    await followFrom(3);
    await followFrom(4);
    await followFrom(5);
    expect(shown.map(([at]) => at)).to.deep.equal([3]);
    expect(shown[0]![1]).to.deep.equal(slotsForForks(1));
    say(6, WITHDRAWN);
    await followFrom(6);
    await followFrom(7);
    expect(shown.map(([at]) => at)).to.deep.equal([3, 6]);
  });

  it('count from the block that has them, in the time of which they are in effect', async () => {
    const { shown, say, followFrom } = life();
    say(4, { ...ADDED, effectiveAt: 1_000 + 12 * 6 } as ChainEvent);
    for (const number of [3, 4, 5]) await followFrom(number);
    const before = shown.length;
    await followFrom(6);
    expect(shown.slice(before).map(([at]) => at)).to.deep.equal([6]);
    expect(shown[0]![1][0]).to.deep.equal(forkCountSlot());
  });

  it('make an idle host follow from when they take effect until the enclave was shown them', async () => {
    const { say, followFrom, headAt } = life();
    expect(headAt(3), 'no fork').to.equal(false);
    await followFrom(1);
    say(2, ADDED);
    await followFrom(2);
    expect(headAt(2), 'not in effect').to.equal(false);
    expect(headAt(3), 'in effect').to.equal(true);
    await followFrom(2);
    expect(headAt(3), 'not at a checkpoint yet').to.equal(true);
    await followFrom(3);
    expect(headAt(4), 'shown').to.equal(false);
    say(5, WITHDRAWN);
    expect(headAt(5), 'taken back').to.equal(true);
    await followFrom(5);
    expect(headAt(6)).to.equal(false);
  });

  it('of an epoch at which the image knows better are nobody’s business', async () => {
    const { say, headAt, followFrom } = life();
    say(2, { ...ADDED, epoch: 0 } as ChainEvent);
    await followFrom(3);
    expect(headAt(4)).to.equal(false);
  });

  it('are shown at the next checkpoint where an RPC has no proof, and people are told', async () => {
    const { shown, say, followFrom, headAt, failures, words } = life();
    say(2, ADDED);
    failures.push(new Retryable('RPC_REFUSED', 'pruned'));
    expect(await followFrom(3)).to.equal('followed');
    expect(words()).to.include('eth_getProof').and.include('pruned');
    expect(headAt(4)).to.equal(true);
    await followFrom(4);
    expect(shown.map(([at]) => at)).to.deep.equal([4]);
    expect(words()).to.equal('');
  });

  it('that were not shown in time are named, and the beacon node that tells of them is no liar', async () => {
    const { say, followFrom, refuse, accept, words } = life();
    say(2, { ...ADDED, effectiveAt: 1_000_000 } as ChainEvent);
    refuse('SIGNATURE_INVALID: signature', updateIn(FORK.epoch));
    const error = await followFrom(3);
    expect(error).to.be.instanceOf(Retryable);
    expect((error as Retryable).code).to.equal('FORK_UNKNOWN');
    expect(words()).to.include(`fork of epoch ${FORK.epoch}`).and.include('0x0271756f');
    accept();
    await followFrom(3);
    expect(words()).to.equal('');
  });

  it('excuse no lie: of an epoch before, of one that has not come, or where the enclave was shown the fork', async () => {
    const before = life();
    before.say(2, { ...ADDED, effectiveAt: 1_000_000 } as ChainEvent);
    before.refuse('SIGNATURE_INVALID: signature', updateIn(FORK.epoch - 1));
    expect(await before.followFrom(3)).to.be.instanceOf(EnclaveRefused);
    const early = life();
    early.say(2, { ...ADDED, effectiveAt: 1_000_000 } as ChainEvent);
    early.view.now = FORK.epoch * CHAIN.slotsPerEpoch - 1;
    early.refuse('SIGNATURE_INVALID: signature', updateIn(FORK.epoch));
    expect(await early.followFrom(3)).to.be.instanceOf(EnclaveRefused);
    const shown = life();
    shown.say(2, ADDED);
    shown.refuse('SIGNATURE_INVALID: signature', updateIn(FORK.epoch));
    expect(await shown.followFrom(3)).to.be.instanceOf(EnclaveRefused);
  });

  it('that no vote has named are told apart from lies by nobody: people are told of both', async () => {
    const { followFrom, refuse, accept, words } = life();
    refuse('PARTICIPATION_TOO_LOW: signature');
    expect(await followFrom(3)).to.be.instanceOf(EnclaveRefused);
    expect(words()).to.equal('');
    refuse('SIGNATURE_INVALID: signature', updateIn(FORK.epoch));
    expect(await followFrom(3)).to.be.instanceOf(EnclaveRefused);
    expect(words()).to.include('quorate propose fork');
    accept();
    await followFrom(3);
    expect(words()).to.equal('');
  });
});
