/** `quorate finalise FILE|-`: payload and signatures become the transaction that a Bitcoin network takes, if another library agrees. */

import { hexToBytes } from '@noble/hashes/utils.js';
import { toHex0x } from '../evidence/formats/bytes.ts';
import { Fatal } from '../host/errors.ts';
import { feeOf } from '../payload/bitcoin/bitcoinWords.ts';
import { finalTransaction } from '../payload/bitcoin/finalTransaction.ts';
import { type Payment, paymentOf } from '../payload/bitcoin/payment.ts';
import { type Command, option } from './command.ts';
import { PSBT_FILE, readPsbtFile } from './payloadFile.ts';
import { advised } from './payloadRefusal.ts';

type Bytes = Uint8Array;

const SIGNATURES =
  'Give what SignatureFulfilled shows, 64 bytes in hex for each input, in their order, with commas between.';

export const finalise: Command = {
  summary: 'join a payload and its signatures to the final Bitcoin transaction, checked by a second library',
  file: PSBT_FILE,
  options: [{ name: 'signatures', means: 'one for each input, in hex, with commas between', required: true }],
  run: async (options) => {
    const signatures = signaturesOf(option(options, 'signatures'));
    const payment = advised(() => paymentOf(readPsbtFile(options)));
    const raw = await checked(payment, signatures);
    const transaction = toHex0x(raw.bytes).slice(2);
    const { amount, virtualSize, rate } = feeOf(payment);
    const json = { transaction, txid: raw.id, fee: { amount: amount.toString(), virtualSize, rate } };
    return { json, text: transaction, ok: true };
  },
};

function signaturesOf(text: string): readonly Bytes[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return parts.map((part, at) => {
    const hex = part.replace(/^0x/i, '');
    if (/^[0-9a-f]{128}$/i.test(hex)) return hexToBytes(hex);
    throw new Fatal('CONFIG_INVALID', `signature ${at} is not 64 bytes in hex`, SIGNATURES);
  });
}

/** Nothing is shown that the second library does not take. */
async function checked({ psbt, payload }: Payment, signatures: readonly Bytes[]) {
  const { length } = psbt.inputs;
  if (signatures.length !== length) {
    throw new Fatal('CONFIG_INVALID', `${signatures.length} signatures for ${length} inputs`, SIGNATURES);
  }
  const { idByBitcoinjs, readByBitcoinjs, unsignedInputs } = await import('./finaliseCheck.ts');
  const bytes = finalTransaction(psbt, signatures);
  const asked = readByBitcoinjs(payload);
  const [wrong] = unsignedInputs(bytes, asked.spent);
  if (wrong !== undefined) {
    const advice = 'Give the payload of the request that was signed, and its signatures in the order of its inputs.';
    throw new Fatal('CONFIG_INVALID', `the signature of input ${wrong} does not hold`, advice);
  }
  const id = idByBitcoinjs(bytes);
  if (id !== asked.id) throw new Error(`two libraries read two transactions: ${id} and ${asked.id}`);
  return { bytes, id };
}
