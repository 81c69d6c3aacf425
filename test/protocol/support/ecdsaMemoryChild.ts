/** One of two parties: a set-up that is never answered, one that is, a key, a signature, and the end of the set-up. */
import { throws } from 'node:assert/strict';
import { randomBytes } from '@noble/hashes/utils.js';
import type { EcdsaSuite } from '../../../signer/protocol/ciphersuite/ecdsa.ts';
import { committeeOf, type PartyId, type Rng } from '../../../signer/protocol/committee.ts';
import { ecdsaSign } from '../../../signer/protocol/ecdsa/ecdsaSign.ts';
import { SHARES } from '../../../signer/protocol/ecdsa/online.ts';
import { offerAsReceiver } from '../../../signer/protocol/ecdsa/ot/baseOt.ts';
import { bytesOfWords } from '../../../signer/protocol/ecdsa/ot/bitMatrix.ts';
import { SEED_WORDS } from '../../../signer/protocol/ecdsa/ot/extension.ts';
import { otSetup } from '../../../signer/protocol/ecdsa/ot/otSetup.ts';
import { OtPairs } from '../../../signer/protocol/ecdsa/ot/pairs.ts';
import { Fault } from '../../../signer/protocol/fault.ts';
import { keygen } from '../../../signer/protocol/keygen/keygen.ts';
import type { Scalar } from '../../../signer/protocol/math/group.ts';
import { hedged, NO_SECRET } from '../../../signer/protocol/random.ts';
import type { Protocol } from '../../../signer/protocol/round.ts';
import { wipe } from '../../../signer/protocol/secret.ts';
import { transcriptHash } from '../../../signer/protocol/transcript.ts';
import { masked } from '../memoryScan.ts';
import { fastEcdsa } from '../suites.ts';
import { noting, report, run } from './memoryParty.ts';

const [self, contexts] = [Number(process.argv[3]), process.argv.slice(4)];
const [keyContext, signingContext] = contexts.map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
const peer = 3 - self;
const digest = new Uint8Array(32).fill(9);

/** Values that came from secrets, as needles. What is computed from one is one. */
const tainted = new Set<string>();
const keyOf = (value: Uint8Array) => `${masked(value)}`;
const isKnown = (value: Uint8Array) => tainted.has(keyOf(value));

/** After the shares are said: what is made of those is public. */
let isOver = false;

function secret<T extends Uint8Array>(kind: string, value: T): T {
  // Numbers that are small, and the digest, are not secret and everywhere. No `subarray`: it would copy what lies in the collected heap.
  if (isOver || value.every((byte, k) => k >= 16 || byte === 0) || value.every((byte, k) => byte === digest[k]))
    return value;
  tainted.add(keyOf(value));
  return noting(kind, value);
}

function watched(suite: EcdsaSuite): EcdsaSuite {
  const { group, otGroup } = suite;
  const { scalars } = group;
  const computed = (result: Scalar, ...from: readonly Scalar[]) =>
    from.some(isKnown) ? secret('computed', result) : result;
  const reduce = (wide: Uint8Array) => secret('reduced', scalars.reduce(secret('reduced', wide)));
  const negate = (a: Scalar) => secret('negated', scalars.negate(secret('negated', a)));
  const add = (a: Scalar, b: Scalar) => computed(scalars.add(a, b), a, b);
  const multiply = (a: Scalar, b: Scalar) => computed(scalars.multiply(a, b), a, b);
  return {
    ...suite,
    group: {
      ...group,
      scalars: { ...scalars, reduce, negate, add, multiply },
      multiplyBase: (a) => group.multiplyBase(secret('factor', a)),
    },
    otGroup: {
      ...otGroup,
      multiplyBase: (a) => secret('m_A of a base OT', otGroup.multiplyBase(secret('exponent of a base OT', a))),
      multiply: (p, a) => secret('shared by a base OT', otGroup.multiply(p, a)),
      // Who sends base OTs hashes what both have said, whatever was chosen.
      hashToElement: (uniform) =>
        isFirst
          ? secret('hashed to an element', otGroup.hashToElement(secret('to be hashed', uniform)))
          : otGroup.hashToElement(uniform),
    },
  };
}

const bootOf = (id: number) => transcriptHash('test/boot', keyContext!, id);
const boots = new Map([1, 2].map((id) => [id as PartyId, bootOf(id)]));
const pairs = new OtPairs(bootOf(self));
/** Of two boots the lower receives the base OTs. */
const isFirst = Buffer.compare(bootOf(self), bootOf(peer)) < 0;
const suite = watched(fastEcdsa);
const source: Rng = (length) => noting('from the source', randomBytes(length));

/** What a run draws is told by its source: the same again, to know it. */
function abandoned(): void {
  const [own, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const boots = new Map([
    [self, own],
    [peer, other],
  ]) as ReadonlyMap<number, Uint8Array> as ReadonlyMap<PartyId, Uint8Array>;
  const seed = randomBytes(64);
  const again: Rng = () => seed.slice();
  const committee = committeeOf(self, [1, 2], 2, keyContext!);
  const protocol = otSetup(committee, fastEcdsa, boots, new OtPairs(own), again);
  protocol.next();
  throws(() => protocol.throw(new Fault('silent', 'ecdsa/ot-offer', { silent: [peer as PartyId] })), Fault);
  const random = hedged(again, 'ecdsa/ot-setup', NO_SECRET, committee.context, own);
  const { state } = offerAsReceiver(fastEcdsa, committee.context, random.of('offer', other));
  random.end();
  const delta = bytesOfWords(state.delta);
  noting('never answered', delta);
  for (const a of state.secrets) noting('never answered', a);
  wipe(seed, delta, ...state.secrets);
  state.delta.fill(0);
}

/** Everything of a set-up. */
function noteSetup(pairs: OtPairs, boot: Uint8Array): void {
  const [use] = pairs.begin([boot], keyContext!);
  const { sender, receiver, zeroSeed } = use!.setup;
  noting('set-up', zeroSeed);
  for (const seeds of [sender.chosen, receiver.zeros, receiver.ones]) {
    for (let at = 0; at < seeds.length; at += SEED_WORDS) noteWords('set-up', seeds.subarray(at, at + SEED_WORDS));
  }
  noteWords('choice of an OT', sender.delta);
}

function noteWords(kind: string, words: Uint32Array): void {
  noting(kind, new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
}

abandoned();
await run(otSetup(committeeOf(self, [1, 2], 2, keyContext!), suite, boots, pairs, source), peer);
noteSetup(pairs, bootOf(peer));
const held = await run(keygen(committeeOf(self, [1, 2], 2, keyContext!), fastEcdsa, source), peer);
tainted.add(keyOf(held.secret.reveal()));
function* untilSharesAreSaid<T>(protocol: Protocol<T>): Protocol<T> {
  let step = protocol.next();
  while (!step.done) {
    isOver = step.value.round === SHARES;
    step = protocol.next(yield step.value);
  }
  return step.value;
}

const signers = committeeOf(self, [1, 2], 2, signingContext!);
const signing = ecdsaSign(signers, suite, held, { digest, tweaks: [] }, boots, pairs, source);
await run(untilSharesAreSaid(signing), peer);
pairs.wipe(bootOf(peer));
noting('held', held.secret.reveal());
report();
