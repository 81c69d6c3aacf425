/** What is made of a refusal of what a beacon node or another host has said. */

import { describe } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Beacon, Told } from '../ports/beacon.ts';
import { EnclaveRefused } from './life.ts';

export type LiePorts = { readonly beacon: Pick<Beacon, 'disbelieve'>; readonly log: Log; readonly metrics: Metrics };

/** Who lied is asked last. @throws what is nobody's lie */
export function requireLie({ beacon, log, metrics }: LiePorts, error: unknown, told: Told): void {
  countRefused(metrics, error, told.by);
  if (!isRefused(error, 'UPDATE_REJECTED') && !isRefused(error, 'CHECKPOINT_REJECTED')) throw error;
  log('warn', 'the enclave refuses what a beacon node says', { beacon: told.by, reason: describe(error) });
  beacon.disbelieve(told);
}

export function countRefused(metrics: Metrics, error: unknown, by: string): void {
  if (error instanceof EnclaveRefused) metrics.add('quorate_finality_refused_total', { code: error.refusal.code, by });
}

export function isRefused(error: unknown, code: string): boolean {
  return error instanceof EnclaveRefused && error.refusal.code === code;
}
