/** An error of the contracts in words: times as dates, ids shortened; for those that people meet, what to do. */

import type { AbiParameter } from 'viem';
import { printable, printableStart } from '../printable.ts';

export type DecodedError = {
  readonly errorName: string;
  readonly args?: readonly unknown[] | undefined;
  readonly abiItem: { readonly inputs?: readonly AbiParameter[] };
};

/** Its name, then what it means, or its fields where nobody wrote what it means. */
export function errorWords({ errorName, args = [], abiItem: { inputs = [] } }: DecodedError): string {
  const fields = inputs.map(({ name = '', type }, at) => [name, fieldWords(name, type, args[at])] as const);
  const sentence = Object.hasOwn(SENTENCES, errorName) ? SENTENCES[errorName] : undefined;
  if (sentence !== undefined) return `${errorName}: ${sentence(Object.fromEntries(fields))}`;
  const list = fields.map(([name, value]) => `${spaced(name)} ${value}`).join(', ');
  return list === '' ? errorName : `${errorName} (${list})`;
}

type Fields = Readonly<Record<string, string>>;
type Sentence = (fields: Fields) => string;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  KeyRegistryPaused: ({ keyId, pausedUntil }) =>
    `key ${keyId} is paused until ${pausedUntil}; wait, or end the pause (\`quorate propose pause --end\`)`,
  KeyRegistryNetworkPaused: ({ pausedUntil }) =>
    `every key is paused until ${pausedUntil}; wait, or end the pause (\`quorate propose pause --network --end\`)`,
  KeyRegistryUnknownKey: ({ keyId }) => `there is no key ${keyId} (\`quorate keys\` lists them)`,
  KeyRegistryNoRow: ({ keyId, requester }) =>
    `key ${keyId} allows ${requester} nothing; propose a row that does (\`quorate propose row\`)`,
  KeyRegistryKindNotAllowed: ({ keyId, requester, kind }) =>
    `key ${keyId} does not allow ${requester} payloads of kind ${kind}; propose a row that does (\`quorate propose row\`)`,
  SigningRequestsDeadline: ({ deadline, earliest, latest }) =>
    `its deadline is ${deadline}, and has to be from ${earliest} to ${latest}`,
  SigningRequestsDeadlinePassed: ({ deadline }) => `its deadline was ${deadline}; ask anew`,
  SigningRequestsTooEarly: ({ readyAt }) => `it cannot be READY before ${readyAt}`,
  SigningRequestsCallbackGas: ({ callbackGas, maximum }) =>
    maximum === '0'
      ? `${callbackGas} gas for a call of nobody; name a consumer, or no gas`
      : `${callbackGas} gas for the consumer, and ${maximum} at most`,
  EnclaveRegistryNotAdmitted: ({ operator }) =>
    `no vote admits operator ${operator}; let the DAO admit it (\`quorate propose admit --operator ${operator}\`)`,
  EnclaveRegistryOtherRegion: ({ operator, region, admitted }) =>
    `the vote admits ${operator} in region ${admitted}, not in ${region}; correct operator.region`,
  EnclaveRegistryOperatorFull: ({ operator, enclaves, cap }) =>
    `operator ${operator} has ${enclaves} enclaves and may have ${cap}; retire one (\`quorate retire\`)`,
  EnclaveRegistryMeasurementNotAdmitted: ({ measurement }) =>
    `no vote admits measurement ${measurement}; propose it (\`quorate propose measurement\`), or run an image that is admitted`,
  EnclaveRegistryExpiredEvidence: ({ validUntil }) => `its evidence was valid until ${validUntil}`,
  EnclaveRegistryPlatformNotAdmitted: ({ platformId }) =>
    `votes ask for platforms on a list, and ${platformId} is not on it; let the DAO admit it (\`quorate propose platforms --admit ${platformId}\`)`,
  EnclaveRegistryPlatformRevoked: ({ platformId }) => `platform ${platformId} is revoked; move to another machine`,
  CommitteesTooFewEligible: ({ keyId, eligible, needed }) =>
    `${eligible} of the operators have an enclave that may take a seat of key ${keyId}, and ${needed} are needed (\`quorate enclaves\`)`,
  LivenessGuardTooFewLive: ({ keyId, live, needed }) =>
    `key ${keyId} would have ${live} members that serve, and needs ${needed}`,
  CodeHashGuardOtherCode: ({ target, found, expected }) =>
    `the code of ${target} is ${found}, and was to be ${expected}; look at what changed, and propose it anew`,
  GovernorInsufficientProposerVotes: ({ proposer, votes, threshold }) =>
    `${proposer} has ${votes} votes, and proposing takes ${threshold}`,
  SpendingLimitsExpired: ({ expiresAt }) =>
    `the limits ended ${expiresAt}; propose new ones (\`quorate propose guard\`)`,
  SpendingLimitsMissing: ({ keyId, requester }) =>
    `no vote has set limits of key ${keyId} for ${requester}; propose some (\`quorate propose guard\`)`,
  SpendingLimitsNoPlace: ({ unsettled, maximum }) =>
    `${unsettled} of ${maximum} payloads of this path are signed and not settled; have one settled first`,
  SpendingLimitsFeeTooHigh: ({ fee, feeCap }) =>
    `its fee is ${fee}, and the limits allow ${feeCap} for one request; ask with a lower fee, or propose a higher cap (\`quorate propose guard\`)`,
  SpendingLimitsDeadline: ({ deadline, expiresAt }) =>
    `it could be signed until ${deadline}, and the limits end ${expiresAt}; shorten --valid`,
  SpendingLimitsKindNotAllowed: ({ kind }) =>
    `the limits allow no payload of kind ${kind}; propose ones that do (\`quorate propose guard\`)`,
  SpendingLimitsEffectNotAllowed: ({ index, recipient }) =>
    `the limits do not allow effect ${index}, for ${recipient}; propose ones that do (\`quorate propose guard\`)`,
  SpendingLimitsExceeded: ({ amount, available }) => `it spends ${amount}, and ${available} are available now`,
};

/** Unix time in seconds, wherever a field is called so. */
const TIMES =
  /^(deadline|earliest|latest|time|pausedUntil|effectiveAt|readyAt|suspendableAt|promotableAt|validUntil|expiresAt|expiry|notAfter|notBefore|issuedAt)$/;
const DURATIONS = /^(delay|minDelay|window|duration)$/;
/** The year 2000, and 5138: other numbers are none. */
const [FIRST, LAST] = [946_684_800n, 100_000_000_000n];
const LONGEST = 80;

/** Commands take them whole, and no list has those that are not admitted yet. */
const WHOLE = 'platformId';

function fieldWords(name: string, type: string, value: unknown): string {
  if (name === WHOLE) return String(value);
  if (/^bytes\d*$/.test(type) && typeof value === 'string') return value.length > 14 ? `${value.slice(0, 12)}…` : value;
  const text = typeof value === 'object' ? JSON.stringify(value, plain) : String(value);
  if (!/^\d+$/.test(text)) return text.length > LONGEST ? `${printableStart(text, LONGEST)}…` : printable(text);
  if (TIMES.test(name) && BigInt(text) >= FIRST && BigInt(text) <= LAST)
    return new Date(Number(text) * 1_000).toISOString().replace('.000Z', 'Z');
  return DURATIONS.test(name) ? `${text} s` : text;
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** `pausedUntil` is `paused until`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
