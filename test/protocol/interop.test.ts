/** Mixed signing sets: some signers run this code, some FROST of @noble/curves, and all agree on the signature. */
import { deepEqual, equal } from 'node:assert/strict';
import type { FROST, FrostPublic, Key } from '@noble/curves/abstract/frost.js';
import { ed25519_FROST } from '@noble/curves/ed25519.js';
import { schnorr_FROST } from '@noble/curves/secp256k1.js';
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { committeeOf, type PartyId, partyIdOf } from '../../signer/protocol/committee.ts';
import { aggregate } from '../../signer/protocol/frost/aggregate.ts';
import type { CommitmentList } from '../../signer/protocol/frost/binding.ts';
import { commit, type NonceCommitment } from '../../signer/protocol/frost/nonces.ts';
import { type KeyedMessage, startSigning } from '../../signer/protocol/frost/session.ts';
import { isSignatureShare, signShare } from '../../signer/protocol/frost/share.ts';
import { type KeyShare, keyShareOf, verificationShare } from '../../signer/protocol/keygen/keyShare.ts';
import type { Scalar } from '../../signer/protocol/math/group.ts';
import { asked, generate, idsTo, type Shares } from './keys.ts';
import { fast } from './suites.ts';

const PEERS = { bip340: schnorr_FROST, ed25519: ed25519_FROST };

for (const suite of Object.values(fast)) {
  const noble = PEERS[suite.name];
  describe(`with noble, ${suite.name}`, () => {
    // Enough keys to meet both parities.
    for (const round of [1, 2, 3, 4]) {
      it(`signs together with a key made by ours (${round})`, () => signTogether(suite, noble, generate(suite, 3, 5)));
      it(`signs together with a key dealt by noble (${round})`, () =>
        signTogether(suite, noble, fromNoble(suite, noble)));
    }
  });
}

/** Party 1 and 4 run ours, party 2 noble's. Both aggregate. */
function signTogether(suite: Ciphersuite, noble: FROST, shares: Shares): void {
  const message = randomBytes(32);
  const [first, second, fourth] = [1, 2, 4].map(partyIdOf) as [PartyId, PartyId, PartyId];
  const keys = toNoble(suite, noble, shares);
  const theirs = noble.commit(keys.get(second)!.secret);
  const ours = new Map([first, fourth].map((id) => [id, commit(suite, shares.get(id)!.secret, randomBytes)]));
  const list: CommitmentList = new Map<PartyId, NonceCommitment>([
    [first, ours.get(first)!.commitment],
    [second, readNoble(suite, theirs.commitments)],
    [fourth, ours.get(fourth)!.commitment],
  ]);
  const nobleList = [...list].map(([id, { D, E }]) => ({
    identifier: noble.Identifier.fromNumber(id),
    hiding: D,
    binding: E,
  }));

  const theirShare = noble.signShare(
    keys.get(second)!.secret,
    keys.get(second)!.public,
    theirs.nonces,
    nobleList,
    message,
  );
  const sessions = [first, fourth].map((id) =>
    startSigning(committeeOf(id, [1, 2, 4], 3, new Uint8Array(32)), suite, shares.get(id)!, asked([message])),
  );
  const [ordered] = sessions[0]!.messages as [KeyedMessage];
  const signed = sessions.map((session) => ({
    session,
    ...signShare(session, ordered, list, ours.get(session.committee.self)!.nonces.take()),
  }));
  const z = new Map<PartyId, Scalar>([
    [second, suite.group.scalars.decode(theirShare)],
    ...signed.map(({ session, z_i }) => [session.committee.self, z_i] as const),
  ]);

  const nobleShares = Object.fromEntries(
    [...z].map(([id, share]) => [noble.Identifier.fromNumber(id), share as Uint8Array]),
  );
  const signature = noble.aggregate(keys.get(second)!.public, nobleList, message, nobleShares);
  for (const { session, challenge } of signed) {
    equal(isSignatureShare(session, ordered.key, challenge, second, z.get(second)!), true);
    deepEqual(bytesToHex(aggregate(session, ordered, challenge, z)), bytesToHex(signature));
  }
  for (const [id, share] of z)
    equal(noble.verifyShare(keys.get(id)!.public, nobleList, message, noble.Identifier.fromNumber(id), share), true);
}

function toNoble(suite: Ciphersuite, noble: FROST, shares: Shares): Map<PartyId, Key> {
  const [{ commitments, parties, threshold }] = [...shares.values()] as [KeyShare];
  const verifyingShares = Object.fromEntries(
    parties.map((id) => [
      noble.Identifier.fromNumber(id),
      Uint8Array.from(verificationShare(suite, { commitments }, id)),
    ]),
  );
  const shared: FrostPublic = {
    signers: { min: threshold, max: parties.length },
    commitments: commitments.map((C) => Uint8Array.from(C)),
    verifyingShares,
  };
  const secretOf = (id: PartyId, { secret }: KeyShare) => ({
    identifier: noble.Identifier.fromNumber(id),
    signingShare: Uint8Array.from(secret.reveal()),
  });
  return new Map([...shares].map(([id, share]) => [id, { public: shared, secret: secretOf(id, share) }]));
}

function fromNoble(suite: Ciphersuite, noble: FROST): Shares {
  const ids = idsTo(5).map(partyIdOf);
  const dealt = noble.trustedDealer(
    { min: 3, max: 5 },
    ids.map((id) => noble.Identifier.fromNumber(id)),
  );
  const commitments = dealt.public.commitments.map((C) => suite.group.decodeElement(C));
  return new Map(
    ids.map((self) => {
      const secret = suite.group.scalars.decode(dealt.secretShares[noble.Identifier.fromNumber(self)]!.signingShare);
      return [self, keyShareOf(suite, { self, parties: ids, secret, commitments, transcript: new Uint8Array(32) })];
    }),
  );
}

function readNoble(
  { group }: Ciphersuite,
  { hiding, binding }: { hiding: Uint8Array; binding: Uint8Array },
): NonceCommitment {
  return { D: group.decodeElement(hiding), E: group.decodeElement(binding) };
}
