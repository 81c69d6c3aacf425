/** A call of a proposal in words: which contract and function, with what; a payload by what it does. */

import { fromHex, type Hex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import { printableStart } from '../../host/printable.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, findingLines, warning } from '../finding.ts';
import { nameOf } from '../look/roles.ts';
import { compare } from '../payload/judgePayload.ts';
import { payloadTold } from '../payload/told.ts';
import { callWords, unknownWords } from './callWords.ts';
import { calledWith } from './consumer.ts';
import { effectWords, type Telling } from './effectWords.ts';
import { time } from './named.ts';
import type { Intent } from './sentences/voice.ts';
import { latestTime } from './timing.ts';

export type Told = { readonly call: string; readonly words: readonly string[]; readonly findings: readonly Finding[] };

/** What a command tells with: where it reads, and how it writes addresses. */
export type Teller = Pick<Source, 'rpc' | 'record' | 'startBlock'> & { readonly telling: Telling };

export async function tellAction(teller: Teller, target: Hex, data: Hex): Promise<Told> {
  const told = callWords(teller, target, data);
  if (told === null) {
    const name = nameOf(teller.record, target) ?? target;
    const findings = [warning(`nobody here knows what this call of ${name} does`)];
    return { call: name, words: [unknownWords(data)], findings };
  }
  const { name, functionName, args, words } = told;
  const call = `${name}.${functionName}`;
  if (name === 'signingRequests' && (functionName === 'request' || functionName === 'requestFor'))
    return { call, ...(await tellIntent(teller, args)) };
  return { call, words, findings: [] };
}

/** As the ABI of `request` and `requestFor` has decoded it. */
async function tellIntent(teller: Teller, args: readonly unknown[]): Promise<Omit<Told, 'call'>> {
  const [intent, requester] = args as readonly [Intent, Hex?];
  return tellRequest(teller, intent, requester ?? addressOf(teller.record, 'timelock'));
}

/** @param but its id, where it was asked for already */
export async function tellRequest(
  teller: Teller,
  intent: Intent,
  requester: Hex,
  but?: Hex,
): Promise<Omit<Told, 'call'>> {
  const { keyId, path, kind, payload, deadline } = intent;
  const asked = { keyId, requester, path, kind, payload: fromHex(payload) };
  const when = { plain: teller.telling, now: await latestTime(teller), ...(but === undefined ? {} : { but }) };
  const { decoded, words, findings, telling, effects: really } = await payloadTold(teller, asked, when);
  const effects = intent.effects.map(({ asset, recipient, detail, ...rest }) => ({
    ...{ ...rest, asset: fromHex(asset), recipient: fromHex(recipient), detail: fromHex(detail) },
  }));
  const head = `key ${keyId}, ${payloadKind(kind) ?? `unknown kind ${kind}`} of ${(payload.length - 2) / 2} bytes, deadline ${time(deadline)}`;
  const declared = effects.map((effect) => `declared: ${effectWords(effect, telling)}`);
  if (decoded === null) return { words: [head, ...words, ...declared, ...calledWith(intent)], findings };
  const found = compare(decoded, { digests: intent.digests.map(fromHex), effects });
  const differ = found.is === 'problem' ? [...declared, ...really.map((effect) => `in truth: ${effect}`)] : [];
  return { words: [head, ...differ, ...words, ...calledWith(intent)], findings: [found, ...findings] };
}

/** A value in one line; whoever proposed it wrote it. */
export function said(value: unknown): string {
  const text =
    typeof value === 'object'
      ? JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? part.toString() : part))
      : String(value);
  return printableStart(text, 1_000);
}

export function toldLines({ call, words, findings }: Told, at: number): string[] {
  return [`${at + 1}. ${call}`, ...words.map((line) => `     ${line}`), ...findingLines(findings)];
}

/** Whether enclaves and contracts take all of it; what a voter should know makes no difference. */
export function isFine(told: readonly Told[]): boolean {
  return told.every(({ findings }) => findings.every(({ is }) => is !== 'problem'));
}
