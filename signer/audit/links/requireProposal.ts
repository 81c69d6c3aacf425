/** The operation is a proposal's: executed, with more votes for it than against it, and its quorum reached. */

import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { hash, uintOf, uintWord } from '../../formats/words.ts';
import { addressOf, unpack } from '../../proof/unpack.ts';
import { abiEncode, abiWord } from '../abi.ts';
import { broken } from '../broken.ts';
import type { Operation, Proposal } from '../bundle.ts';
import { elementAt, GOVERNANCE_PACKED, POSITIONS, QUORUM_DENOMINATOR, valueAt } from '../layout.ts';
import type { AuditedState } from '../state.ts';
import { type Shown, shownContract, type Trust } from '../trust.ts';
import { batched, type ProvenOperation } from './requireOperation.ts';

type Bytes = Uint8Array;

export type ProvenProposal = {
  readonly id: bigint;
  readonly governor: Shown;
  readonly token: Shown;
  /** Block number. */
  readonly snapshot: number;
  readonly forVotes: bigint;
  readonly againstVotes: bigint;
  readonly abstainVotes: bigint;
  readonly quorum: bigint;
};

const { governor: AT } = POSITIONS;

/** @throws Broken PROPOSAL_…, CHECKPOINT_INDEX, VOTES_AGAINST, QUORUM_MISSED, Refused */
export function requireProposal(
  state: AuditedState,
  trust: Trust,
  operation: Operation,
  proven: ProvenOperation,
  proposal: Proposal,
): ProvenProposal {
  const governor = shownContract(state, trust, 'governor', proposal.governor);
  const token = shownContract(state, trust, 'token', proposal.token);
  const descriptionHash = hash(proposal.description);
  requireSalt(operation, proposal.governor, descriptionHash);
  requireTimelock(state, operation, proposal.governor);
  const id = proposalIdOf(operation, proposal);
  const snapshot = requireExecuted(state, proposal.governor, id, proven.id);
  const votes = votesOf(state, proposal.governor, id);
  const quorum = quorumAt(state, proposal, snapshot);
  if (votes.forVotes <= votes.againstVotes)
    broken('VOTES_AGAINST', `${votes.forVotes} for it, ${votes.againstVotes} against it`);
  if (votes.forVotes + votes.abstainVotes < quorum)
    broken('QUORUM_MISSED', `${votes.forVotes + votes.abstainVotes} votes count, the quorum is ${quorum}`);
  return { id: uintOf(id), governor, token, snapshot, ...votes, quorum };
}

/** > hashProposal */
export function proposalIdOf(
  { calls }: Pick<Operation, 'calls'>,
  { description }: Pick<Proposal, 'description'>,
): Bytes {
  return hash(abiEncode(...batched(calls), abiWord(hash(description))));
}

/** > return bytes20(address(this)) ^ descriptionHash (GovernorTimelockControl._timelockSalt) */
function requireSalt({ salt, isBatch, predecessor }: Operation, governor: Bytes, descriptionHash: Bytes): void {
  const expected = descriptionHash.map((byte, at) => byte ^ (governor[at] ?? 0));
  if (isBatch !== 1 || uintOf(predecessor) !== 0n || !isEqual(salt, expected))
    broken('PROPOSAL_SALT', `the governor's salt for this description is ${toHex(expected)}`);
}

function requireTimelock(state: AuditedState, { timelock }: Operation, governor: Bytes): void {
  const found = addressOf(state.word(governor, uintWord(AT.timelock)));
  if (!isEqual(found, timelock)) broken('PROPOSAL_TIMELOCK', `the governor acts through ${toHex(found)}`);
}

/** @returns the snapshot: whose votes count is decided there. An operation may be executed at the timelock itself: then its id is kept. */
function requireExecuted(state: AuditedState, governor: Bytes, id: Bytes, operation: Bytes): number {
  const core = unpack(state.word(governor, valueAt(AT.proposals, id)), GOVERNANCE_PACKED.proposal);
  if (core.proposer === 0n) broken('PROPOSAL_UNKNOWN', `the governor has no proposal ${uintOf(id)}`);
  const isExecuted = core.executed === 1n || isQueuedAs(state, governor, id, operation);
  if (!isExecuted || core.canceled !== 0n) broken('PROPOSAL_NOT_EXECUTED', `proposal ${uintOf(id)}`);
  return Number(core.voteStart);
}

function isQueuedAs(state: AuditedState, governor: Bytes, id: Bytes, operation: Bytes): boolean {
  return isEqual(uintWord(state.word(governor, valueAt(AT.timelockIds, id))), operation);
}

function votesOf(state: AuditedState, governor: Bytes, id: Bytes) {
  const [againstVotes, forVotes, abstainVotes] = [0n, 1n, 2n].map((offset) =>
    state.word(governor, valueAt(AT.proposalVotes, id, offset)),
  ) as [bigint, bigint, bigint];
  return { againstVotes, forVotes, abstainVotes };
}

/** > Math.mulDiv(token().getPastTotalSupply(timepoint), quorumNumerator(timepoint), quorumDenominator()) */
function quorumAt(state: AuditedState, proposal: Proposal, snapshot: number): bigint {
  const share = checkpointAt(state, proposal.governor, AT.quorumNumerators, proposal.quorumIndex, snapshot);
  const supply = checkpointAt(state, proposal.token, POSITIONS.token.totalCheckpoints, proposal.supplyIndex, snapshot);
  return (supply * share) / QUORUM_DENOMINATOR;
}

/** The value of the last checkpoint at or before the snapshot: the next one, if there is one, is after it. */
function checkpointAt(state: AuditedState, contract: Bytes, position: bigint, index: number, snapshot: number): bigint {
  const length = state.word(contract, uintWord(position));
  if (BigInt(index) >= length) broken('CHECKPOINT_INDEX', `checkpoint ${index} of ${length}`);
  const read = (at: number) => unpack(state.word(contract, elementAt(position, at)), GOVERNANCE_PACKED.checkpoint);
  const { key, value } = read(index);
  const isLast = BigInt(index) + 1n === length;
  if (key > BigInt(snapshot) || (!isLast && read(index + 1).key <= BigInt(snapshot)))
    broken('CHECKPOINT_INDEX', `checkpoint ${index} is not the one that held at block ${snapshot}`);
  return value;
}
