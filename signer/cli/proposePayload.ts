/** `quorate propose payload FILE`: a vote on one exact payload; what it does is declared by the enclave's own decoder. */

import { encodeFunctionData } from 'viem';
import { type Hex, toHex } from '../formats/hex.ts';
import { PAYLOAD_KINDS, payloadKind } from '../formats/kinds.ts';
import { view } from '../host/adapters/rpcViews.ts';
import { Fatal } from '../host/errors.ts';
import type { DecodedPayload } from '../payload/decodedPayload.ts';
import { KEYS_ABI, REQUESTS_ABI } from './abi.ts';
import { type Command, type Option, type Options, option } from './command.ts';
import { calledWith, consumerFindings } from './consumer.ts';
import { addressOf } from './deploymentRecord.ts';
import { NETWORK, tellingOf } from './effectWords.ts';
import { type Finding, fine, problem, warning } from './finding.ts';
import { compare, digestsOf } from './judgePayload.ts';
import { knownKey } from './knownKey.ts';
import { duration, hashOf, short, time } from './named.ts';
import { readPayload } from './payloadFile.ts';
import { payloadTold } from './payloadTold.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { numberOf, secondsOf } from './quantities.ts';
import { requireAddress } from './sender.ts';

/** What the contract wants between READY and the deadline, and the most that it lets be (RequestRules.sol). */
const LEAST_ROOM = 40 * 60;
const MOST_ROOM = 90 * 86_400;
const NOBODY = `0x${'00'.repeat(20)}` as Hex;
const NOTHING = `0x${'00'.repeat(32)}` as Hex;

const OPTIONS: readonly Option[] = [
  { name: 'key', means: 'id of the key, or its first characters', required: true },
  { name: 'path', means: 'path of the derived key: 32 bytes in hex, or words whose hash it is', fallback: NOTHING },
  {
    name: 'valid',
    means: 'how long it may be executed and signed, from the earliest execution on: 3d, 12h',
    fallback: '3d',
  },
  { name: 'consumer', means: 'contract that is called with the signatures' },
  { name: 'callback-gas', means: 'gas for that call', fallback: '0' },
  NETWORK,
  ...PROPOSAL,
];

export const proposePayload: Command = {
  summary: 'propose that one exact payload be signed; says before what it does, and who would refuse it',
  options: [
    { name: 'kind', means: `payload kind: ${Object.keys(PAYLOAD_KINDS).join(', ')}`, required: true },
    ...OPTIONS,
  ],
  file: 'the payload: bytes, base64, hex or JSON; - for the standard input',
  run: proposing(draft),
};

export const proposeBitcoin: Command = {
  summary: 'propose that a Bitcoin transaction (PSBT) be signed; says before what it does, and who would refuse it',
  options: OPTIONS,
  file: 'the PSBT: bytes, base64, hex or JSON; - for the standard input',
  run: proposing((drafting) => draft({ ...drafting, options: { ...drafting.options, kind: 'bitcoin-psbt' } })),
};

async function draft({ source, options, timing }: Drafting): Promise<Draft> {
  const keyId = await knownKey(source, option(options, 'key'));
  const requester = addressOf(source.record, 'timelock');
  const [path, kind, payload] = [
    hashOf(option(options, 'path')),
    kindOf(option(options, 'kind')),
    readPayload(option(options, 'file')),
  ];
  const plain = await tellingOf(options, source.record);
  const told = await payloadTold(source, { keyId, requester, path, kind, payload }, { plain, now: timing.now });
  const { decoded, account, effects } = told;
  if (decoded === null) return { actions: [], findings: told.findings };
  const row = await view(source.rpc, addressOf(source.record, 'keyRegistry'), KEYS_ABI, 'rowOf', [keyId, requester]);
  const deadline = timing.earliest + row.delay + LEAST_ROOM + secondsOf(option(options, 'valid'));
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
    actions: [
      { contract: 'signingRequests.request', target: addressOf(source.record, 'signingRequests'), data, words },
    ],
    findings: [
      compare(decoded, declared),
      ...told.findings,
      ...rowFindings(row, kind),
      ...deadlineFindings(deadline, row.delay, timing.earliest),
      ...(await consumerFindings(source, intent)),
    ],
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

type Row = { readonly kinds: number; readonly delay: number };

function rowFindings({ kinds, delay }: Row, kind: number): Finding[] {
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
