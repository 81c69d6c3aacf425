/** `quorate propose payload FILE`: a vote on one exact payload; what it does is declared by the enclave's own decoder. */

import { payloadKind } from '../../formats/kinds.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Command, Option } from '../command.ts';
import { type Finding, fine, problem, warning } from '../finding.ts';
import { askingOf, INTENT, KIND, LEAST_ROOM, PAYLOAD, PSBT, type Row } from '../payload/intent.ts';
import { duration, time } from '../words/named.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';

/** The most that the contract lets be between READY and the deadline (RequestRules.sol). */
const MOST_ROOM = 90 * 86_400;

const OPTIONS: readonly Option[] = [
  ...INTENT,
  {
    name: 'valid',
    means: 'how long it may be executed and signed, from the earliest execution on: 3d, 12h',
    fallback: '3d',
  },
  ...PROPOSAL,
];

export const proposePayload: Command = {
  summary: 'propose that one exact payload be signed; says before what it does, and who would refuse it',
  options: [KIND, ...OPTIONS],
  file: PAYLOAD,
  run: proposing(draft),
};

export const proposeBitcoin: Command = {
  summary: 'propose that a Bitcoin transaction (PSBT) be signed; says before what it does, and who would refuse it',
  options: OPTIONS,
  file: PSBT,
  run: proposing((drafting) => draft({ ...drafting, options: { ...drafting.options, kind: 'bitcoin-psbt' } })),
};

async function draft({ source, options, timing }: Drafting): Promise<Draft> {
  const asker = { requester: addressOf(source.record, 'timelock'), now: timing.now, earliest: timing.earliest };
  const asking = await askingOf(source, options, asker);
  if (asking.action === null) return { actions: [], findings: asking.findings };
  const { action, intent, row, findings, details } = asking;
  return {
    actions: [action],
    findings: [
      ...findings,
      ...rowFindings(row, intent.kind),
      ...deadlineFindings(intent.deadline, row.delay, timing.earliest),
    ],
    details,
  };
}

function rowFindings({ kinds, delay }: Pick<Row, 'kinds' | 'delay'>, kind: number): Finding[] {
  const name = payloadKind(kind) ?? String(kind);
  if ((kinds >> kind) % 2 === 0)
    return [
      problem(
        `the timelock's row of this key does not allow ${name}: propose a row that does first (\`quorate propose row\`)`,
      ),
    ];
  if (delay > 0) return [fine(`once executed it waits ${duration(delay)}; until then the guardian can cancel it`)];
  return [warning('the row has no delay: it is READY when it is executed, and the guardian has nothing to cancel')];
}

/** Voting takes its time: what is executed too late has no room left, and reverts. */
export function deadlineFindings(deadline: number, delay: number, earliest: number): Finding[] {
  const last = deadline - delay - LEAST_ROOM;
  if (last <= earliest)
    return [
      problem(
        `its deadline is too near: the vote cannot be executed before ${time(earliest)}, and would have to be by ${time(last)}`,
      ),
    ];
  const room = deadline - delay - earliest;
  if (room > MOST_ROOM)
    return [problem(`its deadline is too far: ${duration(room)} after READY, ${duration(MOST_ROOM)} at most`)];
  return [fine(`it has to be executed by ${time(last)}: ${duration(last - earliest)} after it can be`)];
}
