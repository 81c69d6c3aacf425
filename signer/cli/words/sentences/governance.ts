/** Calls of governor, timelock, token, roles and guardian. */

import { encodePacked, keccak256, stringToHex } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import type {
  ACCESS_MANAGER_ABI,
  CODE_HASH_GUARD_ABI,
  GOVERNOR_ABI,
  GUARDIAN_ABI,
  TIMELOCK_ABI,
  TOKEN_ABI,
} from '../../chain/abi.ts';
import { decimal } from '../assets.ts';
import { time } from '../named.ts';
import { authorityWords, exact } from './keys.ts';
import { bytesWords, type Checks, headerWords, listWords, quoted, type Sentences, type Voice } from './voice.ts';

const SUPPORT = ['against', 'for', 'abstain'];
const supportOf = (support: number): string => SUPPORT[support] ?? `in an unknown way, ${support}`;
const votesOf = (amount: bigint): string => `${decimal(amount, 18)} votes`;
const received = (value: readonly unknown[]): string[] => [
  `says that it has received tokens: ${value.map((one) => (Array.isArray(one) ? listWords(one.map(String), 'none') : String(one))).join('; ')}`,
];

export const GOVERNOR: Sentences<typeof GOVERNOR_ABI> = {
  propose: ([targets, values, calldatas, description], voice) => [
    `proposes ${quoted(description)}`,
    ...callsWords(targets, values, calldatas, voice),
  ],
  queue: (args, voice) => listedOr('queues', args, voice),
  execute: (args, voice) => listedOr('executes', args, voice),
  cancel: (args, voice) => listedOr('cancels', args, voice),
  castVote: ([id, support]) => [`votes ${supportOf(support)} on proposal ${id}`],
  castVoteWithReason: ([id, support, reason]) => [`votes ${supportOf(support)} on proposal ${id}: ${quoted(reason)}`],
  castVoteWithReasonAndParams: ([id, support, reason, params]) => [
    `votes ${supportOf(support)} on proposal ${id}: ${quoted(reason)}, ${bytesWords(params)}`,
  ],
  castVoteBySig: ([id, support, voter, signature], { who }) => [
    `${who(voter)} votes ${supportOf(support)} on proposal ${id}, signed ${bytesWords(signature)}`,
  ],
  castVoteWithReasonAndParamsBySig: ([id, support, voter, reason, params, signature], { who }) => [
    `${who(voter)} votes ${supportOf(support)} on proposal ${id}: ${quoted(reason)}, ${bytesWords(params)}, signed ${bytesWords(signature)}`,
  ],
  relay: ([target, value, data], voice) => [
    'the governor itself calls:',
    ...callsWords([target], [value], [data], voice),
  ],
  setVotingDelay: ([blocks]) => [`voting begins ${blocks} blocks after a proposal`],
  setVotingPeriod: ([blocks]) => [`voting lasts ${blocks} blocks`],
  setLateQuorumVoteExtension: ([blocks]) => [`a vote lasts ${blocks} blocks at least from the quorum on`],
  setProposalThreshold: ([votes]) => [`proposing takes ${votesOf(votes)}`],
  updateQuorumNumerator: ([percent]) => [`a quorum is ${percent} percent of all votes`],
  updateTimelock: ([timelock], { who }) => [
    `from now on the governor acts through ${who(timelock)}: the timelock of before, which owns the keys, obeys it no more`,
  ],
  onERC1155BatchReceived: received,
  onERC1155Received: received,
  onERC721Received: received,
};

type Listed = readonly [readonly Hex[], readonly bigint[], readonly Hex[], Hex];

function listedOr(verb: string, args: readonly [bigint] | Listed, voice: Voice): string[] {
  if (args.length === 1) return [`${verb} proposal ${args[0]}`];
  const [targets, values, calldatas, hash] = args;
  return [`${verb} the proposal of description hash ${hash}`, ...callsWords(targets, values, calldatas, voice)];
}

function callsWords(targets: readonly Hex[], values: readonly bigint[], calldatas: readonly Hex[], voice: Voice) {
  const count = Math.max(targets.length, values.length, calldatas.length);
  return Array.from({ length: count }).flatMap((_, at) => {
    const [target, value = 0n, data] = [targets[at], values[at], calldatas[at]];
    if (target === undefined || data === undefined) return ['a call that is not complete, so all of it is refused'];
    const coins = value === 0n ? [] : [`  with ${value} wei`];
    return [`calls ${voice.who(target)}:`, ...coins, ...voice.call(target, data).map((line) => `  ${line}`)];
  });
}

export const TIMELOCK: Sentences<typeof TIMELOCK_ABI> = {
  schedule: ([target, value, data, predecessor, salt, delay], voice) => [
    `to be executed after ${exactly(delay)}${afterWords(predecessor)}, salt ${salt}:`,
    ...callsWords([target], [value], [data], voice),
  ],
  scheduleBatch: ([targets, values, calldatas, predecessor, salt, delay], voice) => [
    `to be executed after ${exactly(delay)}${afterWords(predecessor)}, salt ${salt}:`,
    ...callsWords(targets, values, calldatas, voice),
  ],
  execute: ([target, value, data, predecessor, salt], voice) => [
    `executes what has waited${afterWords(predecessor)}, salt ${salt}:`,
    ...callsWords([target], [value], [data], voice),
  ],
  executeBatch: ([targets, values, calldatas, predecessor, salt], voice) => [
    `executes what has waited${afterWords(predecessor)}, salt ${salt}:`,
    ...callsWords(targets, values, calldatas, voice),
  ],
  cancel: ([id]) => [`cancels what waits under ${id}`],
  updateDelay: ([delay]) => [`what votes decide waits ${exactly(delay)} from now on`],
  grantRole: ([role, account], { who }) => [`${who(account)} has the timelock's role ${timelockRole(role)}`],
  revokeRole: ([role, account], { who }) => [`${who(account)} has the timelock's role ${timelockRole(role)} no more`],
  renounceRole: ([role, account], { who }) => [`${who(account)} gives up the timelock's role ${timelockRole(role)}`],
  onERC1155BatchReceived: received,
  onERC1155Received: received,
  onERC721Received: received,
};

/** > bytes32 public constant PROPOSER_ROLE = keccak256("PROPOSER_ROLE") (TimelockController) */
const ROLES = new Map(
  ['PROPOSER_ROLE', 'EXECUTOR_ROLE', 'CANCELLER_ROLE'].map((name) => [keccak256(stringToHex(name)), name]),
);
const timelockRole = (role: Hex): string => ROLES.get(role) ?? (BigInt(role) === 0n ? 'DEFAULT_ADMIN_ROLE' : role);
const afterWords = (predecessor: Hex): string => (BigInt(predecessor) === 0n ? '' : `, and after ${predecessor}`);
const exactly = (seconds: bigint): string => (seconds > MOST ? `${seconds} s` : exact(Number(seconds)));
const MOST = BigInt(Number.MAX_SAFE_INTEGER);

export const TOKEN: Sentences<typeof TOKEN_ABI> = {
  approve: ([spender, value], { who }) => [`${who(spender)} may take ${votesOf(value)} of the caller's`],
  transfer: ([to, value], { who }) => [`gives ${votesOf(value)} to ${who(to)}`],
  transferFrom: ([from, to, value], { who }) => [`takes ${votesOf(value)} of ${who(from)}'s, for ${who(to)}`],
  delegate: ([delegatee], { who }) => [`${who(delegatee)} votes with the caller's tokens`],
  delegateBySig: ([delegatee, nonce, expiry, ...signature], { who }) => [
    `${who(delegatee)} votes with the tokens of whoever has signed, nonce ${nonce}, until ${timeOf(expiry)}, ${signatureWords(signature)}`,
  ],
  permit: ([owner, spender, value, deadline, ...signature], { who }) => [
    `${who(spender)} may take ${votesOf(value)} of ${who(owner)}'s, signed until ${timeOf(deadline)}, ${signatureWords(signature)}`,
  ],
};

const timeOf = (seconds: bigint): string => (seconds > MOST ? `second ${seconds}` : time(Number(seconds)));
const signatureWords = ([v, r, s]: readonly [number, Hex, Hex]): string =>
  `signature ${encodePacked(['bytes32', 'bytes32', 'uint8'], [r, s, v])}`;

export const ACCESS: Sentences<typeof ACCESS_MANAGER_ABI> = {
  grantRole: ([role, account, delay], { who }) => [
    `${who(account)} has role ${role}${delay === 0 ? ', and acts at once' : `, and acts ${exact(delay)} after it says so`}`,
  ],
  revokeRole: ([role, account], { who }) => [`${who(account)} has role ${role} no more`],
  renounceRole: ([role, account], { who }) => [`${who(account)} gives role ${role} up`],
  labelRole: ([role, label]) => [`role ${role} is called ${quoted(label)}`],
  setRoleAdmin: ([role, admin]) => [`role ${role} is given and taken by role ${admin}`],
  setRoleGuardian: ([role, guardian]) => [`what role ${role} has scheduled, role ${guardian} may cancel`],
  setGrantDelay: ([role, delay]) => [`whoever is given role ${role} has it ${exact(delay)} later`],
  setTargetFunctionRole: ([target, selectors, role], { who, functionOf }) => [
    `role ${role} may call ${listWords(
      selectors.map((selector) => functionOf(target, selector)),
      'no function',
    )} of ${who(target)}`,
  ],
  setTargetClosed: ([target, closed], { who }) => [
    closed
      ? `nobody may call what is restricted of ${who(target)}`
      : `whoever has the role may call ${who(target)} again`,
  ],
  setTargetAdminDelay: ([target, delay], { who }) => [`changes of who may call ${who(target)} take ${exact(delay)}`],
  updateAuthority: ([target, authority], { who }) => [
    `from now on ${who(authority)} decides who may call ${who(target)}`,
  ],
  execute: ([target, data], voice) => [
    'calls through the access manager:',
    ...callsWords([target], [0n], [data], voice),
  ],
  schedule: ([target, data, when], voice) => [
    `to be called ${when === 0 ? 'as soon as it may be' : `from ${time(when)} on`}:`,
    ...callsWords([target], [0n], [data], voice),
  ],
  cancel: ([caller, target, data], voice) => [
    `cancels what ${voice.who(caller)} has scheduled:`,
    ...callsWords([target], [0n], [data], voice),
  ],
  consumeScheduledOp: ([caller, data], { who }) => [`uses up what ${who(caller)} has scheduled: ${bytesWords(data)}`],
  multicall: ([calls], voice) =>
    callsWords(
      calls.map(() => voice.self),
      [],
      calls,
      voice,
    ),
};

export const GUARDIAN: Sentences<typeof GUARDIAN_ABI> = {
  setGuardian: ([guardian], { who }) => [
    BigInt(guardian) === 0n
      ? 'there is no guardian any more'
      : `${who(guardian)} is the guardian: it can stop things, and nothing else`,
  ],
  suspend: ([keyId, seconds]) => [`key ${keyId} signs nothing for ${exact(seconds)}`],
  suspendNetwork: ([seconds]) => [`no key signs anything for ${exact(seconds)}`],
  cancel: ([header], voice) => ['cancels a request that waits:', ...headerWords(header, voice)],
  withdraw: ([module, keyId, requester, hash], { who }) => [
    `takes back ${hash}, which module ${who(module)} has announced of key ${keyId} in the name of ${who(requester)}`,
  ],
  withdrawCommittee: ([keyId]) => [`takes back the committee that is announced for key ${keyId}`],
  withdrawFork: ([epoch]) => [`takes back the last fork, of epoch ${epoch}, before it is in effect`],
  withdrawMeasurement: ([id]) => [`takes back measurement ${id} before it is active`],
  withdrawModule: ([module], { who }) => [`takes back the listing of module ${who(module)} before it is in effect`],
  withdrawVerifier: ([tee]) => [`takes back the verifier that is to judge evidence of TEE ${tee}`],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

export const CODE_HASH: Checks<typeof CODE_HASH_GUARD_ABI> = {
  requireCode: ([account, hash], { who }) => [`stop here unless the code at ${who(account)} has hash ${hash}`],
};
