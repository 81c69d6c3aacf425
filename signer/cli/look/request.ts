/** `quorate request ID`: what became of one request, step by step, and what it waits for. */

import { setTimeout } from 'node:timers/promises';
import type { Request } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import { isOvertaken, pausedUntil, serves } from '../../host/chain/view/ledger.ts';
import type { RequestRecord } from '../../host/chain/view/requestIndex.ts';
import type { LocatedEvent } from '../../host/ports/chain.ts';
import { type History, readHistory } from '../chain/readLedger.ts';
import { signaturesOf } from '../chain/requestSignatures.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, type Options, option, type Shown, table } from '../command.ts';
import { isJoined } from '../finalise/finalise.ts';
import { sameOptions } from '../vote/nextOf.ts';
import { tellRequest } from '../words/actionWords.ts';
import { NETWORK, tellingOf } from '../words/effectWords.ts';
import { duration, idOf, short, time } from '../words/named.ts';
import { refusalWords } from '../words/refusalWords.ts';
import { type Callback, callbackOf, callbackWords } from './callback.ts';
import { requestIn } from './requestAsked.ts';
import { ascii } from './requests.ts';

const EVERY = 2_000;
const ENDED = new Set(['fulfilled', 'cancelled', 'refused', 'expired']);

export const request: Command = {
  summary:
    'show one request: what it asks for, its timeline, who refused it and why, what it waits for, its signatures',
  options: [
    NETWORK,
    ...SOURCE,
    { name: 'watch', means: 'show it again whenever something changes, until it has ended', isSwitch: true },
  ],
  file: { name: 'ID', means: 'id of the request, or its first characters' },
  run: async (options) => {
    return show(await openSource(options), options);
  },
  watch,
};

/** Each state once: a watch that says nothing says that nothing has changed. */
async function* watch(options: Options): AsyncGenerator<Shown> {
  const source = await openSource(options);
  for (let before = ''; ; await setTimeout(EVERY)) {
    const shown = await show(source, options);
    const now = JSON.stringify(shown.json);
    if (now !== before) yield shown;
    if (ENDED.has(shown.json.state)) return;
    before = now;
  }
}

async function show(source: Source, options: Options): Promise<Shown & { readonly json: Story }> {
  const text = option(options, 'file');
  const history = await readHistory(source.chain, source.startBlock);
  const { ledger } = history;
  const known = [...ledger.requests.values()];
  const id = idOf(
    known.map((one) => one.id),
    text,
    'request',
  );
  const record = known.find((one) => one.id === id) as RequestRecord;
  const timeline = await timelineOf(source, history, id);
  const asked = requestIn(history, id);
  const signatures = record.state === 'fulfilled' ? await signaturesOf(source, history, id) : [];
  const json = {
    id,
    state: record.state,
    kind: payloadKind(asked.kind) ?? String(asked.kind),
    words: await wordsOf(source, options, asked, id),
    keyId: record.keyId,
    requester: record.requester,
    overtaken: record.request !== null && isOvertaken(ledger, record),
    waitsFor: waitsFor(history, record),
    timeline,
    callback: await callbackOf(source, history, id, asked),
    signatures,
    next: signatures.length > 0 && isJoined(asked.kind) ? `quorate finalise ${id}${sameOptions(options)}` : null,
  };
  return { json, text: worded(json), ok: record.state !== 'refused' && record.state !== 'expired' };
}

type Story = {
  readonly id: Hex;
  readonly state: RequestRecord['state'];
  readonly kind: string;
  /** What it asks for. */
  readonly words: readonly string[];
  readonly keyId: Hex;
  readonly requester: Hex;
  readonly overtaken: boolean;
  /** null when it has ended */
  readonly waitsFor: string | null;
  readonly timeline: readonly Step[];
  /** Null: nobody is called with the signatures. */
  readonly callback: Callback | null;
  readonly signatures: readonly Hex[];
  /** The command that makes a transaction of it; null where nothing is to be made, or not yet. */
  readonly next: string | null;
};
type Step = { readonly at: string; readonly block: number; readonly what: string; readonly todo?: string };

async function wordsOf(source: Source, options: Options, asked: Request, id: Hex): Promise<readonly string[]> {
  const teller = { ...source, telling: await tellingOf(options, source.record) };
  const effects = asked.effects.map((effect) => ({ ...effect, amount: BigInt(effect.amount) }));
  return (await reading(() => tellRequest(teller, { ...asked, effects }, asked.requester, id))).words;
}

async function timelineOf({ chain }: Source, { events }: History, id: Hex): Promise<readonly Step[]> {
  const own = events.filter(({ data }) => 'id' in data && data.id === id);
  const blocks = await reading(() => Promise.all(own.map(({ block }) => chain.blockAt(block))));
  return own.map(({ block, data }, index) => ({
    at: time(blocks[index]?.timestamp ?? 0),
    block,
    ...said(data),
  }));
}

function said(data: LocatedEvent['data']): { readonly what: string; readonly todo?: string } {
  switch (data.event) {
    case 'SignatureRequested':
      return { what: `asked for by ${data.request.requester}, may be READY from ${time(data.readyAt)}` };
    case 'RequestReady':
      return { what: 'READY: enclaves sign it as soon as this is final' };
    case 'SignatureFulfilled':
      return { what: 'FULFILLED: the signatures are on chain' };
    case 'RequestCancelled':
      return { what: 'CANCELLED before it was READY' };
    case 'RequestRefused':
      return { what: 'REFUSED: too few members are left that would sign it' };
    case 'RequestExpired':
      return {
        what: 'EXPIRED: its deadline has passed, or its row was changed; a signature may still exist if it was READY',
      };
    case 'RequestAbandoned':
      return { what: 'EXPIRED: given up by its requester or a vote; a signature may still exist' };
    case 'LateSignatureRecorded':
      return { what: 'a signature came too late to be delivered, and is on record' };
    case 'RequestRefusedBy': {
      const code = ascii(data.code);
      const { means, todo } = refusalWords(code);
      const kind = data.kind === 'final' ? 'for ever' : 'as long as it runs this image';
      return { what: `${short(data.member)} refuses it ${kind}: ${code}, ${means}`, todo };
    }
    default:
      return { what: data.event };
  }
}

/** Null when it has ended. */
function waitsFor({ ledger, head }: History, record: RequestRecord): string | null {
  if (record.request === null) return null;
  if (isOvertaken(ledger, record))
    return 'nothing any more: its row was changed since, so no enclave signs it; ask anew';
  const now = head.timestamp;
  if (record.request.deadline < now) return 'somebody to mark it as expired: its deadline has passed';
  const paused = pausedUntil(ledger, record.keyId);
  if (paused > now) return `the end of a pause at ${time(paused)}`;
  if (record.state === 'queued' && record.readyAt > now)
    return `the delay of its row: ${duration(record.readyAt - now)} more, until then it can be cancelled`;
  if (record.state === 'queued') return 'a host to mark it READY';
  return waitsForMembers({ ledger, head }, record);
}

function waitsForMembers({ ledger, head }: Pick<History, 'ledger' | 'head'>, { id, keyId }: RequestRecord): string {
  const key = ledger.keys.get(keyId);
  if (key === undefined) return 'a key that is not known here';
  const refused = new Set((ledger.refusals.get(id) ?? []).map(({ member }) => member));
  const able = key.members.filter((member) => serves(ledger, member, head.timestamp) && !refused.has(member));
  const need = `${key.threshold} of ${key.members.length} members`;
  const lack = able.length < key.threshold ? `; only ${able.length} serve and have not refused it` : '';
  return `signatures of ${need}${lack}`;
}

function worded(story: Story): string {
  const { id, state, keyId, overtaken, waitsFor: what, words, timeline, callback, signatures, next } = story;
  const todo = new Set(timeline.flatMap((step) => (step.todo === undefined ? [] : [`  what to do: ${step.todo}`])));
  return [
    `request ${id}`,
    `${state}${overtaken ? ', overtaken' : ''}, key ${short(keyId)}${what === null ? '' : `; waits for ${what}`}`,
    ...words.map((line) => `  ${line}`),
    table(timeline.map(({ at, block, what: step }) => [`  ${at}`, `block ${block}`, step])),
    ...todo,
    ...(callback === null ? [] : [`  ${callbackWords(callback)}`]),
    ...signatures.map((signature) => `  signature ${signature}`),
    ...(next === null ? [] : [`next: ${next}, and send what it prints to a node of its network`]),
  ].join('\n');
}
