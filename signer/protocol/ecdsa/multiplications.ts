/** Round 2: openings to all; to each, our part of the multiplication in which we are Alice, and what proves that its inputs were ours. */
import { concatBytes } from '@noble/curves/utils.js';
import type { EcdsaSuite } from '../ciphersuite/ecdsa.ts';
import { type Committee, othersOf, type PartyId, type Rng } from '../committee.ts';
import { DIGEST_BYTES, type Echo, encodeEcho, readEcho, requireSameEcho } from '../echo.ts';
import { Fault } from '../fault.ts';
import { type Element, type Group, type Scalar, sameBytes } from '../math/group.ts';
import { hedged, type Random } from '../random.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, type Directs, decodeEach, type Round } from '../round.ts';
import { wipe } from '../secret.ts';
import { multiplyBlinded } from './blinded.ts';
import { answerId, type Choices, COMMITMENTS, extensionId } from './commitments.ts';
import { commitTo, type Instance, type Opening, SALT_BYTES } from './instance.ts';
import {
  type Chosen,
  CORRECTION_BYTES,
  type Correction,
  encodeCorrection,
  type MultiplicationIds,
  multiplyAsAlice,
  multiplyAsBob,
  readCorrection,
  type Two,
} from './multiplication.ts';
import { type EcdsaSession, wipePairs } from './session.ts';

export const MULTIPLICATIONS = 'ecdsa/multiplications';

/** All that is fresh is in the seed. */
const NOTHING_FRESH: Rng = (length) => new Uint8Array(length);

/** What a signer says to one other. */
export interface Product {
  readonly correction: Correction;
  /** Gamma^u = c^u·G. */
  readonly gammaU: Element;
  /** Gamma^v = c^v·G. */
  readonly gammaV: Element;
  /** psi = phi_i - chi. */
  readonly psi: Scalar;
}

/** Each signer's commitment of round 1. */
type Commitments = ReadonlyMap<PartyId, Uint8Array>;

/** c^u and c^v, or d^u and d^v, of each pair. */
export type Shares = ReadonlyMap<PartyId, Two>;

export function multiplicationsRound({ parties }: Committee, { group }: EcdsaSuite): Round {
  return {
    round: MULTIPLICATIONS,
    broadcast: DIGEST_BYTES * parties.length + 2 * group.wideBytes + SALT_BYTES,
    direct: CORRECTION_BYTES + 2 * group.wideBytes + group.scalars.bytes,
  };
}

/** @throws Fault naming, and wiping the OTs of, whoever cheated in OT extension. */
export function multiplyEach(
  session: EcdsaSession,
  instance: Instance,
  choices: Choices,
  commitments: Commitments,
  extensions: ReadonlyMap<PartyId, Uint8Array>,
): { c: Shares; direct: Directs } {
  const { suite } = session;
  const c = new Map<PartyId, Two>();
  const direct = new Map<PartyId, Uint8Array>();
  const culprits: PartyId[] = [];
  for (const [id, message] of extensions) {
    const multiplied = multiplyWith(session, instance, id, commitments, message);
    if (!multiplied) {
      culprits.push(id);
      continue;
    }
    const { correction, c: shares } = multiplied;
    c.set(id, shares);
    // > Gamma^u := c^u·G, Gamma^v := c^v·G, psi := phi_i - chi
    const [gammaU, gammaV] = [suite.group.multiplyBase(shares[0]), suite.group.multiplyBase(shares[1])];
    const psi = differenceOf(suite.group, instance.phi_i, choices.get(id));
    direct.set(id, encodeProduct(suite.group, { correction, gammaU, gammaV, psi }));
  }
  if (culprits.length === 0) return { c, direct };
  wipeShares(c);
  wipePairs(session, culprits);
  throw new Fault('ot-check-failed', COMMITMENTS, { culprits });
}

export function wipeShares(shares: Shares): void {
  for (const two of shares.values()) wipe(...two);
}

/** > P_i, as Alice, inputs (r_i, sk_i) */
function multiplyWith(
  session: EcdsaSession,
  { r_i, sk_i, padSeed }: Instance,
  bob: PartyId,
  commitments: Commitments,
  message: Uint8Array,
) {
  const pair = session.pairs.get(bob);
  if (!pair) throw new Error('a message of a stranger');
  const sids = idsOf(session, session.committee.self, bob, commitments);
  // The pads hide r_i and sk_i behind a challenge that the message has a part in: for another message they are others, and for the same one
  // the same, or two copies of us that hear one message would open both by eta.
  const pads = hedged(NOTHING_FRESH, 'ecdsa/pads', padSeed, sids.answer, message);
  try {
    return multiplyAsAlice(session.suite, sids, pair.setup.sender, message, [r_i, sk_i], pads.of('pads'));
  } finally {
    pads.end();
  }
}

function idsOf(session: EcdsaSession, alice: PartyId, bob: PartyId, commitments: Commitments): MultiplicationIds {
  const commitmentOf = (id: PartyId) => commitments.get(id) ?? new Uint8Array();
  const extension = extensionId(session, alice, bob, commitmentOf(bob));
  return { extension, answer: answerId(extension, commitmentOf(alice)) };
}

function differenceOf({ scalars }: Group, phi_i: Scalar, chosen: Chosen | undefined): Scalar {
  if (!chosen) throw new Error('a message of a stranger');
  const negated = scalars.negate(chosen.b);
  const psi = scalars.add(phi_i, negated);
  wipe(negated);
  return psi;
}

export function encodeOpening({ suite: { group } }: EcdsaSession, echo: Echo, { R, pk, salt }: Opening): Uint8Array {
  return concatBytes(encodeEcho(echo), group.encodeWide(R), group.encodeWide(pk), salt);
}

/** @returns each signer's opening, ours included @throws Fault */
export function decodeOpenings(
  session: EcdsaSession,
  said: Broadcasts,
  echo: Echo,
  commitments: Commitments,
  own: Opening,
): ReadonlyMap<PartyId, Opening> {
  const { committee } = session;
  const theirs = decodeEach(MULTIPLICATIONS, said, committee, (bytes) => readOpening(session, bytes));
  // With commitments that are the same for all, openings are: nobody goes on to round 3 with another R than anybody else.
  requireSameEcho(MULTIPLICATIONS, echo, new Map([...theirs].map(([id, { echo: heard }]) => [id, heard])));
  const culprits = [...theirs]
    .filter(([id, { opening }]) => !sameBytes(commitTo(session, id, opening), commitments.get(id) ?? new Uint8Array()))
    .map(([id]) => id);
  if (culprits.length > 0) throw new Fault('commitment-opened-differently', MULTIPLICATIONS, { culprits });
  const openings = new Map([...theirs].map(([id, { opening }]) => [id, opening]));
  openings.set(committee.self, own);
  return openings;
}

export function decodeProducts({ committee, suite }: EcdsaSession, said: Directs): ReadonlyMap<PartyId, Product> {
  return decodeEach(MULTIPLICATIONS, said, committee, (bytes) => readProduct(suite.group, bytes));
}

/** Bob's ends of all multiplications. @throws Fault naming, and wiping the OTs of, whoever cheated. */
export function finishEach(
  session: EcdsaSession,
  choices: Choices,
  commitments: Commitments,
  openings: ReadonlyMap<PartyId, Opening>,
  products: ReadonlyMap<PartyId, Product>,
  random: Random,
): Shares {
  const d = new Map<PartyId, Two>();
  const failed = new Map<'multiplication-check-failed' | 'inputs-differ', PartyId[]>();
  const fail = (code: 'multiplication-check-failed' | 'inputs-differ', id: PartyId) =>
    failed.set(code, [...(failed.get(code) ?? []), id]);
  for (const id of othersOf(session.committee)) {
    const [chosen, opening, product] = [choices.get(id), openings.get(id), products.get(id)];
    if (!chosen || !opening || !product) throw new Error('a message of a stranger');
    const { answer } = idsOf(session, id, session.committee.self, commitments);
    const shares = multiplyAsBob(session.suite, answer, chosen, product.correction);
    if (!shares) {
      fail('multiplication-check-failed', id);
      continue;
    }
    d.set(id, shares);
    if (!isConsistent(session.suite.group, chosen.b, opening, product, shares, random.of('blinding', id)))
      fail('inputs-differ', id);
  }
  const [first] = failed;
  if (!first) return d;
  wipeShares(d);
  wipePairs(session, [...failed.values()].flat());
  throw new Fault(first[0], MULTIPLICATIONS, { culprits: [...failed.values()].flat() });
}

/** > chi·R_j - Gamma^u = d^u·G and chi·pk_j - Gamma^v = d^v·G */
function isConsistent(
  group: Group,
  chi: Scalar,
  { R, pk }: Opening,
  { gammaU, gammaV }: Product,
  [d_u, d_v]: Two,
  rng: Rng,
): boolean {
  const { add, negate, multiplyBase } = group;
  const isU = sameBytes(add(multiplyBlinded(group, R, chi, rng), negate(gammaU)), multiplyBase(d_u));
  const isV = sameBytes(add(multiplyBlinded(group, pk, chi, rng), negate(gammaV)), multiplyBase(d_v));
  return isU && isV;
}

function readOpening({ committee, suite: { group } }: EcdsaSession, bytes: Uint8Array) {
  const reader = new Reader(bytes);
  const echo = readEcho(reader, committee);
  const opening = { R: reader.wideElement(group), pk: reader.wideElement(group), salt: reader.take(SALT_BYTES) };
  reader.end();
  return { echo, opening };
}

function encodeProduct(group: Group, { correction, gammaU, gammaV, psi }: Product): Uint8Array {
  return concatBytes(encodeCorrection(correction), group.encodeWide(gammaU), group.encodeWide(gammaV), psi);
}

function readProduct(group: Group, bytes: Uint8Array): Product {
  const reader = new Reader(bytes);
  const product = {
    correction: readCorrection(reader),
    gammaU: reader.wideElement(group),
    gammaV: reader.wideElement(group),
    psi: reader.scalar(group),
  };
  reader.end();
  return product;
}
