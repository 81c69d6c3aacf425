/** The call that asks for one payload: by a vote, or by whoever a row lets ask; what it does is declared by the enclave's own decoder. */

import { encodeFunctionData } from 'viem';
import { type Hex, toHex } from '../../formats/hex.ts';
import { PAYLOAD_KINDS, payloadKind } from '../../formats/kinds.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { Fatal } from '../../host/errors.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import { KEYS_ABI, REQUESTS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { requireAddress } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import { type Option, type Options, option, type Word } from '../command.ts';
import type { Finding } from '../finding.ts';
import type { Action } from '../propose/proposal.ts';
import { numberOf, secondsOf } from '../quantities.ts';
import { calledWith, consumerFindings } from '../words/consumer.ts';
import { NETWORK, tellingOf } from '../words/effectWords.ts';
import { pathOf, short, time } from '../words/named.ts';
import { readPayload } from './file.ts';
import { compare, digestsOf } from './judgePayload.ts';
import { payloadTold } from './told.ts';

/** What the contract wants between READY and the deadline (RequestRules.sol). */
export const LEAST_ROOM = 40 * 60;
const NOBODY = `0x${'00'.repeat(20)}` as Hex;
const NOTHING = `0x${'00'.repeat(32)}` as Hex;

/** But for `valid`, which counts from another moment for each who asks. */
export const INTENT: readonly Option[] = [
  { name: 'key', means: 'id of the key, or its first characters', required: true },
  { name: 'path', means: 'path of the derived key: 32 bytes in hex, or words whose hash it is', fallback: NOTHING },
  { name: 'consumer', means: 'contract that is called with the signatures' },
  { name: 'callback-gas', means: 'gas for that call', fallback: '0' },
  NETWORK,
];
export const KIND: Option = {
  ...{ name: 'kind', means: `payload kind: ${Object.keys(PAYLOAD_KINDS).join(', ')}`, required: true },
};
export const PAYLOAD: Word = {
  name: 'FILE',
  means: 'the payload: bytes, base64, hex or JSON; - for the standard input',
};
export const PSBT: Word = { name: 'FILE', means: 'the PSBT: bytes, base64, hex or JSON; - for the standard input' };

/** @param requester who asks @param now and the earliest time at which it can be asked, Unix time in seconds */
export type Asker = { readonly requester: Hex; readonly now: number; readonly earliest: number };
export type Row = { readonly kinds: number; readonly delay: number; readonly guard: Hex };
export type Intent = ReturnType<typeof intentOf>;
export type Asking = {
  readonly action: Action;
  readonly intent: Intent;
  readonly row: Row;
  /** What the payload is, and whether it is what was declared; nothing of who may ask for it. */
  readonly findings: readonly Finding[];
  readonly details: object;
};
/** Enclaves refuse the payload, so its effects cannot be declared. */
export type Unaskable = { readonly action: null; readonly row: Row; readonly findings: readonly Finding[] };

export async function askingOf(source: Source, options: Options, asker: Asker): Promise<Asking | Unaskable> {
  const { requester } = asker;
  const [path, kind, payload] = [
    pathOf(option(options, 'path')),
    kindOf(option(options, 'kind')),
    readPayload(option(options, 'file')),
  ];
  const keyId = await knownKey(source, option(options, 'key'));
  const plain = await tellingOf(options, source.record);
  const told = await payloadTold(source, { keyId, requester, path, kind, payload }, { plain, now: asker.now });
  const { decoded, account, effects } = told;
  const row = await view(source.rpc, addressOf(source.record, 'keyRegistry'), KEYS_ABI, 'rowOf', [keyId, requester]);
  if (decoded === null) return { action: null, row, findings: told.findings };
  const deadline = asker.earliest + row.delay + LEAST_ROOM + secondsOf(option(options, 'valid'));
  const intent = intentOf(options, { keyId, path, kind, payload: toHex(payload), deadline }, decoded);
  const data = encodeFunctionData({ abi: REQUESTS_ABI, functionName: 'request', args: [intent] });
  const words = [
    `key ${short(keyId)}, ${payloadKind(kind)} of ${payload.length} bytes`,
    ...told.words,
    ...calledWith(intent),
    `to be signed by ${time(deadline)}`,
  ];
  const declared = { digests: decoded.messages, effects: decoded.effects };
  return {
    action: { contract: 'signingRequests.request', target: addressOf(source.record, 'signingRequests'), data, words },
    ...{ intent, row },
    findings: [compare(decoded, declared), ...told.findings, ...(await consumerFindings(source, intent))],
    details: { digests: digestsOf(decoded), effects, deadline, keyId, path, account },
  };
}

type Fixed = {
  readonly keyId: Hex;
  readonly path: Hex;
  readonly kind: number;
  readonly payload: Hex;
  readonly deadline: number;
};

function intentOf({ consumer, 'callback-gas': gas }: Options, fixed: Fixed, { messages, effects }: DecodedPayload) {
  return {
    ...fixed,
    digests: messages.map(toHex),
    effects: effects.map(({ kind, asset, recipient, amount, detail }) => ({
      ...{ kind, amount },
      ...{ asset: toHex(asset), recipient: toHex(recipient), detail: toHex(detail) },
    })),
    consumer: typeof consumer === 'string' ? requireAddress(consumer) : NOBODY,
    callbackGas: numberOf('callback-gas', gas, 4_000_000),
    replaces: NOTHING,
  };
}

export function kindOf(text: string): number {
  const known: Readonly<Record<string, { readonly number: number } | undefined>> = PAYLOAD_KINDS;
  const found = Object.hasOwn(known, text)
    ? known[text]?.number
    : Object.values(PAYLOAD_KINDS).find(({ number }) => String(number) === text)?.number;
  if (found !== undefined) return found;
  throw new Fatal(
    'CONFIG_INVALID',
    `there is no payload kind ${text}`,
    `There are ${Object.keys(PAYLOAD_KINDS).join(', ')}.`,
  );
}
