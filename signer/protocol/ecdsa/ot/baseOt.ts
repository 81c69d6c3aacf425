/**
 * 128 base OTs in one message each way: the endemic OT of Masny and Rindal (ePrint 2019/706) from Diffie-Hellman. Each side may choose
 * its own outputs when it cheats, never learn the other's, which is all that OT extension asks for. Over ristretto255, where multiplying
 * and hashing to the group take as long for one secret as for another.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { EcdsaSuite } from '../../ciphersuite/ecdsa.ts';
import type { Rng } from '../../committee.ts';
import { randomScalar } from '../../keygen/dealing.ts';
import { type Element, type HashedGroup, isIdentity, type Scalar } from '../../math/group.ts';
import { Malformed, type Reader } from '../../reader.ts';
import { wipe } from '../../secret.ts';
import { transcriptHash, wideTranscriptHash } from '../../transcript.ts';
import { LAMBDA_C } from '../parameters.ts';
import { bitOf, ROW_WORDS, wordsOfBytes } from './bitMatrix.ts';
import { type ReceiverSeeds, SEED_WORDS, type SenderSeeds } from './extension.ts';

/** Of what is hashed to an element, or reduced to a scalar. */
const UNIFORM_BYTES = 64;

/** Two elements for each OT, of either side. */
export type Offer = readonly (readonly [Element, Element])[];

export interface ReceiverState {
  /** The choice bits. */
  readonly delta: Uint32Array;
  /** a of each OT. */
  readonly secrets: readonly Scalar[];
}

/** b_0 and b_1 of each OT. */
export type SenderState = readonly (readonly [Scalar, Scalar])[];

export function offerBytes({ otGroup }: EcdsaSuite): number {
  return 2 * LAMBDA_C * otGroup.elementBytes;
}

export function offerAsReceiver(
  { otGroup }: EcdsaSuite,
  sid: Uint8Array,
  rng: Rng,
): { offer: Offer; state: ReceiverState } {
  const drawn = rng(4 * ROW_WORDS + 2 * LAMBDA_C * UNIFORM_BYTES);
  const part = inParts(drawn);
  const delta = wordsOfBytes(part(4 * ROW_WORDS));
  const secrets = Array.from({ length: LAMBDA_C }, () => randomScalar(otGroup, part));
  const offer = secrets.map((a, i) => offerOne(otGroup, sid, i, bitOf(delta, i), a, part(UNIFORM_BYTES)));
  wipe(drawn);
  return { offer, state: { delta, secrets } };
}

/** > m_A := a·G; r_{1-c} <- G; r_c := m_A - H_c(r_{1-c}) */
function offerOne(
  group: HashedGroup,
  sid: Uint8Array,
  i: number,
  choice: number,
  a: Scalar,
  uniform: Uint8Array,
): readonly [Element, Element] {
  const other = group.hashToElement(uniform); // who has `uniform`, m_A or H_c knows which of both was chosen
  const [m_A, hashed] = [group.multiplyBase(a), oracle(group, sid, i, choice, other)];
  const chosen = group.subtract(m_A, hashed);
  wipe(m_A, hashed);
  // An array of references: which is which depends on the choice, but not what is done.
  const pair = [chosen, other] as const;
  return [pair[choice] as Element, pair[1 - choice] as Element];
}

/** > m_B := b·G, for each OT and each of its messages */
export function offerAsSender({ otGroup: group }: EcdsaSuite, rng: Rng): { offer: Offer; state: SenderState } {
  const drawn = rng(2 * LAMBDA_C * UNIFORM_BYTES);
  const part = inParts(drawn);
  const state = Array.from({ length: LAMBDA_C }, () => [randomScalar(group, part), randomScalar(group, part)] as const);
  wipe(drawn);
  return { offer: state.map(([b_0, b_1]) => [group.multiplyBase(b_0), group.multiplyBase(b_1)] as const), state };
}

/** > k_c := H'(a · m_B,c). The receiver of base OTs is the sender of their extension. */
export function receiveSeeds(
  { otGroup: group }: EcdsaSuite,
  sid: Uint8Array,
  { delta, secrets }: ReceiverState,
  theirs: Offer,
): SenderSeeds {
  const seeds = secrets.map((a, i) => {
    const choice = bitOf(delta, i);
    return seedOf(sid, i, choice, group.multiply(theirs[i]?.[choice] ?? group.identity, a));
  });
  wipe(...secrets);
  return { delta, chosen: packed(seeds) };
}

/** > k_j := H'(b_j · (r_j + H_j(r_{1-j}))), for both j */
export function sendSeeds(
  { otGroup: group }: EcdsaSuite,
  sid: Uint8Array,
  state: SenderState,
  theirs: Offer,
): ReceiverSeeds {
  const points = ([0, 1] as const).map((j) =>
    state.map((_, i) => {
      const r = theirs[i] ?? [group.identity, group.identity];
      const m_A = group.add(r[j], oracle(group, sid, i, j, r[1 - j] as Element));
      if (isIdentity(group, m_A)) throw new Malformed('a message of base OT that is the identity');
      return m_A;
    }),
  );
  // Only now, when nothing is refused any more, is anything made that has to be wiped.
  const seeds = ([0, 1] as const).map((j) =>
    state.map((b, i) => seedOf(sid, i, j, group.multiply(points[j]?.[i] ?? group.identity, b[j]))),
  );
  for (const b of state) wipe(...b);
  return { zeros: packed(seeds[0] ?? []), ones: packed(seeds[1] ?? []) };
}

export function encodeOffer(offer: Offer): Uint8Array {
  return concatBytes(...offer.flat());
}

/** @throws Malformed unless every element is canonical and not the identity. */
export function readOffer({ otGroup }: EcdsaSuite, reader: Reader): Offer {
  return Array.from({ length: LAMBDA_C }, () => [reader.element(otGroup), reader.element(otGroup)] as const);
}

/** H_j of OT i. */
function oracle(group: HashedGroup, sid: Uint8Array, i: number, j: number, r: Element): Element {
  const wide = wideTranscriptHash('ecdsa/base-ot', sid, i, j, r);
  const element = group.hashToElement(wide);
  wipe(wide);
  return element;
}

/** Nothing is left of what is shared. */
function seedOf(sid: Uint8Array, i: number, j: number, shared: Element): Uint8Array {
  const seed = transcriptHash('ecdsa/seed', sid, i, j, shared);
  wipe(shared);
  return seed;
}

/** One draw for all: each of its own would be hashed with what is new each time, and that hundreds of times. */
function inParts(drawn: Uint8Array): Rng {
  let at = 0;
  return (length) => {
    at += length;
    if (at > drawn.length) throw new RangeError('more is taken than was drawn');
    return drawn.subarray(at - length, at);
  };
}

function packed(seeds: readonly Uint8Array[]): Uint32Array {
  const words = new Uint32Array(LAMBDA_C * SEED_WORDS);
  seeds.forEach((seed, i) => {
    const own = wordsOfBytes(seed);
    words.set(own, i * SEED_WORDS);
    own.fill(0);
    wipe(seed);
  });
  return words;
}
