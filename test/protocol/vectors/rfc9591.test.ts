/** RFC 9591, appendix E.1 (Ed25519), and ZF's vectors for secp256k1 with Taproot, in ZF's JSON. */
import { equal } from 'node:assert/strict';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { committeeOf, type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { aggregate } from '../../../signer/protocol/frost/aggregate.ts';
import { bindingFactors, type CommitmentList } from '../../../signer/protocol/frost/binding.ts';
import { commit } from '../../../signer/protocol/frost/nonces.ts';
import { type KeyedMessage, startSigning } from '../../../signer/protocol/frost/session.ts';
import { isSignatureShare, signShare } from '../../../signer/protocol/frost/share.ts';
import { type KeyShare, keyShareOf } from '../../../signer/protocol/keygen/keyShare.ts';
import { asked } from '../keys.ts';
import { fast, portable } from '../suites.ts';
import { bytes, describeVectors, hex } from './shared.ts';

interface Vectors {
  readonly inputs: {
    readonly participant_list: readonly number[];
    readonly group_secret_key: string;
    readonly verifying_key_key: string;
    readonly message: string;
    readonly share_polynomial_coefficients: readonly string[];
    readonly participant_shares: readonly { readonly identifier: number; readonly participant_share: string }[];
  };
  readonly round_one_outputs: { readonly outputs: readonly RoundOne[] };
  readonly round_two_outputs: {
    readonly outputs: readonly { readonly identifier: number; readonly sig_share: string }[];
  };
  readonly final_output: { readonly sig: string };
}

interface RoundOne {
  readonly identifier: number;
  readonly hiding_nonce_randomness: string;
  readonly binding_nonce_randomness: string;
  readonly hiding_nonce: string;
  readonly binding_nonce: string;
  readonly hiding_nonce_commitment: string;
  readonly binding_nonce_commitment: string;
  readonly binding_factor: string;
}

for (const [engine, suites] of Object.entries({ fast, portable })) {
  describeVectors(`RFC 9591, Ed25519, ${engine} engine`, 'zf-frost/ed25519/vectors.json', (text) =>
    run(suites.ed25519, text),
  );
  describeVectors(`FROST with BIP-340, ${engine} engine`, 'zf-frost/secp256k1-tr/vectors.json', (text) =>
    run(suites.bip340, text),
  );
}

function run(suite: Ciphersuite, text: string): void {
  const vectors = JSON.parse(text) as Vectors;
  const { group } = suite;
  const ids = vectors.inputs.participant_list.map(partyIdOf);
  const message = bytes(vectors.inputs.message);
  const keyShares = new Map(ids.map((id) => [id, keyShareFrom(suite, vectors, id)]));
  const outputs = vectors.round_one_outputs.outputs;
  const list: CommitmentList = new Map(
    outputs.map((o) => [
      partyIdOf(o.identifier),
      {
        D: group.decodeElement(bytes(o.hiding_nonce_commitment)),
        E: group.decodeElement(bytes(o.binding_nonce_commitment)),
      },
    ]),
  );
  const request = asked([message]);
  const sessionOf = (id: PartyId) =>
    startSigning(committeeOf(id, ids, 2, new Uint8Array(32)), suite, keyShares.get(id)!, request);
  const [ordered] = sessionOf(ids[0]!).messages as [KeyedMessage];
  const signed = new Map(
    outputs.map((o) => {
      const nonces = {
        d: group.scalars.decode(bytes(o.hiding_nonce)),
        e: group.scalars.decode(bytes(o.binding_nonce)),
      };
      return [partyIdOf(o.identifier), signShare(sessionOf(partyIdOf(o.identifier)), ordered, list, nonces)];
    }),
  );
  const sharesOf = () => new Map([...signed].map(([id, { z_i }]) => [id, z_i]));

  it('gives the group public key', () => {
    equal(hex(keyShares.get(ids[0]!)!.publicKey), vectors.inputs.verifying_key_key);
  });

  it('derives the nonces and their commitments from the randomness', () => {
    for (const o of outputs) {
      const random = [bytes(o.hiding_nonce_randomness), bytes(o.binding_nonce_randomness)];
      const { nonces, commitment } = commit(
        suite,
        keyShares.get(partyIdOf(o.identifier))!.secret,
        () => random.shift()!,
      );
      const { d, e } = nonces.take();
      equal(hex(concatBytes(d, e)), o.hiding_nonce + o.binding_nonce);
      equal(hex(concatBytes(commitment.D, commitment.E)), o.hiding_nonce_commitment + o.binding_nonce_commitment);
    }
  });

  it('computes the binding factors', () => {
    const factors = bindingFactors(suite, ordered.key.publicKey, list, message);
    for (const o of outputs) equal(hex(factors.get(partyIdOf(o.identifier))!), o.binding_factor);
  });

  it('computes the signature shares, which verify', () => {
    for (const { identifier, sig_share } of vectors.round_two_outputs.outputs) {
      const id = partyIdOf(identifier);
      equal(hex(signed.get(id)!.z_i), sig_share);
      for (const judge of ids)
        equal(
          isSignatureShare(sessionOf(judge), ordered.key, signed.get(judge)!.challenge, id, signed.get(id)!.z_i),
          true,
        );
    }
  });

  it('aggregates the signature', () => {
    for (const id of ids)
      equal(hex(aggregate(sessionOf(id), ordered, signed.get(id)!.challenge, sharesOf())), vectors.final_output.sig);
  });
}

function keyShareFrom(suite: Ciphersuite, { inputs }: Vectors, self: PartyId): KeyShare {
  const { scalars, multiplyBase } = suite.group;
  const coefficients = [inputs.group_secret_key, ...inputs.share_polynomial_coefficients].map((a) =>
    scalars.decode(bytes(a)),
  );
  const own = inputs.participant_shares.find(({ identifier }) => identifier === self)!;
  return keyShareOf(suite, {
    self,
    parties: inputs.participant_shares.map(({ identifier }) => partyIdOf(identifier)),
    secret: scalars.decode(bytes(own.participant_share)),
    commitments: coefficients.map(multiplyBase),
    transcript: new Uint8Array(32),
  });
}
