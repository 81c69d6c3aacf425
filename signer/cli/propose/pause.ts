/** `quorate propose pause`: a vote that stops one key or all, for as long as it says, or ends that. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import type { Ledger } from '../../host/chain/view/ledger.ts';
import { Fatal } from '../../host/errors.ts';
import { KEYS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { readLedger } from '../chain/readLedger.ts';
import { type Command, type Options, option } from '../command.ts';
import { type Finding, fine, problem, warning } from '../finding.ts';
import { secondsOf } from '../quantities.ts';
import { short, time } from '../words/named.ts';
import type { Timing } from '../words/timing.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';

export const proposePause: Command = {
  summary: 'propose that one key, or every key, signs nothing for a while; or, with --end, that it goes on',
  options: [
    { name: 'key', means: 'id of the key, or its first characters' },
    { name: 'network', means: 'every key instead of one', isSwitch: true },
    { name: 'for', means: 'how long, from the earliest execution on: 2w, 12h' },
    { name: 'end', means: 'end a pause, or a suspension by the guardian, at execution', isSwitch: true },
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

async function draft({ source, options, timing }: Drafting): Promise<Draft> {
  const keyId = await whichKey(options, (text) => knownKey(source, text));
  const until = untilOf(options, timing.earliest);
  const target = addressOf(source.record, 'keyRegistry');
  const what = keyId === null ? 'every key' : `key ${short(keyId)}`;
  const words = [until === 0 ? `${what} goes on at once` : `${what} signs nothing until ${time(until)}`];
  const ledger = await readLedger(source);
  const findings = [concerned(ledger, keyId, until), ...(until === 0 ? ended(ledger, keyId, timing) : late())];
  return { actions: [{ ...call(keyId, until), target, words }], findings };
}

function call(keyId: Hex | null, until: number) {
  if (keyId === null) {
    const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'pauseNetwork', args: [until] });
    return { contract: 'keyRegistry.pauseNetwork', data };
  }
  const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'pause', args: [keyId, until] });
  return { contract: 'keyRegistry.pause', data };
}

async function whichKey({ key, network }: Options, known: (text: string) => Promise<Hex>): Promise<Hex | null> {
  if (network === true && key === undefined) return null;
  if (typeof key === 'string' && network !== true) return known(key);
  throw new Fatal('CONFIG_INVALID', 'it is not said what pauses', 'Add --key ID, or --network for every key.');
}

/** Unix time in seconds; 0 ends a pause. */
export function untilOf(options: Options, earliest: number): number {
  if (options.end === true && options.for === undefined) return 0;
  if (options.end !== true && options.for !== undefined) return earliest + lastingOf(option(options, 'for'));
  if (options.end === true)
    throw new Fatal('CONFIG_INVALID', '--end and --for are both there', 'Leave one of them out: an end takes no time.');
  throw new Fatal('CONFIG_INVALID', 'it is not said for how long', 'Add --for 2w, or --end to end a pause.');
}

function lastingOf(text: string): number {
  const seconds = secondsOf(text);
  if (seconds > 0) return seconds;
  throw new Fatal('CONFIG_INVALID', `--for ${text} pauses nothing`, 'Say for how long: 2w, 12h; --end ends a pause.');
}

function concerned({ requests }: Pick<Ledger, 'requests'>, keyId: Hex | null, until: number): Finding {
  const open = [...requests.values()].filter((one) => one.request !== null && (keyId === null || one.keyId === keyId));
  if (open.length === 0) return fine('no open request is concerned, as of now');
  const what = until === 0 ? 'can be signed again' : 'wait until then, and expire if their deadline comes first';
  return warning(`${open.length} open requests ${what}`);
}

/** What an end finds to end, as the finalised chain has it. */
export function ended(
  { keys, network }: Pick<Ledger, 'keys' | 'network'>,
  keyId: Hex | null,
  { now, earliest }: Pick<Timing, 'now' | 'earliest'>,
): Finding[] {
  const paused = keyId === null ? network.pausedUntil : (keys.get(keyId)?.pausedUntil ?? 0);
  const what = keyId === null ? 'no pause of every key' : `no pause of key ${short(keyId)}`;
  if (paused <= now) return [problem(`there is ${what} to end, as of now${others(network.pausedUntil, keyId, now)}`)];
  if (paused > earliest) return [];
  return [warning(`it ends by itself at ${time(paused)}, before a vote can be executed`)];
}

function others(network: number, keyId: Hex | null, now: number): string {
  return keyId !== null && network > now ? ': every key is paused, which --network --end ends' : '';
}

/** A vote takes its time. */
function late(): Finding[] {
  return [warning("a pause counts from its execution on: what has to stop sooner is the guardian's to suspend")];
}
