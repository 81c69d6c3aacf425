import { expect } from 'chai';
import { type SealingContext, sealState, unsealState } from '../../../signer/enclave/sealing/seal.ts';
import { Refused } from '../../../signer/formats/refusal.ts';
import { Secret } from '../../../signer/protocol/secret.ts';
import { seeded } from '../../simulation/random.ts';

const random = seeded('seal');
const rng = (length: number) => random.bytes(length);
const context: SealingContext = { key: new Secret(rng(32)), configuration: rng(32) };
const header = { generation: 7, identity: rng(20) };
const state = rng(100);
const sealed = sealState(context, header, state, rng);

function refusal(context: SealingContext, blob: Uint8Array): string {
  try {
    unsealState(context, blob);
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'opened';
}

describe('a seal', () => {
  it('opens with what it was made with', () => {
    expect(unsealState(context, sealed)).to.deep.equal({ header, state });
  });

  it('shows generation and identity, and nothing of the state', () => {
    expect(Buffer.from(sealed).includes(Buffer.from(state.subarray(0, 8)))).to.equal(false);
    expect(sealed.slice(0, 29)).to.deep.equal(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 7, ...header.identity));
  });

  it('does not open with one bit flipped, whichever', () => {
    for (let at = 0; at < sealed.length; at++) {
      const flipped = sealed.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte));
      expect(refusal(context, flipped), `byte ${at}`).to.equal('SEALED_INVALID');
    }
  });

  it('does not open when torn anywhere, or with something after it', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(refusal(context, sealed.subarray(0, length)), `${length} bytes`).to.equal('SEALED_INVALID');
    }
    expect(refusal(context, Uint8Array.of(...sealed, 0))).to.equal('SEALED_INVALID');
  });

  it('does not open for another platform or measurement, nor under another configuration', () => {
    expect(refusal({ ...context, key: new Secret(rng(32)) }, sealed)).to.equal('SEALED_INVALID');
    expect(refusal({ ...context, configuration: rng(32) }, sealed)).to.equal('SEALED_INVALID');
  });

  it('of the same state is another every time', () => {
    expect(sealState(context, header, state, rng)).not.to.deep.equal(sealed);
  });
});
