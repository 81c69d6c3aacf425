/** Why the request was allowed to be READY: a vote's operation, a mandate that one has placed, or the row of a delegate. */

import type { Configuration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { broken } from '../broken.ts';
import type { Bundle, Operation } from '../bundle.ts';
import type { Findings } from '../findings.ts';
import type { AuditedState } from '../state.ts';
import { chosenContract, type Shown, shownWords, type Trust } from '../trust.ts';
import { requireMandate } from './requireMandate.ts';
import { type ProvenOperation, requireOperation } from './requireOperation.ts';
import { type ProvenProposal, requireProposal } from './requireProposal.ts';
import type { ProvenRequest } from './requireRequest.ts';
import { type ProvenRow, requireRow } from './requireRow.ts';

export type Authorisation = {
  readonly row: ProvenRow;
  readonly operation: ProvenOperation | null;
  readonly hasMandate: boolean;
  readonly proposal: ProvenProposal | null;
  /** Contracts that only the auditor can know: of no record, or there is none. */
  readonly unrecorded: readonly Shown[];
};

/** @throws Stopped */
export function requireAuthorisation(
  findings: Findings,
  state: AuditedState,
  configuration: Configuration,
  trust: Trust,
  asked: ProvenRequest,
  bundle: Bundle,
): Authorisation {
  const row = findings.check('row', () => requireRow(state, configuration, trust, asked, bundle), rowWords);
  const [operation] = bundle.operation;
  if (operation === undefined) return withoutVote(findings, state, trust, asked, row, bundle);
  const proven = findings.check(
    'operation',
    () => requireOperation(state, configuration, trust, asked, bundle, operation),
    ({ id, timelock, call }) => `${toHex(id)} is done and calls ${call}; ${shownWords(timelock)}`,
  );
  const module = placed(findings, state, configuration, trust, row, bundle);
  const proposal = proposed(findings, state, trust, operation, proven, bundle);
  const shown = [row.guard, proven.timelock, module, proposal?.governor, proposal?.token];
  return {
    ...{ row, operation: proven, hasMandate: module !== null, proposal },
    unrecorded: shown.filter((one) => one != null).filter(({ isRecorded }) => !isRecorded),
  };
}

/** What a vote asked shows its vote. What nobody guards, its requester asked: then who that is. */
function withoutVote(
  findings: Findings,
  state: AuditedState,
  trust: Trust,
  { isVoted }: ProvenRequest,
  row: ProvenRow,
  { request, mandate, proposal }: Bundle,
): Authorisation {
  const requester = findings.check(
    'operation',
    () => {
      const timelock = trust.deployment?.contracts.timelock?.address;
      const isTimelock = timelock !== undefined && isEqual(timelock, request.requester);
      if (isVoted || isTimelock || mandate.length > 0 || proposal.length > 0)
        broken('VOTE_MISSING', 'a vote asked for it, and its operation is not shown');
      return chosenContract(state, trust, 'requester', request.requester);
    },
    (shown) => `no vote is shown; ${shownWords(shown)} asked within the row`,
  );
  const shown = [row.guard, requester].filter((one) => one !== null).filter(({ isRecorded }) => !isRecorded);
  return { row, operation: null, hasMandate: false, proposal: null, unrecorded: shown };
}

function placed(
  findings: Findings,
  state: AuditedState,
  configuration: Configuration,
  trust: Trust,
  row: ProvenRow,
  bundle: Bundle,
): Shown | null {
  const [mandate] = bundle.mandate;
  if (mandate === undefined) return null;
  return findings.check(
    'mandate',
    () => requireMandate(state, configuration, trust, row, bundle, mandate),
    (module) => `the request keeps to its effects and caps of fees; ${shownWords(module)}`,
  );
}

function proposed(
  findings: Findings,
  state: AuditedState,
  trust: Trust,
  operation: Operation,
  proven: ProvenOperation,
  { proposal: [proposal] }: Bundle,
): ProvenProposal | null {
  const isExpected = trust.deployment?.contracts.governor !== undefined;
  if (proposal === undefined && !isExpected) return null;
  return findings.check(
    'proposal',
    () =>
      proposal === undefined
        ? broken('PROPOSAL_MISSING', 'the record names a governor, and no proposal of it is shown')
        : requireProposal(state, trust, operation, proven, proposal),
    ({ id, governor, token, forVotes, againstVotes, abstainVotes, quorum }) =>
      `${id} was executed: ${forVotes} for, ${againstVotes} against, ${abstainVotes} abstained, quorum ${quorum}; ${shownWords(governor)}; ${shownWords(token)}`,
  );
}

function rowWords({ epoch, isChanged, guard }: ProvenRow): string {
  const guarded = guard === null ? 'no guard' : shownWords(guard);
  return `epoch ${epoch}${isChanged ? ', changed since the request was asked for' : ''}; ${guarded}`;
}
