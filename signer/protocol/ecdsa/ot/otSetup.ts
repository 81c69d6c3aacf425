/**
 * Sets up OT between every two members of a session, in both directions, once per pair of boots. One message each way, and one that
 * confirms: docs/ecdsa.md tells it in full.
 */
import { concatBytes } from '@noble/curves/utils.js';
import type { EcdsaSuite } from '../../ciphersuite/ecdsa.ts';
import { type Committee, othersOf, type PartyId, type Rng, requireCommittee } from '../../committee.ts';
import { Fault } from '../../fault.ts';
import { sameBytes } from '../../math/group.ts';
import { hedged, NO_SECRET, type Random } from '../../random.ts';
import { Reader } from '../../reader.ts';
import { decodeEach, type Protocol, type Rounds, tellEach } from '../../round.ts';
import { wipe } from '../../secret.ts';
import { transcriptHash } from '../../transcript.ts';
import {
  encodeOffer,
  type Offer,
  offerAsReceiver,
  offerAsSender,
  offerBytes,
  type ReceiverState,
  readOffer,
  receiveSeeds,
  type SenderState,
  sendSeeds,
} from './baseOt.ts';
import { type OtPairs, type PairSetup, wipeSetup } from './pairs.ts';

export const OFFER = 'ecdsa/ot-offer';
export const OT_CONFIRMATION = 'ecdsa/ot-confirmation';

const ZERO_SEED_BYTES = 32;
const ID_BYTES = 32;

/** Who booted when, by id; ours included. */
export type Boots = ReadonlyMap<PartyId, Uint8Array>;

/** Our side of one pair, between its two rounds. */
interface Offered {
  readonly message: Uint8Array;
  readonly asReceiver: ReceiverState;
  readonly asSender: SenderState;
  readonly zeroPart: Uint8Array;
}

/** Everything that a peer offers us. */
interface Heard {
  readonly asReceiver: Offer;
  readonly asSender: Offer;
  readonly zeroPart: Uint8Array;
}

/** What stays the same through one set-up. */
interface Setting {
  readonly suite: EcdsaSuite;
  readonly committee: Committee;
  readonly boots: Boots;
  /** Our own. */
  readonly boot: Uint8Array;
}

export function otSetupRounds(suite: EcdsaSuite): Rounds {
  return [
    { round: OFFER, direct: 2 * offerBytes(suite) + ZERO_SEED_BYTES },
    { round: OT_CONFIRMATION, direct: ID_BYTES },
  ];
}

/** With all others of the committee, or with none of them. */
export function* otSetup(
  committee: Committee,
  suite: EcdsaSuite,
  boots: Boots,
  pairs: OtPairs,
  rng: Rng,
): Protocol<void> {
  requireCommittee(committee);
  requireBoots(committee, boots, pairs);
  const setting = { suite, committee, boots, boot: pairs.boot };
  const random = hedged(rng, 'ecdsa/ot-setup', NO_SECRET, committee.context, pairs.boot);
  const offered = new Map(othersOf(committee).map((id) => [id, offerTo(setting, id, random)]));
  random.end();
  const made = new Map<PartyId, PairSetup>();
  let agreed = false;
  try {
    yield* runRounds(setting, offered, made);
    agreed = true;
  } finally {
    for (const { asReceiver, asSender, zeroPart } of offered.values()) {
      wipe(zeroPart, ...asReceiver.secrets, ...asSender.flat());
      if (!agreed) asReceiver.delta.fill(0);
    }
    if (!agreed) for (const setup of made.values()) wipeSetup(setup);
  }
  for (const [id, setup] of made) pairs.install(bootOf(boots, id), setup);
}

function* runRounds(
  setting: Setting,
  offered: ReadonlyMap<PartyId, Offered>,
  made: Map<PartyId, PairSetup>,
): Protocol<void> {
  const { suite, committee } = setting;
  const direct = new Map([...offered].map(([id, { message }]) => [id, message]));
  const said = yield* tellEach(OFFER, direct, committee);
  const heard = decodeEach(OFFER, said, committee, (bytes) => readHeard(suite, bytes));
  decodeEach(OFFER, said, committee, (message, id) => {
    const [mine, theirs] = [offered.get(id), heard.get(id)];
    if (mine && theirs) made.set(id, setUpPair(setting, id, mine, theirs, message));
  });
  yield* confirm(committee, made);
}

/** @throws Malformed for an offer that leads to the identity. */
function setUpPair(
  { suite, committee: { context }, boots, boot }: Setting,
  peerId: PartyId,
  mine: Offered,
  theirs: Heard,
  message: Uint8Array,
): PairSetup {
  const peer = bootOf(boots, peerId);
  // The same on both sides.
  const order = <T>(ours: T, other: T) => (isFirst(boot, peer) ? [ours, other] : [other, ours]);
  const id = transcriptHash('ecdsa/pair', context, order(boot, peer), order(mine.message, message));
  return {
    id,
    sender: receiveSeeds(suite, sidOf(context, peer, boot), mine.asReceiver, theirs.asSender),
    receiver: sendSeeds(suite, sidOf(context, boot, peer), mine.asSender, theirs.asReceiver),
    zeroSeed: transcriptHash('ecdsa/zero-seed', id, order(mine.zeroPart, theirs.zeroPart)),
  };
}

/** Nobody keeps a set-up that its peer does not have. */
function* confirm(committee: Committee, made: ReadonlyMap<PartyId, PairSetup>): Protocol<void> {
  const direct = new Map([...made].map(([id, setup]) => [id, setup.id]));
  const said = yield* tellEach(OT_CONFIRMATION, direct, committee);
  const culprits = [...made].filter(([id, setup]) => !sameBytes(said.get(id) ?? new Uint8Array(), setup.id));
  if (culprits.length > 0)
    throw new Fault('confirmation-differs', OT_CONFIRMATION, { culprits: culprits.map(([id]) => id) });
}

function offerTo({ suite, committee: { context }, boots, boot }: Setting, id: PartyId, random: Random): Offered {
  const peer = bootOf(boots, id);
  const rng = random.of('offer', peer);
  const asReceiver = offerAsReceiver(suite, sidOf(context, peer, boot), rng);
  const asSender = offerAsSender(suite, rng);
  const zeroPart = rng(ZERO_SEED_BYTES);
  const message = concatBytes(encodeOffer(suite, asReceiver.offer), encodeOffer(suite, asSender.offer), zeroPart);
  return { message, asReceiver: asReceiver.state, asSender: asSender.state, zeroPart };
}

function readHeard(suite: EcdsaSuite, bytes: Uint8Array): Heard {
  const reader = new Reader(bytes);
  const heard = {
    asReceiver: readOffer(suite, reader),
    asSender: readOffer(suite, reader),
    zeroPart: reader.take(ZERO_SEED_BYTES),
  };
  reader.end();
  return heard;
}

/** One direction of one pair: who sends the base OTs, and who receives. */
function sidOf(context: Uint8Array, sender: Uint8Array, receiver: Uint8Array): Uint8Array {
  return transcriptHash('ecdsa/ot-setup', context, sender, receiver);
}

function isFirst(a: Uint8Array, b: Uint8Array): boolean {
  const at = a.findIndex((byte, k) => byte !== b[k]);
  return (a[at] ?? 0) < (b[at] ?? 0);
}

export function bootOf(boots: Boots, id: PartyId): Uint8Array {
  const boot = boots.get(id);
  if (!boot) throw new RangeError(`no boot nonce of party ${id}`);
  return boot;
}

/** Throws a plain error: who booted when is the caller's knowledge, never a peer's word. */
export function requireBoots({ self, parties }: Committee, boots: Boots, pairs: OtPairs): void {
  const distinct = new Set(parties.map((id) => bootOf(boots, id).join()));
  if (distinct.size !== parties.length) throw new RangeError('two parties of one boot');
  if (parties.some((id) => bootOf(boots, id).length !== pairs.boot.length)) throw new RangeError('no such boot nonce');
  if (!sameBytes(bootOf(boots, self), pairs.boot)) throw new RangeError('these OT set-ups are of another boot');
}
