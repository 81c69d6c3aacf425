/** `quorate explain`: a proposal, a request, calldata or a payload in words, by the enclave's own decoder and not by what its author says. */

import { printable } from '../../host/printable.ts';
import { readHistory } from '../chain/readLedger.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, type Options, option, type Shown } from '../command.ts';
import { requestIn } from '../look/requestAsked.ts';
import { isFine, type Teller, tellAction, tellRequest, toldLines } from '../words/actionWords.ts';
import { NETWORK, tellingOf } from '../words/effectWords.ts';
import { idOf } from '../words/named.ts';
import { explainFile } from './explainFile.ts';
import { nextOf } from './nextOf.ts';
import { proposalOf, stateOf } from './proposals.ts';

export const explain: Command = {
  summary: 'say in words what a proposal, a request, calldata or a payload does, and whether enclaves would sign it',
  options: [
    { name: 'key', means: 'of a payload: the key that is to sign it, or its first characters' },
    { name: 'path', means: 'of a payload: path of the derived key: 32 bytes in hex, or words whose hash it is' },
    { name: 'requester', means: "of a payload: who is to ask; the DAO's timelock unless said" },
    { name: 'kind', means: 'of a payload that is no PSBT: its kind' },
    { name: 'to', means: 'of the calldata of one call: its contract, by address or by its name in the record' },
    NETWORK,
    ...SOURCE,
  ],
  file: {
    name: 'FILE or ID',
    means:
      'number of a proposal, id of a request (or the first characters of either), calldata in hex, or a file with calldata or a payload; - for the standard input',
  },
  run: async (options) => {
    const text = option(options, 'file');
    if (isWritten(text, options) || (!isId(text) && !isNumber(text))) return explainFile(text, options);
    const source = await openSource(options);
    return reading(() => (isId(text) ? explainRequest(source, text, options) : explainProposal(source, text, options)));
  },
};

/** Whatever its length: who says whom it calls, or which kind of payload it is, means the bytes and not an id. */
function isWritten(text: string, { to, kind }: Options): boolean {
  return text.startsWith('0x') && (to !== undefined || kind !== undefined);
}

function isId(text: string): boolean {
  return /^0x[0-9a-fA-F]{1,64}…?$/.test(text) && text !== '0x';
}

function isNumber(text: string): boolean {
  return /^\d{1,78}…?$/.test(text);
}

async function explainProposal(source: Source, text: string, options: Options): Promise<Shown> {
  const teller: Teller = { ...source, telling: await tellingOf(options, source.record) };
  const proposal = await proposalOf(source, text);
  const { id, proposer, targets, calldatas, description } = proposal;
  const state = await stateOf(source, id);
  const told = await Promise.all(targets.map((target, at) => tellAction(teller, target, calldatas[at] ?? '0x')));
  const next = await nextOf(source, proposal, state, options);
  const json = { proposalId: id.toString(), state, proposer, description, actions: told, next };
  const lines = [
    `proposal ${id}, ${state}, by ${proposer}`,
    ...description.split('\n').map((line) => `| ${printable(line)}`),
    ...told.flatMap(toldLines),
    next,
  ];
  return { json, text: lines.join('\n'), ok: isFine(told) };
}

async function explainRequest(source: Source, text: string, options: Options): Promise<Shown> {
  const teller: Teller = { ...source, telling: await tellingOf(options, source.record) };
  const { ledger, events } = await readHistory(source.chain, source.startBlock);
  const ids = [...ledger.requests.values()].map(({ id }) => id);
  const id = idOf(ids, text, 'request');
  const request = requestIn({ events }, id);
  const effects = request.effects.map((effect) => ({ ...effect, amount: BigInt(effect.amount) }));
  const told = {
    call: `request ${id}`,
    ...(await tellRequest(teller, { ...request, effects }, request.requester, id)),
  };
  return { json: told, text: toldLines(told, 0).join('\n'), ok: isFine([told]) };
}
