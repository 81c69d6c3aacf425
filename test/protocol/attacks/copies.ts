/** Attacks on copies of a life that were made after its OT set-ups, and run one session with a corrupt peer. */
import { equal, ok } from 'node:assert/strict';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToNumberBE, bytesToNumberLE, numberToBytesBE } from '@noble/curves/utils.js';
import { randomBytes } from '@noble/hashes/utils.js';
import { committeeOf, type PartyId, partyIdOf } from '../../../signer/protocol/committee.ts';
import { answerId, chooseEach, extensionId } from '../../../signer/protocol/ecdsa/commitments.ts';
import { ecdsaSign } from '../../../signer/protocol/ecdsa/ecdsaSign.ts';
import { commitTo, drawInstance } from '../../../signer/protocol/ecdsa/instance.ts';
import { multiplyEach } from '../../../signer/protocol/ecdsa/multiplications.ts';
import { randomOf } from '../../../signer/protocol/ecdsa/presign.ts';
import { type EcdsaSession, startEcdsa } from '../../../signer/protocol/ecdsa/session.ts';
import { sameBytes } from '../../../signer/protocol/math/group.ts';
import type { RoundOut } from '../../../signer/protocol/round.ts';
import { mod, range, thetaOf } from '../ecdsa/reference.ts';
import { copied, generateEcdsa, ready, suite } from '../ecdsaKeys.ts';
import { attack } from './attack.ts';

const [alice, bob] = [1, 2].map(partyIdOf) as [PartyId, PartyId];
const shares = generateEcdsa(2, 2);
const request = { digest: randomBytes(32), tweaks: [] };
/** In a direct message of round 1, before the matrix; in a commitment and in an opening of two signers, before the rest. */
const [SETUP_ID, REQUEST_HASH, ECHO] = [32, 32, 64];
const COLUMN_BYTES = 68;

/** Two copies of alice in one session, each with good randomness of its own, and what bob has begun it with. */
function twice() {
  const enclaves = ready(2);
  const context = randomBytes(32);
  const begin = (id: PartyId, pairs = enclaves.pairs.get(id)!) => {
    const committee = committeeOf(id, [1, 2], 2, context);
    return startEcdsa(committee, suite, shares.get(id)!, request, enclaves.boots, pairs);
  };
  const copies = range(2).map(() => {
    const committee = committeeOf(alice, [1, 2], 2, context);
    const pairs = copied(enclaves, alice);
    return ecdsaSign(committee, suite, shares.get(alice)!, request, enclaves.boots, pairs, randomBytes);
  });
  return { copies, bobs: bobsBeginning(begin(bob)), hers: () => begin(alice, copied(enclaves, alice)) };
}

function bobsBeginning(session: EcdsaSession) {
  const random = randomOf(session, randomBytes);
  const commitment = commitTo(session, bob, drawInstance(session, random.of('instance')).opening);
  const { direct } = chooseEach(session, commitment, random);
  return { session, commitment, said: direct.get(alice)! };
}

describe('attacks on copies of one life', () => {
  attack('A47', 'two copies that answer the same peer in one session do not give nonce and key part away', () => {
    const { copies, bobs } = twice();
    const [first, second] = copies.map((copy): Answer => {
      const { broadcast } = copy.next().value as RoundOut;
      const said = { broadcast: Uint8Array.of(...bobs.session.requestHash, ...bobs.commitment), direct: bobs.said };
      const answer = copy.next(new Map([[bob, said]])).value as RoundOut;
      const sid = answerId(
        extensionId(bobs.session, alice, bob, bobs.commitment),
        broadcast!.slice(REQUEST_HASH, REQUEST_HASH + 32),
      );
      const bytes = answer.direct!.get(bob)!;
      const scalarsFrom = (at: number, count: number) =>
        range(count).map((k) => bytesToNumberBE(bytes.slice(at + 32 * k, at + 32 * k + 32)));
      const corrected = scalarsFrom(0, 4 * 416);
      const opening = answer.broadcast!.slice(ECHO);
      return { corrected, eta: scalarsFrom(32 * 4 * 416, 2), theta: thetaOf(sid, corrected), opening };
    }) as [Answer, Answer];
    const differences = range(416).map((j) => mod(first.corrected[4 * j]! - second.corrected[4 * j]!));
    const guess = keyPartOf(first, second);
    const claimed = suite.group.encodeWide(suite.group.multiplyBase(suite.group.scalars.decode(guess)));
    equal(Buffer.compare(claimed, first.opening.slice(65, 130)) === 0, false);
    equal(new Set(differences).size, 416);
  });

  attack('A42', 'two copies that begin one session do not show how their choice bits differ', () => {
    const { copies } = twice();
    const matrices = copies.map((copy) => (copy.next().value as RoundOut).direct!.get(bob)!.slice(SETUP_ID));
    const columns = range(128).map((i) =>
      matrices
        .map((matrix) => bytesToNumberLE(matrix.slice(COLUMN_BYTES * i, COLUMN_BYTES * (i + 1))))
        .reduce((a, b) => a ^ b),
    );
    equal(new Set(columns).size, 128);
  });

  attack('A47', 'copies made between two rounds that are asked the same answer the same, whatever their source', () => {
    const { bobs, hers } = twice();
    const session = hers();
    const random = randomOf(session, randomBytes);
    const instance = drawInstance(session, random.of('instance'));
    const own = commitTo(session, alice, instance.opening);
    const { choices } = chooseEach(session, own, random);
    const commitments = new Map([
      [alice, own],
      [bob, bobs.commitment],
    ]);
    const answer = () =>
      multiplyEach(session, instance, choices, commitments, new Map([[bob, bobs.said.slice(SETUP_ID)]])).direct.get(
        bob,
      );
    // Not `deepEqual`: it would tell for minutes how 53 KB differ.
    ok(sameBytes(answer()!, answer()!));
  });
});

interface Answer {
  readonly corrected: readonly bigint[];
  readonly eta: readonly bigint[];
  readonly theta: readonly (readonly bigint[])[];
  readonly opening: Uint8Array;
}

/**
 * sk_i, if both hid their inputs behind the same pads: the differences of r_i and of both a^ show in any row, and what is left of
 * eta_k - eta'_k are two equations in r_i and sk_i.
 */
function keyPartOf(one: Answer, other: Answer): Uint8Array {
  const [r, , ...aHat] = range(4).map((i) => mod(one.corrected[i]! - other.corrected[i]!)) as [bigint, bigint, bigint];
  const rows = range(2).map((k) => ({
    ofR: mod(one.theta[0]![k]! - other.theta[0]![k]!),
    ofSk: mod(one.theta[1]![k]! - other.theta[1]![k]!),
    is: mod(one.eta[k]! - other.eta[k]! - aHat[k]! - other.theta[0]![k]! * r),
  }));
  const [a, b] = rows as [(typeof rows)[0], (typeof rows)[0]];
  return numberToBytesBE(
    mod((b.is * a.ofR - a.is * b.ofR) * secp256k1.Point.Fn.inv(mod(b.ofSk * a.ofR - a.ofSk * b.ofR))),
    32,
  );
}
