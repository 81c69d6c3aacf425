/** ZF's vectors for the key generation of three parties: polynomials, commitments, proofs of possession, shares. */
import { equal } from 'node:assert/strict';
import type { Ciphersuite } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { signingKeyOf, signingShare, tweakedPublicKey } from '../../../signer/protocol/frost/signingKey.ts';
import { taprootTweak } from '../../../signer/protocol/frost/taproot.ts';
import { isShare } from '../../../signer/protocol/keygen/dealing.ts';
import { keyShareOf } from '../../../signer/protocol/keygen/keyShare.ts';
import { isPossession } from '../../../signer/protocol/keygen/possession.ts';
import { type Scalar, sumElements, sumScalars } from '../../../signer/protocol/math/group.ts';
import { fast, portable } from '../suites.ts';
import { bytes, describeVectors, hex } from './shared.ts';

interface Participant {
  readonly signing_key: string;
  readonly coefficient: string;
  readonly vss_commitments: readonly string[];
  readonly proof_of_knowledge: string;
  readonly signing_shares: Readonly<Record<string, string>>;
  readonly verifying_share: string;
  readonly signing_share: string;
}

for (const [engine, suites] of Object.entries({ fast, portable })) {
  describeVectors(`ZF key generation, Ed25519, ${engine} engine`, 'zf-frost/ed25519/vectors_dkg.json', (text) =>
    run(suites.ed25519, text),
  );
  describeVectors(`ZF key generation, BIP-340, ${engine} engine`, 'zf-frost/secp256k1-tr/vectors_dkg.json', (text) =>
    run(suites.bip340, text),
  );
}

function run(suite: Ciphersuite, text: string): void {
  const { group } = suite;
  const inputs = (JSON.parse(text) as { inputs: Record<string, Participant> & { verifying_key: string } }).inputs;
  const ids = [1, 2, 3].map(partyIdOf);
  const of = (id: PartyId) => inputs[id]!;
  const scalar = (text: string) => group.scalars.decode(bytes(text));
  const commitments = new Map(ids.map((id) => [id, of(id).vss_commitments.map((C) => group.decodeElement(bytes(C)))]));
  const total = [0, 1].map((k) =>
    sumElements(
      group,
      ids.map((id) => commitments.get(id)![k]!),
    ),
  );

  it('commits to the coefficients', () => {
    for (const id of ids) {
      const { signing_key, coefficient, vss_commitments } = of(id);
      equal(hex(group.multiplyBase(scalar(signing_key))), vss_commitments[0]);
      equal(hex(group.multiplyBase(scalar(coefficient))), vss_commitments[1]);
    }
  });

  it('accepts the proofs of possession, and none under another id', () => {
    for (const id of ids) {
      const proof = bytes(of(id).proof_of_knowledge);
      // The Taproot suite serialises R without its parity, which is even.
      const R =
        proof.length === 64 && group.elementBytes === 33 ? Uint8Array.of(2, ...proof.slice(0, 32)) : proof.slice(0, 32);
      const possession = { R, mu: group.scalars.decode(proof.slice(-32)) };
      const claimOf = (prover: PartyId) => ({ prover, C_0: commitments.get(id)![0]!, context: new Uint8Array() });
      for (const prover of ids) equal(isPossession(suite, claimOf(prover), possession), prover === id);
    }
  });

  it('deals the shares, which verify', () => {
    for (const to of ids) {
      for (const [from, share] of Object.entries(of(to).signing_shares)) {
        const dealer = partyIdOf(Number(from));
        const coefficients = [scalar(of(dealer).signing_key), scalar(of(dealer).coefficient)];
        equal(hex(group.scalars.evaluate(coefficients, to)), share);
        equal(isShare(group, scalar(share), commitments.get(dealer)!, to), true);
      }
    }
  });

  it('adds them up to the key and to the shares', () => {
    const tweaks = suite.tweakable ? [taprootTweak(total[0]!.slice(1))] : [];
    equal(hex(tweakedPublicKey(suite, total[0]!, tweaks)), inputs.verifying_key);
    const key = signingKeyOf(suite, total[0]!, tweaks);
    for (const self of ids) {
      const own = group.scalars.evaluate([scalar(of(self).signing_key), scalar(of(self).coefficient)], self);
      const secret = sumScalars(group.scalars, [own, ...Object.values(of(self).signing_shares).map(scalar)]);
      const share = keyShareOf(suite, {
        self,
        parties: ids,
        secret,
        commitments: total,
        transcript: new Uint8Array(32),
      });
      // ZF's shares follow the tweaked key as it is, ours the key as verifiers read it.
      const asItIs = hex(key.publicKey) === inputs.verifying_key ? (a: Scalar) => a : group.scalars.negate;
      equal(hex(asItIs(signingShare(suite, key, share))), of(self).signing_share);
      equal(hex(group.multiplyBase(scalar(of(self).signing_share))), of(self).verifying_share);
    }
  });
}
