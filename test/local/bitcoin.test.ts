import { schnorr } from '@noble/curves/secp256k1.js';
import { taprootTweakPrivKey } from '@scure/btc-signer/utils.js';
import { expect } from 'chai';
import {
  buildSpend,
  finalise,
  isSpendValid,
  type Prevout,
  taprootAddress,
  taprootScript,
} from '../../scripts/local/bitcoin.ts';

describe('the Bitcoin checker of the demo', () => {
  const secret = new Uint8Array(32).fill(7);
  const internalKey = schnorr.getPublicKey(secret);
  const outputSecret = taprootTweakPrivKey(secret);
  const outputKey = schnorr.getPublicKey(outputSecret);
  const prevout: Prevout = { txid: 'ab'.repeat(32), index: 1, script: taprootScript(outputKey), amount: 100_000n };
  const spend = buildSpend(prevout, internalKey, taprootScript(outputKey), 500n);
  const signature = schnorr.sign(spend.digest, outputSecret, new Uint8Array(32));
  const raw = finalise(spend.psbt, signature);

  it('accepts a right signature', () => {
    expect(isSpendValid(raw, [prevout])).to.equal(true);
  });

  it('refuses every other signature, amount, script, output and number of prevouts', () => {
    const flipped = Uint8Array.from(signature, (byte, i) => (i === 40 ? byte ^ 1 : byte));
    expect(isSpendValid(finalise(spend.psbt, flipped), [prevout])).to.equal(false);
    expect(isSpendValid(raw, [{ ...prevout, amount: 100_001n }])).to.equal(false);
    expect(isSpendValid(raw, [{ ...prevout, script: taprootScript(internalKey) }])).to.equal(false);
    expect(isSpendValid(raw, [{ ...prevout, index: 0 }])).to.equal(false);
    expect(isSpendValid(raw, [{ ...prevout, txid: 'cd'.repeat(32) }])).to.equal(false);
    expect(isSpendValid(raw, [prevout, prevout])).to.equal(false);
  });

  it('knows the bech32m address of an output key', () => {
    expect(taprootAddress(outputKey)).to.match(/^bcrt1p[a-z0-9]{58}$/);
  });
});
