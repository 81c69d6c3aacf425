/** A payment in words for those who vote on it, and what should make them hesitate. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { btc } from './amounts.ts';
import { virtualSize } from './finalTransaction.ts';
import type { ScriptNature } from './outputScript.ts';
import { dustThreshold, scriptNature } from './outputScript.ts';
import type { Payment } from './payment.ts';
import type { Said } from './said.ts';
import { warning, word } from './said.ts';
import type { Present } from './timing.ts';
import { timing } from './timing.ts';
import type { TransactionOutput } from './transaction.ts';

type Bytes = Uint8Array;

export type Telling = {
  /** As the network writes it; null: the script has no address. */
  readonly address: (script: Bytes) => string | null;
  readonly network: string;
} & Present;

/** A payment's fee, and what it is measured by. Satoshi, virtual bytes, satoshi for each. */
export type Fee = { readonly amount: bigint; readonly virtualSize: number; readonly rate: number };

const LEAST_RATE = 1;
const HIGH_RATE = 500;
/** A fee of more than one part of so many that are spent. */
const HIGH_PART = 10n;

/** @param size in virtual bytes, where it is not that of a spend by Taproot's key path */
export function feeOf({ psbt, effects }: Payment, size = virtualSize(psbt)): Fee {
  const amount = effects.at(-1)?.amount ?? 0n;
  return { amount, virtualSize: size, rate: Math.round((Number(amount) / size) * 100) / 100 };
}

export function bitcoinWords(payment: Payment, telling: Telling): readonly Said[] {
  const { psbt } = payment;
  const { outputs } = psbt.transaction;
  return [
    ...outputs.flatMap((output, at) => outputWords(output, at, payment, telling)),
    ...repeated(payment, telling),
    ...feeWords(payment),
    word(`spends ${spentWords(payment)} of ${named(payment.own, telling)}`),
    ...timing(psbt.transaction, telling),
    word(`addresses are written for ${telling.network}: nothing in a transaction names its network`),
  ];
}

function outputWords(output: TransactionOutput, at: number, { own, psbt }: Payment, telling: Telling): readonly Said[] {
  const { amount, script } = output;
  const isChange = isEqual(script, own);
  const what = isChange ? `returns ${btc(amount)} as change to` : `pays ${btc(amount)} to`;
  const nature = scriptNature(script);
  const isEphemeral = nature === 'anchor' && psbt.transaction.version[0] === 3; // BIP-431 relays it
  return [
    word(`output ${at} ${what} ${named(script, telling)}`),
    ...natureWords(nature, amount, at),
    ...(amount < dustThreshold(script) && !isEphemeral ? [dust(amount, script, at)] : []),
  ];
}

function dust(amount: bigint, script: Bytes, at: number): Said {
  return warning(`output ${at} is dust: ${amount} satoshi, and nodes relay none below ${dustThreshold(script)}`);
}

function natureWords(nature: ScriptNature, amount: bigint, at: number): readonly Said[] {
  switch (nature) {
    case 'address':
      return [];
    case 'bare':
      return [warning(`output ${at} pays to a bare script, which has no address`)];
    case 'data':
      return amount > 0n ? [warning(`output ${at} burns ${btc(amount)}: what carries data can never be spent`)] : [];
    case 'anchor':
    case 'anyone':
      return [warning(`output ${at} can be spent by anyone`)];
    case 'nobody':
      return [warning(`output ${at} can be spent by nobody: its script names no key`)];
  }
}

function named(script: Bytes, { address }: Telling): string {
  const hex = bytesToHex(script);
  return address(script) ?? (hex === '' ? 'an empty script' : `script ${hex}`);
}

/** On pay day, somebody who is on the list twice. */
function repeated({ psbt, own }: Payment, telling: Telling): readonly Said[] {
  const times = new Map<string, { readonly script: Bytes; readonly count: number }>();
  for (const { script } of psbt.transaction.outputs) {
    const count = (times.get(bytesToHex(script))?.count ?? 0) + 1;
    if (!isEqual(script, own)) times.set(bytesToHex(script), { script, count });
  }
  const more = [...times.values()].filter(({ count }) => count > 1);
  return more.map(({ script, count }) => warning(`${named(script, telling)} is paid ${count} times`));
}

function feeWords(payment: Payment): readonly Said[] {
  const { amount, virtualSize: size, rate } = feeOf(payment);
  const said = word(`fee ${btc(amount)}: ${rate} satoshi for each of ${size} virtual bytes`);
  if (amount === 0n) return [said, warning('no fee: nodes do not relay it by itself')];
  if (rate < LEAST_RATE) return [said, warning(`a low fee: many nodes relay nothing below ${LEAST_RATE} sat/vB`)];
  const isHigh = rate > HIGH_RATE || amount * HIGH_PART > spentBy(payment);
  return isHigh ? [said, warning(`a high fee: ${btc(amount)} of ${btc(spentBy(payment))} that are spent`)] : [said];
}

function spentBy({ psbt }: Payment): bigint {
  return psbt.inputs.reduce((sum, { spent }) => sum + spent.amount, 0n);
}

function spentWords(payment: Payment): string {
  const { length } = payment.psbt.inputs;
  return `${btc(spentBy(payment))} in ${length} ${length === 1 ? 'output' : 'outputs'}`;
}
