/** Attacks on signing, each run against both ciphersuites where it makes sense. */
import { deepEqual, equal, notDeepEqual, throws } from 'node:assert/strict';
import { createPublicKey, verify as nodeVerify } from 'node:crypto';
import { inspect } from 'node:util';
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { randomBytes } from '@noble/hashes/utils.js';
import sodium from 'libsodium-wrappers-sumo';
import type { Ciphersuite } from '../../../signer/protocol/ciphersuite/ciphersuite.ts';
import { committeeOf, MAX_PARTIES, type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { Fault } from '../../../signer/protocol/fault.ts';
import { bindingFactors, type CommitmentList } from '../../../signer/protocol/frost/binding.ts';
import { frostSign } from '../../../signer/protocol/frost/frostSign.ts';
import { commit, type Nonces } from '../../../signer/protocol/frost/nonces.ts';
import { type KeyedMessage, startSigning } from '../../../signer/protocol/frost/session.ts';
import { isSignatureShare, signShare } from '../../../signer/protocol/frost/share.ts';
import { type Tweak, tweakedPublicKey } from '../../../signer/protocol/frost/signingKey.ts';
import { taprootTweak } from '../../../signer/protocol/frost/taproot.ts';
import { decodeKeyShare, encodeKeyShare } from '../../../signer/protocol/keygen/keyShare.ts';
import { Malformed } from '../../../signer/protocol/reader.ts';
import type { RoundOut } from '../../../signer/protocol/round.ts';
import { asked, generate, type Shares, sign } from '../keys.ts';
import { addOne, otherCommitments } from '../lies.ts';
import { faultOf, resultOf } from '../simulate.ts';
import { fast } from '../suites.ts';
import { attack } from './attack.ts';

const [alice, bob, carol] = [1, 2, 3].map(partyIdOf) as [PartyId, PartyId, PartyId];
const message = randomBytes(32);
const request = asked([message]);

for (const suite of Object.values(fast)) {
  describe(`attacks on signing with ${suite.name}`, () => {
    const shares = generate(suite, 2, 4);
    onNonces(suite, shares);
    onBinding(suite, shares);
    onLiveness(suite, shares);
    onMisuse(suite, shares);
  });
}

function onNonces(suite: Ciphersuite, shares: Shares): void {
  const share = shares.get(alice)!;

  attack('A23', 'nonces are used once, whatever is signed', () => {
    const { nonces } = commit(suite, share.secret, randomBytes);
    nonces.take();
    throws(() => nonces.take(), /used before/);
  });

  attack('A23', 'nonces print as a secret, and are wiped however the session ends', () => {
    const { nonces } = commit(suite, share.secret, randomBytes);
    equal(`${JSON.stringify({ nonces })}${inspect(nonces)}`, '{"nonces":"<secret>"}<secret>');
    const ends: ((session: ReturnType<typeof begin>) => void)[] = [
      (session) => session.next(new Map([[bob, { broadcast: new Uint8Array(3) }]])),
      (session) => session.throw(new Fault('silent', 'frost/commitments', { silent: [bob] })),
      (session) => session.next(new Map([[bob, { broadcast: bobs() }]])),
    ];
    const drawn: Uint8Array[] = [];
    const watching = { ...suite, h3: (bytes: Uint8Array) => keeping(suite.h3(bytes), drawn) };
    const committee = committeeOf(1, [1, 2], 2, new Uint8Array(32));
    const begin = () => frostSign(committee, watching, share, request, randomBytes);
    const bobs = () => {
      const said = frostSign({ ...committee, self: bob }, suite, shares.get(bob)!, request, randomBytes).next().value;
      return (said as RoundOut).broadcast!;
    };
    for (const end of ends) {
      const session = begin();
      session.next();
      equal(drawn.length, 2);
      try {
        end(session);
      } catch (error) {
        equal(error instanceof Fault, true);
      }
      for (const nonce of drawn.splice(0)) deepEqual(nonce, nonce.slice().fill(0));
    }
  });

  attack('A25', 'the same request gets other nonces each time', () => {
    const say = () =>
      frostSign(committeeOf(1, [1, 2], 2, new Uint8Array(32)), suite, share, request, randomBytes).next().value;
    notDeepEqual(say(), say());
  });
}

function onBinding(suite: Ciphersuite, shares: Shares): void {
  attack('A24', 'another key, message, list or signer binds the nonces differently', () => {
    const ids = [alice, bob, carol];
    const list: CommitmentList = new Map(
      ids.map((id) => [id, commit(suite, shares.get(id)!.secret, randomBytes).commitment]),
    );
    const { publicKey } = shares.get(alice)!;
    const swapped = new Map(list).set(bob, { D: list.get(bob)!.E, E: list.get(bob)!.D });
    const fewer = new Map([...list].filter(([id]) => id !== carol));
    const factors = [
      bindingFactors(suite, publicKey, list, message),
      bindingFactors(suite, suite.group.negate(publicKey), list, message),
      bindingFactors(suite, publicKey, list, randomBytes(32)),
      bindingFactors(suite, publicKey, swapped, message),
      bindingFactors(suite, publicKey, fewer, message),
    ].map((factors) => Buffer.from(factors.get(alice)!).toString('hex'));
    equal(new Set(factors).size, factors.length);
    const perSigner = [...bindingFactors(suite, publicKey, list, message).values()].map((rho) =>
      Buffer.from(rho).toString('hex'),
    );
    equal(new Set(perSigner).size, ids.length);
  });

  attack('A24', 'a share made for one list of commitments is none for another', () => {
    const outcomes = sign(suite, shares, [1, 2], request, (from, to, round, bytes) =>
      from === bob && to === alice && round === 'frost/commitments' ? otherCommitments(suite, bytes) : bytes,
    );
    for (const outcome of outcomes.values()) equal('value' in outcome, false);
  });
}

function onLiveness(suite: Ciphersuite, shares: Shares): void {
  attack('A29', 'with two saboteurs of four, no more than three attempts are needed', () => {
    const saboteurs = [alice, bob];
    let candidates = [...shares.keys()];
    let attempts = 0;
    for (;;) {
      attempts++;
      const outcomes = sign(suite, shares, candidates.slice(0, 2), request, (from, _to, round, bytes) =>
        saboteurs.includes(from) && round === 'frost/shares' ? addOne(suite, -32)(bytes.slice()) : bytes,
      );
      const [[judge, outcome]] = [...outcomes].reverse() as [[PartyId, ReturnType<typeof outcomes.get>]];
      if (outcome && 'value' in outcome) break;
      const { culprits } = faultOf(outcome);
      deepEqual(
        culprits.filter((id) => !saboteurs.includes(id)),
        [],
      );
      equal(culprits.includes(judge), false);
      candidates = candidates.filter((id) => !culprits.includes(id));
    }
    equal(attempts <= 4 - 2 + 1, true);
  });
}

function onMisuse(suite: Ciphersuite, shares: Shares): void {
  const start = (ids: readonly number[]) =>
    frostSign(committeeOf(1, ids, 2, new Uint8Array(32)), suite, shares.get(alice)!, request, noRandomness).next();

  attack('A30', 'more parties than the cap make no committee', () => {
    throws(
      () =>
        committeeOf(
          1,
          Array.from({ length: MAX_PARTIES + 1 }, (_, k) => k + 1),
          2,
          new Uint8Array(32),
        ),
      RangeError,
    );
  });

  attack('A31', 'too few, repeated or unknown signers are refused before a nonce is made', () => {
    for (const ids of [[1], [1, 1], [2, 1], [1, 5], [2, 3], [0, 1]]) throws(() => start(ids), RangeError);
  });

  attack('A32', 'a key signs for no other scheme than it was made for', () => {
    const share = shares.get(alice)!;
    const other = suite.name === 'bip340' ? fast.ed25519 : fast.bip340;
    throws(
      () => frostSign(committeeOf(1, [1, 2], 2, new Uint8Array(32)), other, share, request, noRandomness).next(),
      /does not sign/,
    );
    throws(() => decodeKeyShare(other, encodeKeyShare(share)), Malformed);
    throws(() => decodeKeyShare({ ...suite, name: 'ecdsa' }, encodeKeyShare(share)), Malformed);
  });
}

describe('attacks on Taproot keys', () => {
  attack('A26', 'shares are judged rightly in all eight combinations of parities of key, output key and R', () => {
    const seen = new Set<string>();
    for (let attempt = 0; seen.size < 8 && attempt < 400; attempt++) seen.add(judgeShares());
    equal(seen.size, 8, [...seen].join(' '));
  });

  attack('A27', 'the default output key commits to no script, and only it verifies', () => {
    const suite = fast.bip340;
    const shares = generate(suite, 2, 2);
    const { publicKey } = shares.get(alice)!;
    const internal = publicKey.slice(1);
    const tweaks = [taprootTweak(internal)];
    deepEqual(tweaks[0]!.scalar, schnorr.utils.taggedHash('TapTweak', internal));
    const output = tweakedPublicKey(suite, publicKey, tweaks).slice(1);
    const [signature] = resultOf(sign(suite, shares, [1, 2], asked([message], tweaks)).get(alice));
    equal(schnorr.verify(signature!, message, output), true);
    equal(schnorr.verify(signature!, message, internal), false);
  });
});

describe('attacks on verifiers that differ', () => {
  attack('A28', 'every Ed25519 signature passes node:crypto, noble (strict) and libsodium alike', () => {
    const shares = generate(fast.ed25519, 2, 3);
    const { publicKey } = shares.get(alice)!;
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    });
    const messages = Array.from({ length: 64 }, (_, k) => randomBytes(k));
    const signatures = resultOf(sign(fast.ed25519, shares, [1, 3], asked(messages)).get(alice));
    for (const [m, signature] of signatures.entries()) {
      equal(nodeVerify(null, messages[m]!, key, signature), true);
      equal(ed25519.verify(signature, messages[m]!, publicKey, { zip215: false }), true);
      equal(sodium.crypto_sign_verify_detached(signature, messages[m]!, publicKey), true);
    }
  });
});

/** Two shares under a derived Taproot key, right and wrong. @returns the parities that occurred */
function judgeShares(): string {
  const suite = fast.bip340;
  const shares = generate(suite, 2, 2);
  const { publicKey } = shares.get(alice)!;
  const tweaks: Tweak[] = [taprootTweak(publicKey.slice(1))];
  const committed = new Map([alice, bob].map((id) => [id, commit(suite, shares.get(id)!.secret, randomBytes)]));
  const list: CommitmentList = new Map([...committed].map(([id, { commitment }]) => [id, commitment]));
  const signed = [alice, bob].map((id) => {
    const session = startSigning(
      committeeOf(id, [1, 2], 2, new Uint8Array(32)),
      suite,
      shares.get(id)!,
      asked([message], tweaks),
    );
    const [ordered] = session.messages as [KeyedMessage];
    const nonces = committed.get(id)!.nonces.take() as Nonces;
    return { id, session, ordered, ...signShare(session, ordered, list, nonces) };
  });
  const wrong = (z: Parameters<typeof isSignatureShare>[4]) => suite.group.scalars.add(z, suite.group.scalars.from(1));
  for (const { session, ordered, challenge } of signed) {
    for (const { id, z_i } of signed) {
      equal(isSignatureShare(session, ordered.key, challenge, id, z_i), true);
      equal(isSignatureShare(session, ordered.key, challenge, id, wrong(z_i)), false);
    }
  }
  return [publicKey, tweakedPublicKey(suite, publicKey, tweaks), signed[0]!.challenge.R].map((p) => p[0]! - 2).join('');
}

function keeping<T extends Uint8Array>(secret: T, drawn: Uint8Array[]): T {
  drawn.push(secret);
  return secret;
}

function noRandomness(): never {
  throw new Error('a nonce was made');
}
