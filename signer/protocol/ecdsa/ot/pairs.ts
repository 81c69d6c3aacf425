/**
 * The OT set-ups of one boot with its peers: in memory only, for all keys, each session once, and gone for good when a check has failed.
 * A failed check may have told the peer a bit of our choice bits; a second try would tell the next.
 */
import { bytesToHex } from '@noble/curves/utils.js';
import { CONTEXT_BYTES } from '../../committee.ts';
import type { ReceiverSeeds, SenderSeeds } from './extension.ts';

/** What two boots share, each in both roles. */
export interface PairSetup {
  /** 32 bytes over everything that was said when the pair was set up; equal on both sides. */
  readonly id: Uint8Array;
  readonly sender: SenderSeeds;
  readonly receiver: ReceiverSeeds;
  /** Known to both, for sharings of zero. */
  readonly zeroSeed: Uint8Array;
}

export function wipeSetup({ sender, receiver, zeroSeed }: PairSetup): void {
  for (const secret of [sender.delta, sender.chosen, receiver.zeros, receiver.ones, zeroSeed]) secret.fill(0);
}

/** No set-up with these peers: run `otSetup` with them first. */
export class NoSetup extends Error {
  override readonly name = 'NoSetup';
  readonly peers: readonly Uint8Array[];

  constructor(peers: readonly Uint8Array[]) {
    super(`no OT set-up with the boots ${peers.map(bytesToHex)}`);
    this.peers = peers;
  }
}

/** As many sessions as one set-up serves: their contexts are remembered. */
export const MAX_SESSIONS = 8192;

class Pair {
  setup: PairSetup | undefined;
  readonly contexts = new Set<string>();

  constructor(setup: PairSetup) {
    this.setup = setup;
  }

  wipe(): void {
    if (this.setup) wipeSetup(this.setup);
    this.setup = undefined;
  }
}

/** One session's use of one pair, which ends for all sessions at once when the pair is wiped. */
export class PairUse {
  readonly #pair: Pair;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  get isWiped(): boolean {
    return this.#pair.setup === undefined;
  }

  /** @throws when it was wiped meanwhile */
  get setup(): PairSetup {
    const { setup } = this.#pair;
    if (!setup) throw new Error('this OT set-up was wiped');
    return setup;
  }

  wipe(): void {
    this.#pair.wipe();
  }

  toJSON(): string {
    return '<secret>';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<secret>';
  }
}

export class OtPairs {
  /** 32 bytes that no other boot has. */
  readonly boot: Uint8Array;
  readonly #pairs = new Map<string, Pair>();

  constructor(boot: Uint8Array) {
    requireBoot(boot);
    this.boot = boot;
  }

  /** Whether it serves so many sessions more. */
  has(peer: Uint8Array, sessions = 1): boolean {
    const pair = this.#find(peer);
    return pair !== undefined && pair.contexts.size + sessions <= MAX_SESSIONS;
  }

  /** After a set-up that both sides have confirmed. Sessions on an older one end. */
  install(peer: Uint8Array, setup: PairSetup): void {
    requireBoot(peer);
    this.wipe(peer);
    this.#pairs.set(bytesToHex(peer), new Pair(setup));
  }

  /** All pairs of one session, or none. @throws NoSetup; RangeError for a context that one of them has seen */
  begin(peers: readonly Uint8Array[], context: Uint8Array): readonly PairUse[] {
    if (context.length !== CONTEXT_BYTES) throw new RangeError('no such context');
    const missing = peers.filter((peer) => !this.has(peer));
    if (missing.length > 0) throw new NoSetup(missing);
    const key = bytesToHex(context);
    const pairs = peers.map((peer) => this.#find(peer)).filter((pair) => pair !== undefined);
    if (pairs.some(({ contexts }) => contexts.has(key))) throw new RangeError('this session has used its OTs before');
    // Before anything is made from the seeds: whatever becomes of the session, its context does not come again.
    for (const { contexts } of pairs) contexts.add(key);
    return pairs.map((pair) => new PairUse(pair));
  }

  /** For a peer that has restarted, or whose set-up is not to be trusted any more. */
  wipe(peer: Uint8Array): void {
    const key = bytesToHex(peer);
    this.#pairs.get(key)?.wipe();
    this.#pairs.delete(key);
  }

  #find(peer: Uint8Array): Pair | undefined {
    const pair = this.#pairs.get(bytesToHex(peer));
    return pair?.setup && pair.contexts.size < MAX_SESSIONS ? pair : undefined;
  }

  toJSON(): string {
    return '<secret>';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '<secret>';
  }
}

function requireBoot(boot: Uint8Array): void {
  if (boot.length !== CONTEXT_BYTES)
    throw new RangeError(`a boot nonce has ${CONTEXT_BYTES} bytes, not ${boot.length}`);
}
