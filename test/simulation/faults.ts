/** What goes wrong in one run, drawn from its seed, and how often each kind was really seen. */

import { PROVIDER_FAULT_KINDS } from './providerFaults.ts';
import type { Random } from './random.ts';

export type Faults = {
  /** Nothing goes wrong, and time limits hold (I8). */
  readonly isCalm: boolean;
  /** Probabilities per message. */
  readonly loss: number;
  readonly duplication: number;
  /** Virtual milliseconds; a wide range reorders. */
  readonly delay: { readonly min: number; readonly max: number };
  /** Probability that a call to the RPC fails. */
  readonly rpcFailure: number;
  /** Probability that a provider answers a call as a bad one would. */
  readonly rpcFault: number;
  /** Times in which one provider of some node does one thing wrong whenever it can, and how long at most, in virtual milliseconds. */
  readonly spells: number;
  readonly spellLength: number;
  /** Blocks between the newest and the finalised one. */
  readonly finalityLag: number;
  /** Probabilities that a beacon node does not answer, tells what is old, or what is not so. */
  readonly beaconFailure: number;
  readonly beaconLag: number;
  readonly beaconLie: number;
  readonly crashes: number;
  /** Crashes happen within so many virtual milliseconds. */
  readonly crashWindow: number;
  /** Times at which blocks that are not final are replaced by others, as many as can be. */
  readonly reorgs: number;
  /** Times in which nothing becomes final, and how long at most, in virtual milliseconds. */
  readonly stalls: number;
  readonly stallLength: number;
  /** Times in which some host shows its enclave nothing new, as long at most. */
  readonly veils: number;
  /** A crashed host starts on its disk of some time ago. */
  readonly oldDisk: boolean;
  /** A copy of some host runs beside it, for a while. */
  readonly clone: boolean;
  /** A committee signs two chains, and one host shows its enclave both: nobody promises that anything is signed then. */
  readonly fork: boolean;
};

export const FAULT_KINDS = [
  ...(['lost', 'duplicated', 'reordered', 'delayed', 'crashed', 'restarted', 'rpc failed'] as const),
  ...(['beacon failed', 'beacon lagged', 'beacon lied', 'beacon replayed', 'beacon forked'] as const),
  ...(['reorganised', 'left out by a reorg', 'finality stalled', 'shown nothing new'] as const),
  ...(['disk of yesterday', 'cloned', 'displaced'] as const),
  ...PROVIDER_FAULT_KINDS,
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export class Counters {
  readonly #seen = new Map<FaultKind, number>();

  saw(kind: FaultKind): void {
    this.#seen.set(kind, this.of(kind) + 1);
  }

  of(kind: FaultKind): number {
    return this.#seen.get(kind) ?? 0;
  }

  toString(): string {
    return [...this.#seen].map(([kind, count]) => `${kind} ${count}`).join(', ');
  }
}

export const CALM: Faults = {
  isCalm: true,
  ...{ loss: 0, duplication: 0, delay: { min: 1, max: 2 }, rpcFailure: 0, rpcFault: 0, spells: 0, spellLength: 0 },
  ...{ finalityLag: 0, crashes: 0, crashWindow: 0, beaconFailure: 0, beaconLag: 0, beaconLie: 0 },
  ...{ reorgs: 0, stalls: 0, stallLength: 0, veils: 0, oldDisk: false, clone: false, fork: false },
};

/** One run in four is calm; the others have some faults each, up to 30 % loss and 50 % duplication. */
export function drawFaults(random: Random): Faults {
  const calm = random.chance(0.25);
  const upTo = (bound: number) => (calm || random.chance(0.3) ? 0 : random.next() * bound);
  const sometimes = (probability: number) => !calm && random.chance(probability);
  return {
    isCalm: calm,
    loss: upTo(0.3),
    duplication: upTo(0.5),
    delay: { min: 1, max: 2 + Math.floor(upTo(4_000)) },
    rpcFailure: upTo(0.05),
    rpcFault: upTo(0.06),
    spells: calm ? 0 : random.below(4),
    spellLength: 120_000,
    finalityLag: calm ? 0 : random.below(3),
    crashes: calm ? 0 : random.below(3),
    crashWindow: 120_000,
    beaconFailure: upTo(0.1),
    beaconLag: upTo(0.3),
    beaconLie: upTo(0.2),
    reorgs: calm ? 0 : random.below(4),
    stalls: sometimes(0.2) ? 1 : 0,
    stallLength: 120_000,
    veils: calm ? 0 : random.below(2),
    oldDisk: sometimes(0.2),
    clone: sometimes(0.2),
    fork: sometimes(0.07),
  };
}
