/** Whether the measurement of this enclave may be promoted: looked at now and then, while it is a CANARY, and never again once it is not. */

import type { Hex } from '../../formats/hex.ts';
import type { EnclaveRecord } from '../chain/view/enclaves.ts';
import { isRetryable } from '../errors.ts';
import type { Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import { isCanary, promoteData } from '../posting/goals/promote.ts';
import type { Poster } from '../posting/poster.ts';

/** Milliseconds; whoever has voted for the measurement may be faster. */
const EVERY = 60_000;
/** More than it takes. */
const GAS = 500_000n;
/** All hosts of a measurement see the same: not all of them shall pay for it. */
const RANKS = 8n;

type Ports = { readonly chain: Pick<Chain, 'call' | 'succeeds'>; readonly clock: Clock };

export class Promotion {
  readonly #ports: Ports;
  readonly #poster: Pick<Poster, 'want'>;
  readonly #registry: Hex;
  readonly #promoted = new Set<Hex>();
  #lookedAt: number;

  constructor(ports: Ports, poster: Pick<Poster, 'want'>, registry: Hex) {
    this.#ports = ports;
    this.#poster = poster;
    this.#registry = registry;
    this.#lookedAt = ports.clock.now();
  }

  /** @param enclave one of that measurement: which of them go first */
  async tend({ id, operator, measurement }: Pick<EnclaveRecord, 'id' | 'operator' | 'measurement'>): Promise<void> {
    const { chain, clock } = this.#ports;
    if (this.#promoted.has(measurement) || clock.now() - this.#lookedAt < EVERY) return;
    this.#lookedAt = clock.now();
    const registry = this.#registry;
    try {
      if (!(await isCanary({ registry, measurement }, chain))) this.#promoted.add(measurement);
      else if (await chain.succeeds(operator, registry, promoteData({ measurement }), GAS))
        this.#poster.want({ kind: 'promote', registry, measurement }, Number(BigInt(id) % RANKS));
    } catch (error) {
      if (!isRetryable(error)) throw error; // looked at again in a minute
    }
  }
}
