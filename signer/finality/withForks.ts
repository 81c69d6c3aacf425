/** Forks that a vote has added to those of the image: proven rows, as the light client knows forks. */

import { type Bytes, isEqual } from './bytes.ts';
import { type FinalityConfig, type Fork, SHAPES } from './config.ts';
import { MAX_FORKS } from './configBytes.ts';

/** A fork as the chain stores it (docs/storage.md): `shape` a number from 1 on, `effectiveAt` in Unix seconds. */
export type ProvenFork = {
  readonly version: Bytes;
  readonly epoch: number;
  readonly shape: number;
  readonly effectiveAt: number;
};

/**
 * Why a fork is left out. `not-later`: the image has one that begins then or after, so that it knows better. `not-effective`: its
 * delay runs still. `shape-unknown`: a format that the image does not have. `shape-earlier`: one from before that of the fork before.
 * `version-known`: another fork has its version, so it would give that one another format. `too-many`: more than a configuration
 * holds. `after-another`: one before it is left out, so nothing is known of the time between.
 */
export const LEFT_OUT = [
  'not-later',
  'not-effective',
  'shape-unknown',
  'shape-earlier',
  'version-known',
  'too-many',
  'after-another',
] as const;
export type LeftOut = { readonly fork: ProvenFork; readonly why: (typeof LEFT_OUT)[number] };

/**
 * The configuration with the forks that count at a block, and those that do not. Nothing that the image knows is changed: a fork only
 * adds to the end of its table, and one that is left out leaves out all after it, but for `not-later`.
 *
 * @param config the measured one, with forks of votes that have begun and no others: a vote may have taken back those that have not
 * @param proven all forks of one block, in their order
 * @param time of that block, Unix seconds
 */
export function withForks(
  config: FinalityConfig,
  proven: readonly ProvenFork[],
  time: number,
): { readonly config: FinalityConfig; readonly leftOut: readonly LeftOut[] } {
  const forks = [...config.forks];
  const leftOut: LeftOut[] = [];
  for (const fork of proven) {
    const judged = leftOut.some(({ why }) => why !== 'not-later') ? 'after-another' : judge(fork, forks, time);
    if (typeof judged === 'string') leftOut.push({ fork, why: judged });
    else forks.push(judged);
  }
  return { config: { ...config, forks }, leftOut };
}

function judge(fork: ProvenFork, known: readonly Fork[], time: number): Fork | LeftOut['why'] {
  const { version, epoch, effectiveAt } = fork;
  const last = known.at(-1);
  if (last !== undefined && epoch <= last.epoch) return 'not-later';
  if (effectiveAt > time) return 'not-effective';
  const shape = SHAPES[fork.shape - 1];
  if (shape === undefined) return 'shape-unknown';
  if (last !== undefined && SHAPES.indexOf(shape) < SHAPES.indexOf(last.shape)) return 'shape-earlier';
  if (known.some((other) => isEqual(other.version, version))) return 'version-known';
  return known.length < MAX_FORKS ? { epoch, version, shape } : 'too-many';
}
