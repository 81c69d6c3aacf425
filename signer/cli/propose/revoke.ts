/** `quorate propose revoke`: a vote that ends a measurement, and what that does to each key. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { MEASUREMENTS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { readHistory } from '../chain/readLedger.ts';
import { type Command, option } from '../command.ts';
import { measurementsOf } from '../look/measurements.ts';
import { idOf } from '../words/named.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { stopped } from './stopped.ts';

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
  const isOut = ({ measurement }: { readonly measurement: Hex }) => measurement === id;
  const findings = functionName === 'retire' ? [] : stopped(ledger, isOut, head.timestamp);
  return { actions: [{ contract: `measurementRegistry.${functionName}`, target, data, words }], findings };
}
