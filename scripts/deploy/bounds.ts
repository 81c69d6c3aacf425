/** What leaves no time to answer, or nobody to answer with, is for local chains only. What trust rests on takes the longest. */

import { isAddress, ZeroAddress } from 'ethers';
import type { Beat, DeployOptions, IntelOptions } from './options.ts';

type Range = readonly [minimum: number, maximum: number];
type Bounds<T> = Readonly<Partial<Record<keyof T, Range>>>;

const DAY = 86_400;
/** Ten years: nobody who is to wait for longer will. */
const LONG = 3_650 * DAY;
/** Of home chains Gnosis is the fastest: a block is final after two epochs of 80 seconds, and a beat waits for three finalities. */
const LEAST_BEAT_BOUND = 3 * 2 * 80;

/** In seconds; and two operators, so that nobody vouches for new code alone. A day reaches every time zone once. */
const DELAYS: Bounds<DeployOptions> = {
  timelockDelay: [DAY, LONG],
  minimumCanaryTime: [DAY, LONG],
  trustDelay: [DAY, LONG],
  committeeDelay: [DAY, LONG],
  promotionCount: [2, 65_535],
  minimumBeatBound: [LEAST_BEAT_BOUND, DAY],
};

/**
 * In blocks, whose time no script knows. With one every 12 seconds they are 6 hours, a day and 6 hours; with one every 5 (Gnosis),
 * 2.5, 10 and 2.5. Chains with faster blocks need more: see `daoOptions.ts`.
 */
const GOVERNOR: Bounds<DeployOptions['governor']> = {
  votingDelay: [1_800, LONG],
  votingPeriod: [7_200, LONG],
  lateQuorumExtension: [1_800, LONG],
  quorumPercent: [1, 100],
};

/** A registration that collateral of Intel's bounds is renewed well before a month is over, and grace is no pardon. */
const INTEL: Bounds<IntelOptions['policy']> = {
  registrationSeconds: [DAY, 90 * DAY],
  overdueSeconds: [0, 30 * DAY],
  evaluationGraceSeconds: [0, 365 * DAY],
  leastTcbEvaluation: [0, 2 ** 32 - 1],
  leastQeEvaluation: [0, 2 ** 32 - 1],
};

/** What the contract takes. */
const BEATS: Bounds<Beat> = {
  beatBound: [LEAST_BEAT_BOUND, DAY],
  releasesPerBeat: [1, 2 ** 20],
  margin: [900, 1_200],
};

export function requireBounds(options: DeployOptions): void {
  const problems = [
    ...outside('', options, DELAYS),
    ...outside('governor.', options.governor, GOVERNOR),
    ...outside('beat.', options.beat, BEATS),
    ...(options.intel === null ? [] : outside('intel.policy.', options.intel.policy, INTEL)),
    ...order(options),
    ...votes(options),
    ...holders(options),
  ];
  if (problems.length > 0) throw new Error(`these options are for a local chain only: ${problems.join('; ')}`);
}

/** A string is no number: strings are compared letter by letter. */
function outside<T>(prefix: string, values: T | undefined, bounds: Bounds<T>): string[] {
  const problems: string[] = [];
  for (const [field, [minimum, maximum]] of Object.entries(bounds) as [keyof T & string, Range][]) {
    const value: unknown = values?.[field];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < minimum || value > maximum)
      problems.push(`${prefix}${field} must be a whole number from ${minimum} to ${maximum}`);
  }
  return problems;
}

function order(options: DeployOptions): string[] {
  const { timelockDelay, trustDelay, committeeDelay, minimumCanaryTime, minimumBeatBound, beat } = options;
  const problems: string[] = [];
  if (!(trustDelay >= timelockDelay)) problems.push('trustDelay must be at least timelockDelay');
  if (!(committeeDelay >= Math.max(trustDelay, minimumCanaryTime)))
    problems.push('committeeDelay must be at least trustDelay and minimumCanaryTime');
  if (!(minimumCanaryTime >= timelockDelay)) problems.push('minimumCanaryTime must be at least timelockDelay');
  if (!(beat?.beatBound >= minimumBeatBound)) problems.push('beat.beatBound must be at least minimumBeatBound');
  return problems;
}

/** Without votes, or with too few for any proposal, nobody rules what is handed over. */
function votes({ token: { allocations }, governor: { proposalThreshold } }: DeployOptions): string[] {
  const problems: string[] = [];
  for (const [index, { holder, amount }] of allocations.entries()) {
    const field = `token.allocations[${index}]`;
    if (!isAddress(holder) || holder === ZeroAddress) problems.push(`${field}.holder must be an address`);
    if (typeof amount !== 'bigint' || amount <= 0n) problems.push(`${field}.amount must be more than 0, in digits`);
  }
  const supply = allocations.reduce((sum, { amount }) => (typeof amount === 'bigint' ? sum + amount : sum), 0n);
  if (supply === 0n) problems.push('token.allocations must hold something');
  if (typeof proposalThreshold !== 'bigint' || proposalThreshold < 0n || proposalThreshold >= supply)
    problems.push('governor.proposalThreshold must be less than the supply, in digits');
  return problems;
}

function holders(options: DeployOptions): string[] {
  return (['guardian', 'settler'] as const)
    .filter((field) => options[field] !== null && !isAddress(options[field]))
    .map((field) => `${field} must be an address or null`);
}
