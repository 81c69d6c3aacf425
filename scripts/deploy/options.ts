/** What a DAO decides before it deploys, and defaults for a local chain. */

import { isAddress } from 'ethers';

export const LOCAL_CHAIN = 31337n;

/** The root of a development TEE: a P-256 point whose private key is no secret. */
export type DevelopmentRoot = {
  readonly x: string;
  readonly y: string;
  /** Seconds for which its statements are valid. */
  readonly maxAge: number;
};

/** What enclaves read about the whole network; the contract says what each may be. */
export type Beat = {
  /** Seconds that a proven beat may be old. */
  readonly beatBound: number;
  /** Signatures that an enclave releases between two beats. */
  readonly releasesPerBeat: number;
  /** Seconds that a request must have left when it is signed; at least 900. */
  readonly margin: number;
};

/** For Ethereum: a beat is final after a quarter of an hour, and may then be followed late. */
export const BEAT: Beat = { beatBound: 3600, releasesPerBeat: 64, margin: 900 };

/** What the contract takes, and no bound that a beat can miss while it waits for finality (about four minutes on Gnosis). */
const BEAT_BOUNDS: Readonly<Record<keyof Beat, readonly [number, number]>> = {
  beatBound: [300, 86_400],
  releasesPerBeat: [1, 65_536],
  margin: [900, 1_200],
};

export type DeployOptions = {
  readonly token: {
    readonly name: string;
    readonly symbol: string;
    readonly allocations: readonly { readonly holder: string; readonly amount: bigint }[];
  };
  readonly governor: {
    readonly name: string;
    /** Blocks. */
    readonly votingDelay: number;
    /** Blocks. */
    readonly votingPeriod: number;
    readonly proposalThreshold: bigint;
    /** Percent of the supply. */
    readonly quorumPercent: number;
    /** Blocks. */
    readonly lateQuorumExtension: number;
  };
  /** Seconds between a passed vote and its execution. */
  readonly timelockDelay: number;
  /** Distinct operators that must attest with a measurement before it counts. */
  readonly promotionCount: number;
  /** Seconds that a measurement stays CANARY at least. */
  readonly minimumCanaryTime: number;
  /** Seconds between a vote for another attestation verifier and its effect. */
  readonly trustDelay: number;
  /** Seconds between a vote that would move a key's shares to another committee and its effect: the longest delay of all. */
  readonly committeeDelay: number;
  /** `BEAT` unless there is a reason. */
  readonly beat: Beat;
  /** Who may cancel what is queued or not in effect yet, as the DAO itself always may; and suspend a key, or all, for a while. */
  readonly guardian: string | null;
  /** Who may say that a delegate's payload is final or void, which frees its place. The DAO itself always may. */
  readonly settler: string | null;
  /** Local chains only: without another verifier no enclave can register. */
  readonly developmentRoot: DevelopmentRoot | null;
};

/** What leaves no time to answer, or nothing to answer with: for local chains only. What trust rests on takes the longest. */
export function requireDelays(options: DeployOptions): void {
  const { governor, timelockDelay, trustDelay, committeeDelay, minimumCanaryTime, promotionCount } = options;
  const problems: string[] = [];
  if (!(timelockDelay > 0)) problems.push('timelockDelay must not be 0');
  if (!(trustDelay >= timelockDelay)) problems.push('trustDelay must be at least timelockDelay');
  if (!(committeeDelay >= Math.max(trustDelay, minimumCanaryTime)))
    problems.push('committeeDelay must be at least trustDelay and minimumCanaryTime');
  if (!(minimumCanaryTime >= timelockDelay)) problems.push('minimumCanaryTime must be at least timelockDelay');
  if (!(promotionCount >= 2)) problems.push('promotionCount must be at least 2');
  for (const field of ['votingDelay', 'votingPeriod', 'quorumPercent', 'lateQuorumExtension'] as const)
    if (!(governor[field] > 0)) problems.push(`${field} must not be 0`);
  for (const [field, [minimum, maximum]] of Object.entries(BEAT_BOUNDS) as [keyof Beat, [number, number]][])
    if (!(options.beat?.[field] >= minimum && options.beat[field] <= maximum))
      problems.push(`beat.${field} must be ${minimum} to ${maximum}`);
  for (const field of ['guardian', 'settler'] as const) {
    const holder = options[field];
    if (holder !== null && !isAddress(holder)) problems.push(`${field} must be an address or null`);
  }
  if (problems.length > 0) throw new Error(`these options are for a local chain only: ${problems.join('; ')}`);
}

/** Fast enough for a demo and tests: a vote takes a few blocks and two seconds. */
export function localOptions(
  allocations: DeployOptions['token']['allocations'],
  developmentRoot: DevelopmentRoot,
): DeployOptions {
  return {
    token: { name: 'Quorate Example', symbol: 'QEX', allocations },
    governor: {
      name: 'Quorate Example DAO',
      votingDelay: 1,
      votingPeriod: 5,
      proposalThreshold: 0n,
      quorumPercent: 4,
      lateQuorumExtension: 2,
    },
    timelockDelay: 2,
    promotionCount: 2,
    minimumCanaryTime: 2,
    trustDelay: 10,
    committeeDelay: 20,
    beat: { ...BEAT, beatBound: 60 },
    guardian: null,
    settler: null,
    developmentRoot,
  };
}
