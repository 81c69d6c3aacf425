/** `quorate propose revoke`: a vote that ends a measurement, and what that does to each key. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../formats/hex.ts';
import { type Ledger, serves } from '../host/chain/view/ledger.ts';
import { MEASUREMENTS_ABI } from './abi.ts';
import { type Command, option } from './command.ts';
import { addressOf } from './deploymentRecord.ts';
import { type Finding, fine, warning } from './finding.ts';
import { measurementsOf } from './measurements.ts';
import { idOf, short } from './named.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { readHistory } from './readLedger.ts';

export const proposeRevoke: Command = {
  summary: 'propose that a measurement ends: at once and for ever, or, with --retire, without new seats',
  options: [
    { name: 'measurement', means: 'id of the measurement, or its first characters', required: true },
    { name: 'retire', means: 'its enclaves serve on in keys that they are members of', isSwitch: true },
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

async function draft({ source, options }: Drafting): Promise<Draft> {
  const known = (await measurementsOf(source)).map(({ measurement }) => measurement);
  const id = idOf(known, option(options, 'measurement'), 'measurement');
  const target = addressOf(source.record, 'measurementRegistry');
  const functionName = options.retire === true ? 'retire' : 'revoke';
  const data = encodeFunctionData({ abi: MEASUREMENTS_ABI, functionName, args: [id] });
  const { ledger, head } = await readHistory(source.chain, source.startBlock);
  const words =
    functionName === 'retire'
      ? [`enclaves of measurement ${id} take no seat in what opens later`]
      : [`no enclave of measurement ${id} signs anything any more; it is never admitted again`];
  const findings = functionName === 'retire' ? [] : stopped(ledger, id, head.timestamp);
  return { actions: [{ contract: `measurementRegistry.${functionName}`, target, data, words }], findings };
}

/** What is left of each active key without the members of this measurement. */
export function stopped(ledger: Ledger, measurement: Hex, now: number): Finding[] {
  const findings = [...ledger.keys.values()].flatMap(({ id, state, threshold, members }) => {
    if (state !== 'active') return [];
    const left = members.filter(
      (member) => serves(ledger, member, now) && ledger.enclaves.get(member)?.measurement !== measurement,
    );
    if (left.length >= threshold) return [];
    const words = `key ${short(id)} would sign nothing any more: ${left.length} of ${members.length} members are left, ${threshold} have to be; --keep-live makes that impossible`;
    return [warning(words)];
  });
  return findings.length === 0 ? [fine('every active key keeps enough members')] : findings;
}
