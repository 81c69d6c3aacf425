/** Calls of requests, of their modules, and of delegates' limits. */

import type { Hex } from '../../../formats/hex.ts';
import type { MANDATES_ABI, REQUESTS_ABI, SPENDING_LIMITS_ABI } from '../../chain/abi.ts';
import { limitWords } from '../../delegate/limitWords.ts';
import { amountWords } from '../assets.ts';
import { time } from '../named.ts';
import { authorityWords } from './keys.ts';
import {
  bytesWords,
  consumerWords,
  declaredWords,
  headerWords,
  intentWords,
  kindWords,
  listWords,
  type Sentences,
} from './voice.ts';

export const REQUESTS: Sentences<typeof REQUESTS_ABI> = {
  request: ([intent], voice) => [AS_DECLARED, ...intentWords(intent, voice)],
  requestFor: ([intent, requester, announced], voice) => [
    `in the name of ${voice.who(requester)}${BigInt(announced) === 0n ? '' : `, as announced by ${announced}`}`,
    AS_DECLARED,
    ...intentWords(intent, voice),
  ],
  announce: ([keyId, requester, hash], { who }) => [
    `announces ${hash} of key ${keyId}, to be asked for in the name of ${who(requester)}`,
  ],
  withdraw: ([module, keyId, requester, hash], { who }) => [
    `takes back ${hash}, which module ${who(module)} has announced of key ${keyId} in the name of ${who(requester)}`,
  ],
  cancel: ([header], voice) => ['cancels a request that waits:', ...headerWords(header, voice)],
  abandon: ([header], voice) => ['gives up a request that is READY:', ...headerWords(header, voice)],
  expire: ([header], voice) => ['marks a request as over:', ...headerWords(header, voice)],
  markReady: ([header], voice) => ['makes a request READY:', ...headerWords(header, voice)],
  markReadyMany: ([headers], voice) => [
    `makes ${headers.length} requests READY:`,
    ...headers.flatMap((header) => headerWords(header, voice)),
  ],
  fulfil: (entry, voice) => fulfilled({ header: entry[0], digests: entry[1], signatures: entry[2] }, voice),
  fulfilMany: ([entries], voice) => entries.flatMap((entry) => fulfilled(entry, voice)),
  redeliver: ([header, signatures], voice) => [
    'delivers signatures to a consumer again:',
    ...headerWords(header, voice),
    `signatures ${listWords(signatures.map(bytesWords), 'none')}`,
  ],
  endRefused: ([id]) => [`request ${id} is over: members have refused it`],
  listModule: ([module, codeHash], { who }) => [
    `module ${who(module)} may ask in the name of those whose row names it, while its code has hash ${codeHash}`,
  ],
  withdrawModule: ([module], { who }) => [`takes back the listing of module ${who(module)} before it is in effect`],
  removeModule: ([module], { who }) => [`module ${who(module)} may ask for nothing any more, at once`],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

type Fulfilment = {
  readonly header: Parameters<typeof headerWords>[0];
  readonly digests: readonly Hex[];
  readonly signatures: readonly Hex[];
};

function fulfilled({ header, digests, signatures }: Fulfilment, voice: Parameters<typeof headerWords>[1]): string[] {
  return [
    'brings the signatures of a request:',
    ...headerWords(header, voice),
    `digests ${listWords(digests.map(bytesWords), 'none')}, signatures ${listWords(signatures.map(bytesWords), 'none')}`,
  ];
}

/** A call within a call is not decoded. */
const AS_DECLARED = 'asks for signatures; what follows is as it is declared, not as enclaves decode it';

export const LIMITS: Sentences<typeof SPENDING_LIMITS_ABI> = {
  setLimits: ([requests, keyId, requester, limits], { who, telling }) => [
    `what ${who(requester)} may ask of key ${keyId} through ${who(requests)} without a vote:`,
    ...limitWords(limits, telling),
  ],
  removeLimits: ([requests, keyId, requester], { who }) => [
    `${who(requester)} may ask nothing of key ${keyId} through ${who(requests)} any more`,
  ],
  settle: ([requests, header], voice) => [
    `a payload of ${voice.who(requests)} is final on its chain, or can get there no more:`,
    ...headerWords(header, voice),
  ],
  onQueued: ([id, requester, intent], voice) => [
    `asks this guard about request ${id} of ${voice.who(requester)}:`,
    ...intentWords(intent, voice),
  ],
  onReady: ([id, header], voice) => [`asks this guard about request ${id}:`, ...headerWords(header, voice)],
  setAuthority: ([authority], { who }) => [authorityWords(who(authority))],
};

export const MANDATES: Sentences<typeof MANDATES_ABI> = {
  place: ([{ keyId, path, kind, effects, feeCaps, executor, deadline, ...call }], voice) => [
    `${executorWords(executor, voice.who)} may have exactly this signed, once, by ${time(deadline)}:`,
    `key ${keyId}, path ${path}, ${kindWords(kind)}`,
    ...declaredWords(effects, voice),
    ...feeWords(feeCaps),
    ...consumerWords(call),
  ],
  fill: ([{ requester, counter, executor, feeCaps }, intent], voice) => [
    `fills mandate number ${counter} of ${voice.who(requester)}, for ${executorWords(executor, voice.who)}`,
    ...feeWords(feeCaps),
    ...intentWords(intent, voice),
  ],
};

function executorWords(executor: Hex, who: (address: Hex) => string): string {
  return BigInt(executor) === 0n ? 'anybody' : who(executor);
}

function feeWords(caps: readonly { readonly asset: Hex; readonly amount: bigint }[]): string[] {
  return caps.length === 0 ? ['no fees'] : caps.map(({ asset, amount }) => `fees up to ${amountWords(amount, asset)}`);
}
