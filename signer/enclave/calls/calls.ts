/** Every call of api.ts: a new one is its type there, its file here, and its row in this table. */

import { refuse } from '../../formats/refusal.ts';
import type { CallName } from '../api.ts';
import type { CallFrame } from '../decode/callFrame.ts';
import { abort, abortParams } from './abort.ts';
import { activateKey, activateKeyParams } from './activateKey.ts';
import { attest, attestParams } from './attest.ts';
import { bootAgain, bootParams } from './boot.ts';
import { bootstrapAgain, bootstrapParams } from './bootstrap.ts';
import { deliver, deliverParams } from './deliver.ts';
import { follow, followParams } from './follow.ts';
import { generateKey, generateKeyParams } from './generateKey.ts';
import { judge, judgeParams } from './judge.ts';
import { kept, keptParams } from './kept.ts';
import { prove, proveParams } from './prove.ts';
import { recordBoot, recordBootParams } from './recordBoot.ts';
import { type Act, type Row, row } from './row.ts';
import { setUpPair, setUpPairParams } from './setUpPair.ts';
import { sign, signParams } from './sign.ts';
import { status, statusParams } from './status.ts';

const CALLS: { readonly [N in CallName]: Row<N> } = {
  boot: row('boot', bootParams, bootAgain),
  status: row('status', statusParams, status),
  bootstrap: row('bootstrap', bootstrapParams, bootstrapAgain),
  follow: row('follow', followParams, follow),
  prove: row('prove', proveParams, prove),
  attest: row('attest', attestParams, attest),
  recordBoot: row('recordBoot', recordBootParams, recordBoot),
  generateKey: row('generateKey', generateKeyParams, generateKey),
  kept: row('kept', keptParams, kept),
  activateKey: row('activateKey', activateKeyParams, activateKey),
  setUpPair: row('setUpPair', setUpPairParams, setUpPair),
  sign: row('sign', signParams, sign),
  judge: row('judge', judgeParams, judge),
  deliver: row('deliver', deliverParams, deliver),
  abort: row('abort', abortParams, abort),
};

/** @throws Refused CALL_UNKNOWN, CALL_MALFORMED */
export function decodeCall({ call, params }: Pick<CallFrame, 'call' | 'params'>): Act<CallName> {
  if (typeof call !== 'string' || !Object.hasOwn(CALLS, call)) {
    return refuse('CALL_UNKNOWN', typeof call === 'string' ? call.slice(0, 64) : `a ${typeof call}`);
  }
  return CALLS[call as CallName](params);
}
