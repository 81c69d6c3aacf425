/** The sealed state of one life: changes of one call become one generation, and some acts wait until the host has stored it. */
import { Refused } from '../../formats/refusal.ts';
import type { State } from './state.ts';

type Waiting = { readonly generation: number; readonly act: () => void };

export class KeptState {
  #state: State;
  #generation: number;
  #changed: boolean;
  #waiting: readonly Waiting[] = [];

  /** @param generation what the host has stored of it; 0 for a new one, which it is to store at once */
  constructor(state: State, generation: number) {
    this.#state = state;
    this.#generation = generation;
    this.#changed = generation === 0;
  }

  get state(): State {
    return this.#state;
  }

  get generation(): number {
    return this.#generation;
  }

  change(part: Partial<Omit<State, 'identity' | 'trusted'>>): void {
    this.#state = { ...this.#state, ...part };
    this.#changed = true;
  }

  /** For this life, and for the next with whatever is sealed next. */
  advance(part: Partial<Pick<State, 'head' | 'finality'>>): void {
    this.#state = { ...this.#state, ...part };
  }

  /** Runs `act` once the host has stored what is the state by the end of this call. */
  onceKept(act: () => void): void {
    this.#waiting = [...this.#waiting, { generation: this.#generation + Number(this.#changed), act }];
  }

  /** @throws Refused GENERATION_UNKNOWN for a generation that was never handed out */
  kept(generation: number): void {
    if (generation > this.#generation) {
      throw new Refused('GENERATION_UNKNOWN', `generation ${generation}, the latest is ${this.#generation}`);
    }
    const due = this.#waiting.filter((waiting) => waiting.generation <= generation);
    this.#waiting = this.#waiting.filter((waiting) => waiting.generation > generation);
    for (const { act } of due) act();
  }

  /** The generation to seal and hand out now, if anything changed. */
  nextGeneration(): number | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    this.#generation += 1;
    return this.#generation;
  }
}
