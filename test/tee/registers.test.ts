import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { extended, nitroRegisters, tdRegisters } from '../../signer/tee/registers.ts';
import { SANDBOX_FLAGS } from '../../signer/tee/startEnclave.ts';

const sha384 = (...parts: readonly Uint8Array[]) =>
  new Uint8Array(createHash('sha384').update(Buffer.concat(parts)).digest());
const STARTED = { code: new TextEncoder().encode('code'), configuration: new TextEncoder().encode('configuration') };
const changed = (part: keyof typeof STARTED) => ({ ...STARTED, [part]: Uint8Array.of(...STARTED[part], 0) });
const ZEROS = new Uint8Array(48);

describe('registers', () => {
  it('are extended from zeros, each with the hash of what is measured', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    expect(extended()).to.deep.equal(ZEROS);
    expect(extended(a)).to.deep.equal(sha384(ZEROS, sha384(a)));
    expect(extended(a, b)).to.deep.equal(sha384(sha384(ZEROS, sha384(a)), sha384(b)));
    expect(extended(Uint8Array.of(1, 2))).not.to.deep.equal(extended(a, b));
  });

  it('of Nitro say how the enclave is started, what is, on which instance, and that nobody signed it', () => {
    const pcrs = nitroRegisters(STARTED, 'i-1');
    const launch = new TextEncoder().encode(SANDBOX_FLAGS.join(' '));
    expect([...pcrs.keys()]).to.deep.equal([0, 1, 2, 3, 4, 8]);
    expect(pcrs.get(0)).to.deep.equal(extended(launch, STARTED.code, STARTED.configuration));
    expect(pcrs.get(1)).to.deep.equal(extended(launch));
    expect(pcrs.get(2)).to.deep.equal(extended(STARTED.code, STARTED.configuration));
    expect(pcrs.get(4)).not.to.deep.equal(nitroRegisters(STARTED, 'i-2').get(4));
    expect(pcrs.get(8)).to.deep.equal(ZEROS);
  });

  for (const part of ['code', 'configuration'] as const) {
    it(`of Nitro and of a TD are others with another ${part}`, () => {
      for (const index of [0, 2])
        expect(nitroRegisters(changed(part), 'i-1').get(index)).not.to.deep.equal(
          nitroRegisters(STARTED, 'i-1').get(index),
        );
      expect(tdRegisters(changed(part)).at(-1)).not.to.deep.equal(tdRegisters(STARTED).at(-1));
    });
  }

  it('of a TD fill its report from TDATTRIBUTES to RTMR3', () => {
    const registers = tdRegisters(STARTED);
    expect(registers.map(({ length }) => length)).to.deep.equal([8, 8, ...Array<number>(8).fill(48)]);
    expect(registers.at(-1)).to.deep.equal(extended(STARTED.code, STARTED.configuration));
  });
});
