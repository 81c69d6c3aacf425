/** What goes wrong in one run, drawn from its seed, and how often each kind was really seen. */

import { PROVIDER_FAULT_KINDS } from './providerFaults.ts';
import type { Random } from './random.ts';

export type Faults = {
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
};

export const FAULT_KINDS = [
  ...(['lost', 'duplicated', 'reordered', 'delayed', 'crashed', 'restarted', 'rpc failed'] as const),
  ...(['beacon failed', 'beacon lagged', 'beacon lied'] as const),
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
  ...{ loss: 0, duplication: 0, delay: { min: 1, max: 2 }, rpcFailure: 0, rpcFault: 0, spells: 0, spellLength: 0 },
  ...{ finalityLag: 0, crashes: 0, crashWindow: 0, beaconFailure: 0, beaconLag: 0, beaconLie: 0 },
};

/** One run in four is calm; the others have some faults each, up to 30 % loss and 50 % duplication. */
export function drawFaults(random: Random): Faults {
  const calm = random.chance(0.25);
  const upTo = (bound: number) => (calm || random.chance(0.3) ? 0 : random.next() * bound);
  return {
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
  };
}
