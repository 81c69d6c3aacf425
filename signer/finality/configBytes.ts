/**
 * A configuration in words of 32 bytes, as the measured configuration is made of:
 * genesis root, genesis time, seconds a slot, slots an epoch, epochs a period, committee size, least participants, parent roots (0 or 1),
 * number of forks; then one word a fork: version (4) ‖ shape (1) ‖ zeros ‖ epoch (8). Integers are big-endian.
 */

import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { type Bytes, concat, isZero } from './bytes.ts';
import { type FinalityConfig, type Fork, requireConfig, SHAPES } from './config.ts';
import { type Rejection, reject, rejectable } from './rejection.ts';

const WORD = 32;
const HEAD_WORDS = 9;
/** Far more than any chain has had. */
export const MAX_FORKS = 64;

/** @throws Rejected, CONFIG_MALFORMED */
export function encodeConfig(config: FinalityConfig): Bytes {
  requireConfig(config);
  const { genesisTime, secondsPerSlot, slotsPerEpoch, epochsPerSyncCommitteePeriod } = config;
  const { syncCommitteeSize, minParticipants, parentRoots, forks } = config;
  const numbers = [genesisTime, secondsPerSlot, slotsPerEpoch, epochsPerSyncCommitteePeriod];
  const rest = [syncCommitteeSize, minParticipants, Number(parentRoots), forks.length];
  const words = [...numbers, ...rest].map((value) => numberToBytesBE(value, WORD));
  return concat(config.genesisValidatorsRoot, ...words, ...forks.map(forkWord));
}

/** One encoding for each configuration: what is not of this form to the byte is refused. */
export function decodeConfig(bytes: Bytes): FinalityConfig | Rejection {
  return rejectable(() => {
    const count = Math.min(Math.max(bytes.length / WORD - HEAD_WORDS, 1), MAX_FORKS);
    const size = WORD * (HEAD_WORDS + Math.floor(count));
    if (bytes.length !== size) reject('CONFIG_MALFORMED', 'configuration', `${size} bytes`, bytes.length);
    const word = (at: number) => bytes.slice(at * WORD, (at + 1) * WORD);
    const config: FinalityConfig = {
      genesisValidatorsRoot: word(0),
      genesisTime: uintIn(word(1)),
      secondsPerSlot: uintIn(word(2)),
      slotsPerEpoch: uintIn(word(3)),
      epochsPerSyncCommitteePeriod: uintIn(word(4)),
      syncCommitteeSize: uintIn(word(5)),
      minParticipants: uintIn(word(6)),
      parentRoots: bitIn(word(7), 'parentRoots'),
      forks: Array.from({ length: count }, (_, at) => forkIn(word(HEAD_WORDS + at), at)),
    };
    const announced = uintIn(word(8));
    if (announced !== count) reject('CONFIG_MALFORMED', 'forks', count, announced);
    requireConfig(config);
    return config;
  });
}

function forkWord({ version, shape, epoch }: Fork): Bytes {
  return concat(version, Uint8Array.of(SHAPES.indexOf(shape) + 1), new Uint8Array(19), numberToBytesBE(epoch, 8));
}

function forkIn(word: Bytes, at: number): Fork {
  const shape = SHAPES[(word[4] ?? 0) - 1];
  if (shape === undefined)
    return reject('CONFIG_MALFORMED', `forks[${at}].shape`, `1 to ${SHAPES.length}`, word[4] ?? 0);
  if (!isZero(word.subarray(5, 24))) reject('CONFIG_MALFORMED', `forks[${at}]`, 'zeros inside', 'others');
  return { version: word.slice(0, 4), shape, epoch: uintIn(word.subarray(24)) };
}

function bitIn(word: Bytes, field: string): boolean {
  const value = uintIn(word);
  if (value > 1) reject('CONFIG_MALFORMED', field, '0 or 1', value);
  return value === 1;
}

/** Rounded where it is too large to be exact: no such number is a configuration's. */
function uintIn(word: Bytes): number {
  return Number(bytesToNumberBE(word));
}
