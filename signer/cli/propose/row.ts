/** `quorate propose row`: a vote on what a key allows one requester. */

import { encodeFunctionData } from 'viem';
import type { Ledger } from '../../host/chain/view/ledger.ts';
import { KEYS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { readLedger } from '../chain/readLedger.ts';
import { type Command, option } from '../command.ts';
import { type Finding, fine, warning } from '../finding.ts';
import { short } from '../words/named.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { ROW, rowIn, rowWarnings, rowWords } from './rowOptions.ts';

export const proposeRow: Command = {
  summary: 'propose what a key allows one requester; says how many open requests that overtakes',
  options: [{ name: 'key', means: 'id of the key, or its first characters', required: true }, ...ROW, ...PROPOSAL],
  run: proposing(draft),
};

async function draft({ source, options }: Drafting): Promise<Draft> {
  const keyId = await knownKey(source, option(options, 'key'));
  const row = rowIn(source, options);
  const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'setRow', args: [keyId, row] });
  const words = [`key ${short(keyId)}`, ...rowWords(row)];
  const findings = [
    overtaken(await readLedger(source), keyId, row.requester),
    ...rowWarnings(row, addressOf(source.record, 'timelock')),
  ];
  return {
    actions: [{ contract: 'keyRegistry.setRow', target: addressOf(source.record, 'keyRegistry'), data, words }],
    findings,
  };
}

/** Every change of a row raises its epoch: what was asked before is signed no more. */
export function overtaken({ requests }: Pick<Ledger, 'requests'>, keyId: string, requester: string): Finding {
  const open = [...requests.values()].filter(
    (one) => one.request !== null && one.keyId === keyId && one.requester === requester,
  );
  if (open.length === 0) return fine('no open request of this row is overtaken');
  return warning(`it overtakes ${open.length} open requests, as of now: ${open.map(({ id }) => short(id)).join(', ')}`);
}
