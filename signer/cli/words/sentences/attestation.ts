/** Calls of measurements, operators, enclaves, and what is wanted of vendors' evidence. */

import type { Hex } from '../../../formats/hex.ts';
import type {
  ENCLAVES_ABI,
  INTEL_CERTIFICATE_VOTES_ABI,
  INTEL_TCB_VOTES_ABI,
  MEASUREMENTS_ABI,
  NITRO_CERTIFICATE_VOTES_ABI,
} from '../../chain/abi.ts';
import { authorityWords, exact } from './keys.ts';
import { bytesWords, listWords, quoted, type Sentences } from './voice.ts';

export const MEASUREMENTS: Sentences<typeof MEASUREMENTS_ABI> = {
  approve: ([{ tee, image, configuration, sealing, sourceCommit, buildRecipe }]) => [
    'enclaves of this measurement may attest, once enough have booted it:',
    `TEE ${tee}, sealing source ${sealing}`,
    BigInt(configuration) === 0n
      ? `image ${image}, which is the hash of all registers, the configuration's too`
      : `image ${image}, configuration ${configuration}`,
    `source ${quoted(sourceCommit)}, built by ${quoted(buildRecipe)}: build it and compare before you vote`,
  ],
  withdraw: ([id]) => [`takes back measurement ${id} before it is active`],
  retire: ([id]) => [`enclaves of measurement ${id} take no new seats; those that serve go on`],
  revoke: ([id]) => [`enclaves of measurement ${id} sign nothing any more, at once and for ever`],
  promote: ([id]) => [`measurement ${id} is active: it has proven that it boots`],
  noteAttestation: ([id, operator], { who }) => [`operator ${who(operator)} has attested with measurement ${id}`],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

export const ENCLAVES: Sentences<typeof ENCLAVES_ABI> = {
  setOperator: ([account, region, cap], { who }) => [
    cap === 0
      ? `operator ${who(account)}, of region ${region}, is dismissed: it may attest no enclave any more`
      : `operator ${who(account)} may run ${cap === 1 ? 'one enclave' : `${cap} enclaves`} at once, in region ${region} (hash of its name)`,
  ],
  setVerifier: ([verifier], { who }) => [
    `${who(verifier)} judges the evidence of its TEE once the delay of trust roots is over: who can change it can admit any enclave`,
  ],
  removeVerifier: ([tee]) => [`no evidence of TEE ${tee} is taken any more, at once`],
  withdrawVerifier: ([tee]) => [`takes back the verifier that is to judge evidence of TEE ${tee}`],
  setPlatformCap: ([tee, cap]) => [
    cap === 0
      ? `any number of enclaves may be active on one machine of TEE ${tee}`
      : `${cap} enclaves at most may be active on one machine of TEE ${tee}`,
  ],
  setOnlyAdmittedPlatforms: ([tee, only]) => [
    only
      ? `of TEE ${tee} only machines on the list of admitted ones attest from now on; enclaves on others can be suspended by anyone`
      : `any machine of TEE ${tee} may attest, whatever the list of admitted ones says`,
  ],
  setPlatformAdmitted: ([platform, admitted]) => [
    admitted
      ? `machine ${platform} is put on the list of admitted ones`
      : `machine ${platform} is taken off the list of admitted ones: where only those attest, anyone can suspend enclaves on it`,
  ],
  revokePlatform: ([platform, enclaves]) => [
    `no enclave attests on machine ${platform} any more, for ever`,
    `suspended at once: ${listWords(enclaves, 'none of those that are on it')}`,
  ],
  suspend: ([id]) => [`enclave ${id} is suspended until it attests anew`],
  retire: ([id]) => [`enclave ${id} is retired: it takes part in nothing new`],
  choose: ([id]) => [`new seats of its operator go to enclave ${id}`],
  recheck: ([id, evidence]) => [`evidence of enclave ${id} is judged again: ${bytesWords(evidence)}`],
  register: ([{ operator, identity, epoch, ...said }, evidence, ...signatures], { who }) => [
    `operator ${who(operator)} registers an enclave of identity ${identity}, epoch ${epoch}, TEE ${said.tee}`,
    `region ${said.region}, at ${quoted(said.endpoint)}, TLS key ${said.tlsKey}`,
    `challenge ${said.challenge} of block ${said.challengeBlock}`,
    `evidence ${bytesWords(evidence)}, signed ${signatures.map(bytesWords).join(', ')}`,
  ],
  recordBoots: ([entries]) =>
    entries.map(
      ({ id, record: { nonce, encryptionKey, counter }, signature }) =>
        `enclave ${id} began its life number ${counter}, nonce ${nonce}, encryption key ${encryptionKey}, signed ${bytesWords(signature)}`,
    ),
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

/** As IIntelTcb.sol numbers them. */
const STATUS = [
  ...['UpToDate', 'SWHardeningNeeded', 'ConfigurationNeeded', 'ConfigurationAndSWHardeningNeeded', 'OutOfDate'],
  ...['OutOfDateConfigurationNeeded', 'Revoked'],
];
const statusOf = (status: number): string => STATUS[status] ?? `of unknown number ${status}`;

export const INTEL_TCB: Sentences<typeof INTEL_TCB_VOTES_ABI> = {
  allowStatus: ([status, advisories]) => [
    `platforms of Intel's status ${statusOf(status)} are accepted, with these advisories and no others: ${listWords(advisories, 'none')}`,
  ],
  disallowStatus: ([status]) => [`platforms of Intel's status ${statusOf(status)} are accepted no more`],
  setPolicy: ([{ registration, overdue, evaluationGrace, leastTcbEvaluation, leastQeEvaluation }]) => [
    `evidence counts for ${exact(registration)}; what it rests on may be overdue by ${exact(overdue)} before it ends`,
    `the evaluation before the newest counts for ${exact(evaluationGrace)} more`,
    `evaluations of platforms from number ${leastTcbEvaluation} on, of quoting enclaves from ${leastQeEvaluation} on`,
  ],
  bringTcbInfo: ([text, signature, signer]) => [broughtWords('TCB info', text, signature, signer)],
  bringQeIdentity: ([text, signature, signer]) => [broughtWords('QE identity', text, signature, signer)],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

function broughtWords(what: string, text: Hex, signature: Hex, signer: number): string {
  return `brings Intel's ${what}, ${bytesWords(text)}, signed by authority ${signer}: ${bytesWords(signature)}`;
}

export const INTEL_CERTIFICATES: Sentences<typeof INTEL_CERTIFICATE_VOTES_ABI> = {
  revoke: ([issuer, serial]) => [`the certificate number ${serial} of Intel's authority ${issuer} counts no more`],
  bringCrl: ([issuer, list]) => [`brings a revocation list of Intel's authority ${issuer}: ${bytesWords(list)}`],
  bringPck: ([chain]) => [`brings a chain of Intel's certificates: ${bytesWords(chain)}`],
  bringSigner: ([certificate]) => [`brings a certificate of Intel's: ${bytesWords(certificate)}`],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

export const NITRO_CERTIFICATES: Sentences<typeof NITRO_CERTIFICATE_VOTES_ABI> = {
  revoke: ([issuer, serial]) => [`the certificate number ${serial} of AWS's authority ${issuer} counts no more`],
  bring: ([certificate, parent, hints]) => [
    `brings a certificate of AWS's under ${parent}: ${bytesWords(certificate)}, with hints ${bytesWords(hints)}`,
  ],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};
