/** Rounds 1 and 2: everything of a signature but its last message. Made within the session of one request, for that request alone. */
import { othersOf, type PartyId, type Rng } from '../committee.ts';
import { echoOf } from '../echo.ts';
import { Fault } from '../fault.ts';
import { type Element, isIdentity, type Scalar, sameBytes, sumElements, sumScalars } from '../math/group.ts';
import { OneTime } from '../onetime.ts';
import { hedged, type Random } from '../random.ts';
import { exchange, type Protocol } from '../round.ts';
import { joined, wipe } from '../secret.ts';
import {
  type Choices,
  COMMITMENTS,
  chooseEach,
  decodeCommitments,
  decodeExtensions,
  encodeCommitment,
  wipeChoices,
} from './commitments.ts';
import { commitTo, drawInstance, type Instance, type Opening, wipeInstance } from './instance.ts';
import {
  decodeOpenings,
  decodeProducts,
  encodeOpening,
  finishEach,
  MULTIPLICATIONS,
  multiplyEach,
  type Product,
  type Shares,
  wipeShares,
} from './multiplications.ts';
import { type EcdsaSession, requirePairs, suspects } from './session.ts';

/** One signer's part of a signature to be: used once, or the key is given away. */
export interface Presignature {
  readonly R: Element;
  readonly u_i: Scalar;
  readonly v_i: Scalar;
  readonly phi_i: Scalar;
}

/** @throws Fault; whatever is thrown, nothing of nonce and masks is left. */
export function* presign(session: EcdsaSession, rng: Rng): Protocol<OneTime<Presignature>> {
  const random = randomOf(session, rng);
  const instance = drawInstance(session, random.of('instance'));
  const commitment = commitTo(session, session.committee.self, instance.opening);
  const { choices, direct } = chooseEach(session, commitment, random);
  try {
    return yield* runRounds(session, instance, commitment, choices, direct, random);
  } finally {
    random.end();
    wipeInstance(instance);
    wipeChoices(choices);
  }
}

/** All randomness of one session. */
export function randomOf({ keyShare, requestHash }: EcdsaSession, rng: Rng): Random {
  return hedged(rng, 'ecdsa', keyShare.secret.reveal(), requestHash);
}

function* runRounds(
  session: EcdsaSession,
  instance: Instance,
  commitment: Uint8Array,
  choices: Choices,
  first: ReadonlyMap<PartyId, Uint8Array>,
  random: Random,
): Protocol<OneTime<Presignature>> {
  const { committee } = session;
  const round1 = { broadcast: encodeCommitment(session, commitment), direct: first };
  const heard1 = yield* exchange(COMMITMENTS, round1, committee);
  requirePairs(session, COMMITMENTS);
  const commitments = decodeCommitments(session, heard1.broadcasts, commitment);
  const extensions = decodeExtensions(session, heard1.directs);

  const { c, direct } = multiplyEach(session, instance, choices, commitments, extensions);
  try {
    const echo = echoOf(committee, heard1.broadcasts);
    const round2 = { broadcast: encodeOpening(session, echo, instance.opening), direct };
    const heard2 = yield* exchange(MULTIPLICATIONS, round2, committee);
    requirePairs(session, MULTIPLICATIONS);
    const openings = decodeOpenings(session, heard2.broadcasts, echo, commitments, instance.opening);
    const products = decodeProducts(session, heard2.directs);
    // Before the key is compared, as what is wrong between two has a name.
    const d = finishEach(session, choices, commitments, openings, products, random);
    try {
      return presignatureOf(session, instance, requireKeyAndNonce(session, openings), products, c, d);
    } finally {
      wipeShares(d);
    }
  } finally {
    wipeShares(c);
  }
}

/** > sum_k pk_k = pk; R := sum_k R_k */
function requireKeyAndNonce(
  { committee, suite: { group }, keyShare }: EcdsaSession,
  openings: ReadonlyMap<PartyId, Opening>,
): Element {
  const all = [...openings.values()];
  const key = sumElements(
    group,
    all.map(({ pk }) => pk),
  );
  if (!sameBytes(key, keyShare.publicKey))
    throw new Fault('wrong-public-key', MULTIPLICATIONS, { culprits: suspects(committee) });
  const R = sumElements(
    group,
    all.map(({ R: R_k }) => R_k),
  );
  if (isIdentity(group, R)) throw new Fault('degenerate-signature', MULTIPLICATIONS, { culprits: suspects(committee) });
  return R;
}

/** > u_i := r_i·(phi_i + sum_j psi_{j,i}) + sum_j (c^u + d^u), and v_i likewise with sk_i */
function presignatureOf(
  { committee, suite }: EcdsaSession,
  { r_i, phi_i, sk_i }: Instance,
  R: Element,
  products: ReadonlyMap<PartyId, Product>,
  c: Shares,
  d: Shares,
): OneTime<Presignature> {
  const { scalars } = suite.group;
  const peers = othersOf(committee).map((id) => {
    const [product, c_j, d_j] = [products.get(id), c.get(id), d.get(id)];
    if (!product || !c_j || !d_j) throw new Error('a message of a stranger');
    return { psi: product.psi, c_j, d_j };
  });
  const phi = sumScalars(scalars, [phi_i, ...peers.map(({ psi }) => psi)]);
  const shareOf = (input: Scalar, k: 0 | 1) => {
    const product = scalars.multiply(input, phi);
    const share = sumScalars(scalars, [product, ...peers.flatMap(({ c_j, d_j }) => [c_j[k], d_j[k]])]);
    wipe(product);
    return share;
  };
  const presignature = { R, u_i: shareOf(r_i, 0), v_i: shareOf(sk_i, 1), phi_i: joined(phi_i) as Scalar };
  wipe(phi);
  return new OneTime(presignature);
}
