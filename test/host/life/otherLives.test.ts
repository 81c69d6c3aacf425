/** Copies of a data directory, and old ones: what a host can tell of them, and that two of them do not record without end. */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import { OtherLives } from '../../../signer/host/life/otherLives.ts';
import { manualClock } from '../support/clock.ts';

const nonceOf = (life: number): Hex => `0x${life.toString(16).padStart(32, '0')}`;
const bootOf = (counter: number, life: number) => {
  return { counter: BigInt(counter), nonce: nonceOf(life), recordedIn: counter, beatIn: counter };
};

function directory() {
  const [clock, store, log] = [manualClock(), openStore(':memory:'), [] as string[]];
  const ports = { clock, store, log: (_: string, words: string) => void log.push(words) };
  return { clock, log, begin: (life: number) => new OtherLives(ports, nonceOf(life)) };
}

describe('other lives of an enclave', () => {
  it('are none where the record is of this life, of an earlier one of this directory, or of nobody', () => {
    const { begin, log } = directory();
    begin(1);
    const others = begin(2);
    for (const boot of [null, bootOf(1, 1), bootOf(2, 2), bootOf(3, 2)]) {
      others.see(boot);
      expect([others.words, others.mustWait]).to.deep.equal([null, false]);
    }
    expect(log).to.deep.equal([]);
  });

  it('show an old disk: the chain has a life that never began on it, until it has taken its place', () => {
    const { begin, log } = directory();
    begin(1);
    const others = begin(2);
    others.see(bootOf(7, 99));
    others.see(bootOf(7, 99));
    expect(others.words).to.include('old copy');
    expect(log, 'said once, and kept').to.deep.equal([others.words]);
    expect(others.mustWait, 'it comes back at once').to.equal(false);
    others.see(bootOf(8, 2));
    expect(others.words).to.equal(null);
  });

  it('are not suspected in a directory that remembers none yet', () => {
    const others = directory().begin(2);
    others.see(bootOf(7, 99));
    expect(others.words).to.equal(null);
  });

  it('show a copy that takes the place of this one, which takes it back ever later', async () => {
    const { begin, clock, log } = directory();
    const others = begin(1);
    others.see(bootOf(1, 1));
    const waits: number[] = [];
    for (let counter = 2; counter < 20; counter += 2) {
      others.see(bootOf(counter, 99));
      others.see(bootOf(counter, 99));
      expect(others.words).to.include('another process lives');
      let waited = 0;
      while (others.mustWait) {
        await clock.advance(10_000);
        waited += 10;
      }
      waits.push(waited);
      others.see(bootOf(counter + 1, 1));
      expect(others.words, 'said on').to.include('another process lives');
    }
    expect(waits).to.deep.equal([0, 60, 120, 240, 480, 900, 900, 900, 900]);
    expect(log).to.have.length(waits.length);
  });

  it('are forgotten once nobody has taken its place for a while', async () => {
    const { begin, clock } = directory();
    const others = begin(1);
    for (const [counter, life] of [
      [1, 1],
      [2, 99],
      [3, 1],
    ] as const)
      others.see(bootOf(counter, life));
    await clock.advance(599_000);
    others.see(bootOf(3, 1));
    expect(others.words).to.not.equal(null);
    await clock.advance(1_000);
    others.see(bootOf(3, 1));
    expect(others.words).to.equal(null);
  });

  it('are not what a reorganisation leaves: a lower record, or none', () => {
    const { begin } = directory();
    begin(1);
    const others = begin(2);
    for (const boot of [bootOf(1, 1), bootOf(2, 2), bootOf(1, 1), null, bootOf(2, 2)]) {
      others.see(boot);
      expect(others.words).to.equal(null);
    }
  });
});
