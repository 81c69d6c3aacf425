/** `quorate propose committee`: a vote on who shall hold the shares of a key from its next epoch on. */

import { encodeFunctionData } from 'viem';
import { view } from '../../host/adapters/rpcViews.ts';
import { COMMITTEE_VOTES_ABI, KEYS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { type Command, option } from '../command.ts';
import { fine, warning } from '../finding.ts';
import { duration, short } from '../words/named.ts';
import { COMMITTEE, committeeIn, committeeProblems } from './committeeOptions.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';

export const proposeCommittee: Command = {
  summary: 'propose who shall hold the shares of an active key from its next epoch on',
  options: [
    { name: 'key', means: 'id of the key, or its first characters', required: true },
    ...COMMITTEE,
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

async function draft({ source, options }: Drafting): Promise<Draft> {
  const keyId = await knownKey(source, option(options, 'key'));
  const [keys, votes] = [addressOf(source.record, 'keyRegistry'), addressOf(source.record, 'committeeVotes')];
  const committee = committeeIn(options);
  const { operators, reserves, threshold } = committee;
  const args = [keys, keyId, committee] as const;
  const data = encodeFunctionData({ abi: COMMITTEE_VOTES_ABI, functionName: 'propose', args });
  const words = [
    `key ${short(keyId)}: ${threshold} of ${operators.length} from its next epoch on`,
    `seats ${operators.join(', ')}`,
    reserves.length === 0 ? 'no reserves' : `reserves ${reserves.join(', ')}`,
  ];
  const delay = await view(source.rpc, keys, KEYS_ABI, 'committeeDelay', []);
  const findings = [
    ...(await committeeProblems(source, committee)),
    fine(`executed, it is announced for ${duration(delay)}; until then the guardian can withdraw it`),
    warning('this release announces committees only: the ceremony that hands shares over is not part of it'),
  ];
  return { actions: [{ contract: 'committeeVotes.propose', target: votes, data, words }], findings };
}
