import { schnorr } from '@noble/curves/secp256k1.js';
import { taprootTweakPrivKey } from '@scure/btc-signer/utils.js';
import { expect } from 'chai';
import {
  buildSpend,
  buildSpendWithChange,
  finalise,
  isSpendValid,
  type Prevout,
  taprootAddress,
  taprootScript,
} from '../../scripts/local/bitcoin.ts';
import { decodePsbt } from '../../signer/payload/bitcoin/psbt.ts';

describe('the Bitcoin checker of the demo', () => {
  const secret = new Uint8Array(32).fill(7);
  const internalKey = schnorr.getPublicKey(secret);
  const outputSecret = taprootTweakPrivKey(secret);
  const outputKey = schnorr.getPublicKey(outputSecret);
  const prevout: Prevout = { txid: 'ab'.repeat(32), index: 1, script: taprootScript(outputKey), amount: 100_000n };
  const spend = buildSpend(prevout, internalKey, taprootScript(outputKey), 500n);
  const signature = schnorr.sign(spend.digests[0]!, outputSecret, new Uint8Array(32));
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

  it('wants each input signed for itself, and pays what is left back to the script that is spent', () => {
    const other = { ...prevout, index: 3, amount: 30_000n };
    const paid = { recipientScript: Uint8Array.of(0, 20, ...new Uint8Array(20)), amount: 110_000n, fee: 400n };
    const { psbt, digests, prevouts } = buildSpendWithChange([prevout, other], internalKey, paid);
    const [first, second] = digests.map((digest) => schnorr.sign(digest, outputSecret)) as [Uint8Array, Uint8Array];
    expect(isSpendValid(finalise(psbt, first, second), prevouts)).to.equal(true);
    expect(isSpendValid(finalise(psbt, second, first), prevouts)).to.equal(false);
    expect(isSpendValid(finalise(psbt, first, first), prevouts)).to.equal(false);
    expect(isSpendValid(finalise(psbt, first), prevouts)).to.equal(false);
    const { outputs } = decodePsbt(psbt).transaction;
    expect(outputs.map(({ amount }) => amount)).to.deep.equal([110_000n, 19_600n]);
    expect(outputs[1]!.script).to.deep.equal(prevout.script);
  });

  it('knows the bech32m address of an output key', () => {
    expect(taprootAddress(outputKey)).to.match(/^bcrt1p[a-z0-9]{58}$/);
  });
});
