/**
 * Sets up OT between every two members of a session, in both directions, once per pair of boots. One message each way, and one that
 * confirms: docs/ecdsa.md tells it in full.
 */
import { concatBytes } from '@noble/curves/utils.js';
import type { EcdsaSuite } from '../../ciphersuite/ecdsa.ts';
import { type Committee, othersOf, type PartyId, type Rng, requireCommittee } from '../../committee.ts';
import { Fault } from '../../fault.ts';
import { sameBytes } from '../../math/group.ts';
import { Reader } from '../../reader.ts';
import { type Directs, decodeEach, type Protocol, tellEach } from '../../round.ts';
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
import type { OtPairs, PairSetup } from './pairs.ts';

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
  const offered = new Map(
    othersOf(committee).map((id) => [id, offerTo(suite, committee, pairs.boot, bootOf(boots, id), rng)]),
  );
  const made = new Map<PartyId, PairSetup>();
  let agreed = false;
  try {
    const said: Directs = yield* exchangeOffers(suite, committee, offered);
    const heard = decodeEach(OFFER, said, committee, (bytes) => readHeard(suite, bytes));
    for (const [id, setup] of setUpAll(suite, committee, pairs.boot, boots, offered, heard, said)) made.set(id, setup);
    yield* confirm(committee, made);
    agreed = true;
  } finally {
    for (const { asReceiver, asSender, zeroPart } of offered.values()) {
      wipe(zeroPart, ...asReceiver.secrets, ...asSender.flat());
      if (!agreed) asReceiver.delta.fill(0);
    }
  }
  for (const [id, setup] of made) pairs.install(bootOf(boots, id), setup);
}

function* exchangeOffers(
  suite: EcdsaSuite,
  committee: Committee,
  offered: ReadonlyMap<PartyId, Offered>,
): Protocol<Directs> {
  const direct = new Map([...offered].map(([id, { message }]) => [id, message]));
  const maxBytes = 2 * offerBytes(suite) + ZERO_SEED_BYTES;
  return yield* tellEach(OFFER, direct, maxBytes, committee);
}

function setUpAll(
  suite: EcdsaSuite,
  committee: Committee,
  boot: Uint8Array,
  boots: Boots,
  offered: ReadonlyMap<PartyId, Offered>,
  heard: ReadonlyMap<PartyId, Heard>,
  said: Directs,
): ReadonlyMap<PartyId, PairSetup> {
  return decodeEach(OFFER, said, committee, (message, id) => {
    const [mine, theirs] = [offered.get(id), heard.get(id)];
    if (!mine || !theirs) throw new Error('a message of a stranger');
    const peer = bootOf(boots, id);
    const { context } = committee;
    const first = isFirst(boot, peer);
    const parts = first ? [boot, peer, mine.message, message] : [peer, boot, message, mine.message];
    const zeroParts = first ? [mine.zeroPart, theirs.zeroPart] : [theirs.zeroPart, mine.zeroPart];
    const id_ = transcriptHash('ecdsa/pair', context, parts);
    return {
      id: id_,
      sender: receiveSeeds(suite, sidOf(context, peer, boot), mine.asReceiver, theirs.asSender),
      receiver: sendSeeds(suite, sidOf(context, boot, peer), mine.asSender, theirs.asReceiver),
      zeroSeed: transcriptHash('ecdsa/zero-seed', id_, zeroParts),
    };
  });
}

/** Nobody keeps a set-up that its peer does not have. */
function* confirm(committee: Committee, made: ReadonlyMap<PartyId, PairSetup>): Protocol<void> {
  const direct = new Map([...made].map(([id, setup]) => [id, setup.id]));
  const said = yield* tellEach(OT_CONFIRMATION, direct, ID_BYTES, committee);
  const culprits = [...made].filter(([id, setup]) => !sameBytes(said.get(id) ?? new Uint8Array(), setup.id));
  if (culprits.length > 0)
    throw new Fault('confirmation-differs', OT_CONFIRMATION, { culprits: culprits.map(([id]) => id) });
}

function offerTo(suite: EcdsaSuite, { context }: Committee, boot: Uint8Array, peer: Uint8Array, rng: Rng): Offered {
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
