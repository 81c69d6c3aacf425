/** A call of a proposal in words: which contract and function, with what; a payload by what it does. */

import { decodeFunctionData } from 'viem';
import { fromHex, type Hex } from '../formats/hex.ts';
import { callable } from './callable.ts';
import { addressOf } from './deploymentRecord.ts';
import { effectWords } from './effectWords.ts';
import { type Finding, findingLines, warning } from './finding.ts';
import { compare, keyNow, understand } from './judgePayload.ts';
import { time } from './named.ts';
import { nameOf } from './roles.ts';
import type { Source } from './source.ts';

export type Told = { readonly call: string; readonly words: readonly string[]; readonly findings: readonly Finding[] };

export async function tellAction(source: Source, target: Hex, data: Hex): Promise<Told> {
  const name = nameOf(source.record, target);
  const decoded = name === null ? null : decode(name, data);
  if (name === null || decoded === null) {
    const words = [`${(data.length - 2) / 2} bytes of calldata: ${data.slice(0, 74)}`];
    return {
      call: name ?? target,
      words,
      findings: [warning(`nobody here knows what this call of ${name ?? target} does`)],
    };
  }
  const { functionName, args } = decoded;
  if (name === 'signingRequests' && (functionName === 'request' || functionName === 'requestFor'))
    return { call: `${name}.${functionName}`, ...(await tellIntent(source, args)) };
  return { call: `${name}.${functionName}`, words: args.map(said), findings: [] };
}

function decode(name: string, data: Hex) {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi: callable(name) ?? [], data });
    return { functionName, args };
  } catch {
    return null;
  }
}

type Effect = {
  readonly kind: number;
  readonly asset: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
  readonly detail: Hex;
};
type Intent = {
  readonly keyId: Hex;
  readonly path: Hex;
  readonly kind: number;
  readonly payload: Hex;
  readonly digests: readonly Hex[];
  readonly effects: readonly Effect[];
  readonly deadline: number;
};

/** As the ABI of `request` and `requestFor` has decoded it. */
async function tellIntent(source: Source, args: readonly unknown[]): Promise<Omit<Told, 'call'>> {
  const [intent, requester] = args as readonly [Intent, Hex?];
  return tellRequest(source, intent, requester ?? addressOf(source.record, 'timelock'));
}

export async function tellRequest(source: Source, intent: Intent, requester: Hex): Promise<Omit<Told, 'call'>> {
  const { keyId, path, kind, payload, deadline } = intent;
  const key = await keyNow(source, keyId);
  const judged = understand(key, {
    requester: fromHex(requester),
    path: fromHex(path),
    kind,
    payload: fromHex(payload),
  });
  const effects = intent.effects.map(({ asset, recipient, detail, ...rest }) => ({
    ...{ ...rest, asset: fromHex(asset), recipient: fromHex(recipient), detail: fromHex(detail) },
  }));
  const words = [
    `key ${keyId}, path ${path}, payload kind ${kind} of ${(payload.length - 2) / 2} bytes, deadline ${time(deadline)}`,
    ...effects.map((effect) => `declared: ${effectWords(effect)}`),
  ];
  if ('finding' in judged) return { words, findings: [judged.finding] };
  const found = compare(judged.decoded, { digests: intent.digests.map(fromHex), effects });
  const really =
    found.is === 'problem' ? judged.decoded.effects.map((effect) => `in truth: ${effectWords(effect)}`) : [];
  return { words: [...words, ...really], findings: [found] };
}

function said(value: unknown): string {
  const text =
    typeof value === 'object'
      ? JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part))
      : String(value);
  return text.replace(/[^\x20-\x7e]/g, '.').slice(0, 1_000);
}

export function toldLines({ call, words, findings }: Told, at: number): string[] {
  return [`${at + 1}. ${call}`, ...words.map((line) => `     ${line}`), ...findingLines(findings)];
}
