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
import { type Finding, fine, warning } from '../finding.ts';
import { secondsOf } from '../quantities.ts';
import { short, time } from '../words/named.ts';
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
  const findings = [concerned(await readLedger(source), keyId, until), ...late(until)];
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
function untilOf(options: Options, earliest: number): number {
  if (options.end === true && options.for === undefined) return 0;
  if (options.end !== true && options.for !== undefined) return earliest + secondsOf(option(options, 'for'));
  if (options.end === true)
    throw new Fatal('CONFIG_INVALID', '--end and --for are both there', 'Leave one of them out: an end takes no time.');
  throw new Fatal('CONFIG_INVALID', 'it is not said for how long', 'Add --for 2w, or --end to end a pause.');
}

function concerned({ requests }: Pick<Ledger, 'requests'>, keyId: Hex | null, until: number): Finding {
  const open = [...requests.values()].filter((one) => one.request !== null && (keyId === null || one.keyId === keyId));
  if (open.length === 0) return fine('no open request is concerned, as of now');
  const what = until === 0 ? 'can be signed again' : 'wait until then, and expire if their deadline comes first';
  return warning(`${open.length} open requests ${what}`);
}

/** A vote takes its time. */
function late(until: number): Finding[] {
  if (until === 0) return [];
  return [warning('a pause counts from its execution on: what has to stop sooner is the guardian`s to suspend')];
}
