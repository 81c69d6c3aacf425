/**
 * Sets up OT between every two members of a session, in both directions, once per pair of boots: base OTs in one direction, out of which
 * an extension makes those of the other, and a message that confirms. docs/ecdsa.md tells it in full.
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
import { EXTENSION_BYTES, type ReceiverSeeds, type SenderSeeds } from './extension.ts';
import { type OtPairs, type PairSetup, wipeSetup } from './pairs.ts';
import { acceptReversal, CHOICE_BYTES, reverse } from './reversal.ts';

export const OFFER = 'ecdsa/ot-offer';
export const REVERSAL = 'ecdsa/ot-reversal';
export const OT_CONFIRMATION = 'ecdsa/ot-confirmation';

const ZERO_SEED_BYTES = 32;
const ID_BYTES = 32;
const NOTHING = new Uint8Array();

/** Who booted when, by id; ours included. */
export type Boots = ReadonlyMap<PartyId, Uint8Array>;

/** Our side of one pair before we have heard its other. Of two boots the first receives the base OTs, and the second sends them. */
type Offered = { readonly message: Uint8Array; readonly zeroPart: Uint8Array } & (
  | { readonly isFirst: true; readonly state: ReceiverState }
  | { readonly isFirst: false; readonly state: SenderState; readonly choices: Uint8Array }
);

/** What a peer offers us. */
interface Heard {
  readonly offer: Offer;
  readonly zeroPart: Uint8Array;
}

/** After the offers: one direction is there. `id` is a hash over all that was said of it, the same on both sides. */
type Half = { readonly id: Uint8Array; readonly zeroSeed: Uint8Array } & (
  | { readonly isFirst: true; readonly sender: SenderSeeds }
  | {
      readonly isFirst: false;
      readonly receiver: ReceiverSeeds;
      readonly sender: SenderSeeds;
      readonly message: Uint8Array;
    }
);

/** What stays the same through one set-up. */
interface Setting {
  readonly suite: EcdsaSuite;
  readonly committee: Committee;
  readonly boots: Boots;
  /** Our own. */
  readonly boot: Uint8Array;
}

/** Of the reversal the second of a pair says as much, and the first the id alone. */
export function otSetupRounds(suite: EcdsaSuite): Rounds {
  return [
    { round: OFFER, direct: offerBytes(suite) + ZERO_SEED_BYTES },
    { round: REVERSAL, direct: ID_BYTES + EXTENSION_BYTES },
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
  const halves = new Map<PartyId, Half>();
  const made = new Map<PartyId, PairSetup>();
  let agreed = false;
  try {
    yield* runRounds(setting, offered, halves, made);
    agreed = true;
  } finally {
    for (const offer of offered.values()) wipeOffered(offer, agreed);
    if (!agreed) for (const half of halves.values()) wipeHalf(half);
    if (!agreed) for (const setup of made.values()) wipeSetup(setup);
  }
  for (const [id, setup] of made) pairs.install(bootOf(boots, id), setup);
}

function* runRounds(
  setting: Setting,
  offered: ReadonlyMap<PartyId, Offered>,
  halves: Map<PartyId, Half>,
  made: Map<PartyId, PairSetup>,
): Protocol<void> {
  const { suite, committee } = setting;
  const said = yield* tellEach(OFFER, messagesOf(offered), committee);
  const heard = decodeEach(OFFER, said, committee, (bytes) => readHeard(suite, bytes));
  decodeEach(OFFER, said, committee, (message, id) => {
    const [mine, theirs] = [offered.get(id), heard.get(id)];
    if (mine && theirs) halves.set(id, halfOf(setting, id, mine, theirs, message));
  });
  yield* reverseAll(committee, halves, made);
  yield* confirm(OT_CONFIRMATION, committee, made);
}

/** @throws Malformed for an offer that leads to the identity. */
function halfOf(
  { suite, committee: { context }, boots, boot }: Setting,
  peerId: PartyId,
  mine: Offered,
  theirs: Heard,
  message: Uint8Array,
): Half {
  const peer = bootOf(boots, peerId);
  // The same on both sides.
  const order = <T>(ours: T, other: T) => (mine.isFirst ? [ours, other] : [other, ours]);
  const id = transcriptHash('ecdsa/pair', context, order(boot, peer), order(mine.message, message));
  const common = { id, zeroSeed: transcriptHash('ecdsa/zero-seed', id, order(mine.zeroPart, theirs.zeroPart)) };
  const sid = sidOf(context, order(boot, peer));
  if (mine.isFirst) return { ...common, isFirst: true, sender: receiveSeeds(suite, sid, mine.state, theirs.offer) };
  const receiver = sendSeeds(suite, sid, mine.state, theirs.offer);
  return { ...common, isFirst: false, receiver, ...reverse(reversalOf(id), receiver, mine.choices) };
}

/** The other direction of each pair. Whoever has heard other offers than we have is not believed anything more. */
function* reverseAll(
  committee: Committee,
  halves: ReadonlyMap<PartyId, Half>,
  made: Map<PartyId, PairSetup>,
): Protocol<void> {
  const direct = new Map(
    [...halves].map(([id, half]) => [id, half.isFirst ? half.id : concatBytes(half.id, half.message)]),
  );
  const said = yield* tellEach(REVERSAL, direct, committee);
  const heard = decodeEach(REVERSAL, said, committee, (bytes, from) => readReversal(bytes, halves.get(from)));
  requireAgreed(
    REVERSAL,
    [...halves].filter(([id, half]) => !sameBytes(heard.get(id)?.id ?? NOTHING, half.id)),
  );
  const culprits: PartyId[] = [];
  for (const [id, half] of halves) {
    const message = heard.get(id)?.message ?? NOTHING;
    const receiver = half.isFirst ? acceptReversal(reversalOf(half.id), half.sender, message) : half.receiver;
    const whole = transcriptHash('ecdsa/pair-reversed', half.id, half.isFirst ? message : half.message);
    if (receiver) made.set(id, { id: whole, sender: half.sender, receiver, zeroSeed: half.zeroSeed });
    else culprits.push(id);
  }
  if (culprits.length > 0) throw new Fault('ot-check-failed', REVERSAL, { culprits });
}

/** Nobody keeps a set-up that its peer does not have. */
function* confirm(round: string, committee: Committee, made: ReadonlyMap<PartyId, PairSetup>): Protocol<void> {
  const direct = new Map([...made].map(([id, setup]) => [id, setup.id]));
  const said = yield* tellEach(round, direct, committee);
  requireAgreed(
    round,
    [...made].filter(([id, setup]) => !sameBytes(said.get(id) ?? NOTHING, setup.id)),
  );
}

function requireAgreed(round: string, different: readonly (readonly [PartyId, unknown])[]): void {
  if (different.length > 0) throw new Fault('confirmation-differs', round, { culprits: different.map(([id]) => id) });
}

function offerTo({ suite, committee: { context }, boots, boot }: Setting, id: PartyId, random: Random): Offered {
  const peer = bootOf(boots, id);
  const rng = random.of('offer', peer);
  const first = isFirst(boot, peer);
  const offered = first
    ? ({ isFirst: true, ...offerAsReceiver(suite, sidOf(context, [boot, peer]), rng) } as const)
    : ({ isFirst: false, ...offerAsSender(suite, rng), choices: rng(CHOICE_BYTES) } as const);
  const zeroPart = rng(ZERO_SEED_BYTES);
  const { offer, ...kept } = offered;
  return { ...kept, zeroPart, message: concatBytes(encodeOffer(offer), zeroPart) };
}

function readHeard(suite: EcdsaSuite, bytes: Uint8Array): Heard {
  const reader = new Reader(bytes);
  const heard = { offer: readOffer(suite, reader), zeroPart: reader.take(ZERO_SEED_BYTES) };
  reader.end();
  return heard;
}

/** @param half of the pair that it is about: its first hears a reversal, its second the id alone */
function readReversal(
  bytes: Uint8Array,
  half: Half | undefined,
): { readonly id: Uint8Array; readonly message: Uint8Array } {
  const reader = new Reader(bytes);
  const heard = { id: reader.take(ID_BYTES), message: half?.isFirst ? reader.take(EXTENSION_BYTES) : NOTHING };
  reader.end();
  return heard;
}

function messagesOf(offered: ReadonlyMap<PartyId, Offered>): Map<PartyId, Uint8Array> {
  return new Map([...offered].map(([id, { message }]) => [id, message]));
}

/** @param keepsDelta a set-up that was agreed on has it from here */
function wipeOffered(offered: Offered, keepsDelta: boolean): void {
  wipe(offered.zeroPart);
  if (offered.isFirst) wipe(...offered.state.secrets);
  else wipe(offered.choices, ...offered.state.flat());
  if (offered.isFirst && !keepsDelta) offered.state.delta.fill(0);
}

function wipeHalf(half: Half): void {
  const seeds = half.isFirst ? [] : [half.receiver.zeros, half.receiver.ones];
  for (const secret of [half.sender.delta, half.sender.chosen, half.zeroSeed, ...seeds]) secret.fill(0);
}

/** The base OTs of one pair, which its first boot receives. */
function sidOf(context: Uint8Array, boots: readonly Uint8Array[]): Uint8Array {
  return transcriptHash('ecdsa/ot-setup', context, ...boots);
}

/** The one extension of a pair that belongs to no session. */
function reversalOf(id: Uint8Array): Uint8Array {
  return transcriptHash('ecdsa/reversal', id);
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
