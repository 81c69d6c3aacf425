/** What a DAO decides before it deploys, and defaults for a local chain. */

import { ASKED_FOR, type Contract } from '../contracts/deployed.ts';

export const LOCAL_CHAIN = 31337n;

/** Of a verifier of Nitro documents. */
export type NitroOptions = {
  /** AWS's root certificate, DER in hexadecimal; on a local chain another may stand in for it. */
  readonly root: string;
  /** 32 bytes that make platform ids this network's own. */
  readonly platformSalt: string;
  /** Seconds that a document may be old when it is registered. */
  readonly documentSeconds: number;
  /** Seconds that a registration counts after its document's time. */
  readonly registrationSeconds: number;
};

/** Of the verifiers of Intel's quotes. */
export type IntelOptions = {
  /** Intel SGX Root CA, DER in hexadecimal; on a local chain another may stand in for it. */
  readonly root: string;
  /** 32 bytes that make platform ids this network's own, the same for TDX and SGX. */
  readonly platformSalt: string;
  /** Whether quotes of SGX count, too. Without it there is one verifier less to be trusted. */
  readonly sgx: boolean;
  readonly policy: {
    /** Seconds that a registration counts at most. */
    readonly registrationSeconds: number;
    /** Seconds by which collateral may be overdue before a registration that it verified ends. Makes nothing overdue acceptable. */
    readonly overdueSeconds: number;
    /** Seconds for which, after a newer evaluation of Intel's was brought, the one before counts too. */
    readonly evaluationGraceSeconds: number;
    /** Collateral of an older evaluation is refused. */
    readonly leastTcbEvaluation: number;
    readonly leastQeEvaluation: number;
  };
};

/** As IntelTcb takes it. */
export function tcbPolicyOf({ policy }: IntelOptions) {
  const { registrationSeconds, overdueSeconds, evaluationGraceSeconds, ...least } = policy;
  return {
    registration: registrationSeconds,
    overdue: overdueSeconds,
    evaluationGrace: evaluationGraceSeconds,
    ...least,
  };
}

/** What enclaves read about the whole network; the contract says what each may be. */
export type Beat = {
  /** Seconds that a proven beat may be old. */
  readonly beatBound: number;
  /** Requests for which an enclave signs between two beats. */
  readonly releasesPerBeat: number;
  /** Seconds that a request must have left when it is signed; at least 900. */
  readonly margin: number;
};

/** For Ethereum: a beat is final after a quarter of an hour, and may then be followed late. */
export const BEAT: Beat = { beatBound: 3600, releasesPerBeat: 1024, margin: 900 };

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
  /** Seconds that a beat's bound is at least, whatever a vote says: three finalities of the chain (I7). */
  readonly minimumBeatBound: number;
  /** `BEAT` unless there is a reason. */
  readonly beat: Beat;
  /** Who may cancel what is queued or not in effect yet, as the DAO itself always may; and suspend a key, or all, for a while. Null: nobody, until a vote names one. */
  readonly guardian: string | null;
  /** Who may say that a delegate's payload is final or void, which frees its place. The DAO itself always may. */
  readonly settler: string | null;
  /** Null: no verifier of Nitro documents, until a vote names one. */
  readonly nitro: NitroOptions | null;
  /** Null: no verifiers of Intel's quotes, until a vote names some. */
  readonly intel: IntelOptions | null;
};

/** The vendors whose evidence counts. */
export type Vendors = Pick<DeployOptions, 'nitro' | 'intel'>;

export const NO_VENDORS: Vendors = { nitro: null, intel: null };

/** Contracts that are made because these options ask for them. */
export function askedForIn({ nitro, intel }: Vendors): Readonly<Record<string, Contract>> {
  return {
    ...(nitro !== null && ASKED_FOR.nitro),
    ...(intel !== null && ASKED_FOR.intel),
    ...(intel?.sgx && ASKED_FOR.sgx),
  };
}

/** Fast enough for a demo and tests: a vote takes a few blocks and two seconds. */
export function localOptions(
  allocations: DeployOptions['token']['allocations'],
  vendors: Partial<Vendors> = {},
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
    minimumBeatBound: 1,
    beat: { ...BEAT, beatBound: 600 },
    guardian: null,
    settler: null,
    ...NO_VENDORS,
    ...vendors,
  };
}
