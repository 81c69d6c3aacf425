/**
 * The draft of BIP-445 (FROST for BIP-340): keys, shares and tweaks are as ours, and so its signatures verify under our derived keys.
 * Its nonces are not: it sums the nonces of all signers and binds the sum, where RFC 9591 binds each signer's.
 */
import { equal } from 'node:assert/strict';
import { type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { type Tweak, tweakedPublicKey } from '../../../signer/protocol/frost/signingKey.ts';
import { sumElements } from '../../../signer/protocol/math/group.ts';
import { lagrange } from '../../../signer/protocol/math/polynomial.ts';
import { fast } from '../suites.ts';
import { bytes, describeVectors, hex } from './shared.ts';

interface Group {
  readonly tg_id: string;
  readonly thresh_pk: string;
  readonly pubshares: readonly string[];
  readonly tweaks: readonly string[];
  readonly valid_tests: readonly {
    readonly comment: string;
    readonly ids: readonly number[];
    readonly pubshare_indices: readonly number[];
    readonly tweak_indices: readonly number[];
    readonly is_xonly: readonly boolean[];
    readonly msg: string;
    readonly expected: string;
  }[];
}

describeVectors('BIP-445 draft', 'bip445/sig_agg_vectors.json', (text) => {
  const { group } = fast.bip340;
  for (const { tg_id, thresh_pk, pubshares, tweaks, valid_tests } of (JSON.parse(text) as { test_groups: Group[] })
    .test_groups) {
    const publicKey = group.decodeElement(bytes(thresh_pk));

    it(`${tg_id}: any t of the public shares give the key, the draft's ids counting from 0`, () => {
      for (const { ids, pubshare_indices } of valid_tests) {
        const shares = new Map(
          ids.map((id, k) => [partyIdOf(id + 1), group.decodeElement(bytes(pubshares[pubshare_indices[k]!]!))]),
        );
        const parties = [...shares.keys()].sort((a, b) => a - b);
        const weigh = (id: PartyId) => group.multiply(shares.get(id)!, lagrange(group.scalars, id, parties));
        equal(hex(sumElements(group, parties.map(weigh))), hex(publicKey));
      }
    });

    for (const { comment, tweak_indices, is_xonly, msg, expected } of valid_tests) {
      it(`${tg_id}: ${comment}`, () => {
        const applied = tweak_indices.map(
          (index, k): Tweak => ({ kind: is_xonly[k] ? 'xonly' : 'plain', scalar: bytes(tweaks[index]!) }),
        );
        const output = tweakedPublicKey(fast.bip340, publicKey, applied);
        equal(fast.bip340.isSignature(output, bytes(msg), bytes(expected)), true);
      });
    }
  }
});
