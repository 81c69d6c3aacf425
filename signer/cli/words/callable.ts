/** What a vote can call at each contract of a deployment, by its name in the record, and how it is told. */

import type { Abi } from 'viem';
import * as abis from '../chain/abi.ts';
import * as attestation from './sentences/attestation.ts';
import * as governance from './sentences/governance.ts';
import * as keys from './sentences/keys.ts';
import * as requests from './sentences/requests.ts';
import type { Checks, Sentences, Voice } from './sentences/voice.ts';

/** Arguments as the ABI has decoded them: `Sentences` has checked that a sentence takes those of its function. */
export type Sentence = (args: readonly unknown[], voice: Voice) => readonly string[];
type Callable = { readonly abi: Abi; readonly sentences: Readonly<Record<string, Sentence>> };

function told<const abi extends Abi>(abi: abi, sentences: Sentences<abi> | Checks<abi>): Callable {
  return { abi, sentences: sentences as unknown as Callable['sentences'] };
}

const BY_NAME: Readonly<Record<string, Callable>> = {
  accessManager: told(abis.ACCESS_MANAGER_ABI, governance.ACCESS),
  codeHashGuard: told(abis.CODE_HASH_GUARD_ABI, governance.CODE_HASH),
  committeeVotes: told(abis.COMMITTEE_VOTES_ABI, keys.COMMITTEES),
  enclaveRegistry: told(abis.ENCLAVES_ABI, attestation.ENCLAVES),
  governor: told(abis.GOVERNOR_ABI, governance.GOVERNOR),
  guardianContract: told(abis.GUARDIAN_ABI, governance.GUARDIAN),
  intelCertificates: told(abis.INTEL_CERTIFICATE_VOTES_ABI, attestation.INTEL_CERTIFICATES),
  intelTcb: told(abis.INTEL_TCB_VOTES_ABI, attestation.INTEL_TCB),
  keyRegistry: told(abis.KEYS_ABI, keys.KEYS),
  livenessGuard: told(abis.LIVENESS_GUARD_ABI, keys.LIVENESS),
  mandates: told(abis.MANDATES_ABI, requests.MANDATES),
  measurementRegistry: told(abis.MEASUREMENTS_ABI, attestation.MEASUREMENTS),
  nitroCertificates: told(abis.NITRO_CERTIFICATE_VOTES_ABI, attestation.NITRO_CERTIFICATES),
  signingRequests: told(abis.REQUESTS_ABI, requests.REQUESTS),
  spendingLimits: told(abis.SPENDING_LIMITS_ABI, requests.LIMITS),
  timelock: told(abis.TIMELOCK_ABI, governance.TIMELOCK),
  token: told(abis.TOKEN_ABI, governance.TOKEN),
};
export const CALLABLE = Object.keys(BY_NAME);

export function callable(contract: string): Abi | null {
  return entry(contract)?.abi ?? null;
}

/** Null for what a proposal does not call: views. */
export function sentenceOf(contract: string, functionName: string): Sentence | null {
  const { sentences = {} } = entry(contract) ?? {};
  return Object.hasOwn(sentences, functionName) ? (sentences[functionName] ?? null) : null;
}

function entry(contract: string): Callable | undefined {
  return Object.hasOwn(BY_NAME, contract) ? BY_NAME[contract] : undefined;
}
