/** BIP-341's wallet vectors: output keys from internal keys, and signatures under tweaked keys. */
import { equal } from 'node:assert/strict';
import { schnorr } from '@noble/curves/secp256k1.js';
import { tweakedPublicKey } from '../../../signer/protocol/frost/signingKey.ts';
import { taprootTweak } from '../../../signer/protocol/frost/taproot.ts';
import { asked, keyShareOfSecret, sign } from '../keys.ts';
import { resultOf } from '../simulate.ts';
import { fast } from '../suites.ts';
import { bytes, describeVectors, hex } from './shared.ts';

interface Wallet {
  readonly scriptPubKey: readonly {
    readonly given: { readonly internalPubkey: string };
    readonly intermediary: {
      readonly merkleRoot: string | null;
      readonly tweak: string;
      readonly tweakedPubkey: string;
    };
  }[];
  readonly keyPathSpending: readonly [
    {
      readonly inputSpending: readonly {
        readonly given: { readonly internalPrivkey: string; readonly merkleRoot: string | null };
        readonly intermediary: {
          readonly internalPubkey: string;
          readonly tweakedPrivkey: string;
          readonly sigHash: string;
        };
      }[];
    },
  ];
}

describeVectors('BIP-341', 'bip341/wallet-test-vectors.json', (text) => {
  const { scriptPubKey, keyPathSpending } = JSON.parse(text) as Wallet;
  const suite = fast.bip340;
  const rootOf = (root: string | null) => bytes(root ?? '');

  it('tweaks internal keys to output keys', () => {
    for (const { given, intermediary } of scriptPubKey) {
      const tweak = taprootTweak(bytes(given.internalPubkey), rootOf(intermediary.merkleRoot));
      equal(hex(tweak.scalar), intermediary.tweak);
      const internal = suite.group.decodeElement(Uint8Array.of(2, ...bytes(given.internalPubkey)));
      equal(hex(tweakedPublicKey(suite, internal, [tweak]).slice(1)), intermediary.tweakedPubkey);
    }
  });

  it('signs the sighashes under the output keys, with the internal key shared', () => {
    for (const { given, intermediary } of keyPathSpending[0].inputSpending) {
      const shares = keyShareOfSecret(suite, bytes(given.internalPrivkey), 2, 3);
      const tweak = taprootTweak(bytes(intermediary.internalPubkey), rootOf(given.merkleRoot));
      const message = bytes(intermediary.sigHash);
      const outcomes = sign(suite, shares, [1, 2], asked([message], [tweak]));
      const output = schnorr.getPublicKey(bytes(intermediary.tweakedPrivkey));
      for (const outcome of outcomes.values()) equal(schnorr.verify(resultOf(outcome)[0]!, message, output), true);
    }
  });
});
