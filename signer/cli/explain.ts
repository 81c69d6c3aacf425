/** `quorate explain`: a proposal or a request in words, by the enclave's own decoder and not by what its author says. */

import { Fatal } from '../host/errors.ts';
import { type Told, tellAction, tellRequest, toldLines } from './actionWords.ts';
import { type Command, option, type Shown } from './command.ts';
import { idOf } from './named.ts';
import { proposalOf, stateOf } from './proposals.ts';
import { readHistory } from './readLedger.ts';
import { openSource, reading, SOURCE, type Source } from './source.ts';
import { nextOf } from './vote.ts';

export const explain: Command = {
  summary: 'say in words what a proposal or a request does, and whether enclaves would sign it',
  options: SOURCE,
  file: 'number of a proposal or id of a request, or the first characters of one',
  run: async (options) => {
    const source = await openSource(options);
    const text = option(options, 'file');
    return reading(() => (text.startsWith('0x') ? explainRequest(source, text) : explainProposal(source, text)));
  },
};

async function explainProposal(source: Source, text: string): Promise<Shown> {
  const proposal = await proposalOf(source, text);
  const { id, proposer, targets, calldatas, description } = proposal;
  const state = await stateOf(source, id);
  const told = await Promise.all(targets.map((target, at) => tellAction(source, target, calldatas[at] ?? '0x')));
  const next = await nextOf(source, proposal, state);
  const json = { proposalId: id.toString(), state, proposer, description, actions: told, next };
  const lines = [
    `proposal ${id}, ${state}, by ${proposer}`,
    ...description.split('\n').map((line) => `| ${line.replace(/[^\x20-\x7e]/g, '.')}`),
    ...told.flatMap(toldLines),
    next,
  ];
  return { json, text: lines.join('\n'), ok: isFine(told) };
}

async function explainRequest(source: Source, text: string): Promise<Shown> {
  const { ledger, events } = await readHistory(source.chain, source.startBlock);
  const ids = [...ledger.requests.values()].map(({ id }) => id);
  const id = idOf(ids, text, 'request');
  const asked = events.find(({ data }) => data.event === 'SignatureRequested' && data.id === id)?.data;
  if (asked?.event !== 'SignatureRequested')
    throw new Fatal('CONFIG_INVALID', `nobody has asked for ${id}`, 'Name another.');
  const { request } = asked;
  const effects = request.effects.map((effect) => ({ ...effect, amount: BigInt(effect.amount) }));
  const told = { call: `request ${id}`, ...(await tellRequest(source, { ...request, effects }, request.requester)) };
  return { json: told, text: toldLines(told, 0).join('\n'), ok: isFine([told]) };
}

function isFine(told: readonly Told[]): boolean {
  return told.every(({ findings }) => findings.every(({ is }) => is !== 'problem'));
}
