import { expect } from 'chai';
import { Durations } from '../../../signer/host/convene/durations.ts';

describe('what sessions may take', () => {
  it('is eight times what they took lately, between one second and thirty', () => {
    const durations = new Durations();
    expect(durations.timeOut(8_000)).to.equal(8_000);
    durations.add(10);
    expect(durations.timeOut(8_000)).to.equal(1_000);
    for (let time = 0; time < 31; time += 1) durations.add(500);
    expect(durations.timeOut(8_000)).to.equal(4_000);
    for (let time = 0; time < 31; time += 1) durations.add(10_000);
    expect(durations.timeOut(8_000)).to.equal(30_000);
  });

  it('grows while they are cut short, or a busier time would never be measured; and falls back with the next that ends well', () => {
    const durations = new Durations();
    durations.add(100);
    const after = [0, 1, 2, 3, 4].map(() => {
      const now = durations.timeOut(8_000);
      durations.cut();
      return now;
    });
    expect(after).to.deep.equal([1_000, 2_000, 4_000, 8_000, 8_000]);
    durations.add(100);
    expect(durations.timeOut(8_000)).to.equal(1_000);
  });
});
