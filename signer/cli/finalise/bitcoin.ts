/** A PSBT and its signatures become the transaction that a Bitcoin network takes, if another library agrees. */

import { toHex0x } from '../../evidence/formats/bytes.ts';
import { Fatal } from '../../host/errors.ts';
import { feeOf } from '../../payload/bitcoin/bitcoinWords.ts';
import { encodePsbt } from '../../payload/bitcoin/encodePsbt.ts';
import {
  finalTransaction,
  signedSize,
  taprootWitnesses,
  type Witness,
} from '../../payload/bitcoin/finalTransaction.ts';
import {
  isKeyHash,
  KEY_HASH_SIGNATURE_BYTES,
  keyHashPaymentOf,
  keyHashWitness,
} from '../../payload/bitcoin/keyHashPayment.ts';
import { type Payment, paymentOf } from '../../payload/bitcoin/payment.ts';
import { decodePsbt } from '../../payload/bitcoin/psbt.ts';
import { advised } from '../payload/refusal.ts';
import type { Final } from './finalised.ts';

type Bytes = Uint8Array;

/** How outputs of one kind are spent. */
type Spending = {
  readonly signatureBytes: number;
  readonly paymentOf: (bytes: Bytes) => Payment;
  readonly witnessesOf: (payment: Payment, signatures: readonly Bytes[]) => readonly Witness[];
};

const BY_KEY_PATH: Spending = {
  signatureBytes: 64,
  paymentOf,
  witnessesOf: ({ psbt }, signatures) => taprootWitnesses(psbt, signatures),
};
const BY_KEY_HASH: Spending = {
  signatureBytes: KEY_HASH_SIGNATURE_BYTES,
  paymentOf: keyHashPaymentOf,
  witnessesOf: (payment, signatures) =>
    payment.digests.map((digest, at) => {
      const witness = keyHashWitness(payment, digest, signatures[at] ?? new Uint8Array());
      return witness ?? doesNotHold(at);
    }),
};

const SIGNATURES =
  'Give what SignatureFulfilled shows, in hex for each input, in their order, with commas between: 64 bytes where Taproot outputs are spent, 65 (r, s, v) for P2WPKH.';
const ANOTHER = 'Give the payload of the request that was signed, and its signatures in the order of its inputs.';

/** @throws Fatal CONFIG_INVALID unless every signature is of this PSBT */
export async function finaliseBitcoin(bytes: Bytes, given: readonly Bytes[]): Promise<Final> {
  const spending = advised(() => spendingOf(bytes));
  for (const [at, { length }] of given.entries())
    if (length !== spending.signatureBytes)
      throw new Fatal('CONFIG_INVALID', `signature ${at} is not ${spending.signatureBytes} bytes in hex`, SIGNATURES);
  const payment = advised(() => spending.paymentOf(bytes));
  requireAsMany(given, payment);
  const { transaction, id, size } = await checked(payment, spending.witnessesOf(payment, given));
  const { amount, virtualSize, rate } = feeOf(payment, size);
  const fee = { amount: amount.toString(), virtualSize, rate };
  return { transaction: toHex0x(transaction).slice(2), txid: id, fee };
}

/** By what the first input spends: one key signs all. */
function spendingOf(bytes: Bytes): Spending {
  const [first] = decodePsbt(bytes).inputs;
  return first !== undefined && isKeyHash(first.spent.script) ? BY_KEY_HASH : BY_KEY_PATH;
}

function requireAsMany(signatures: readonly Bytes[], { psbt: { inputs } }: Payment): void {
  if (signatures.length === inputs.length) return;
  throw new Fatal('CONFIG_INVALID', `${signatures.length} signatures for ${inputs.length} inputs`, SIGNATURES);
}

/** Nothing is shown that the second library does not take. */
async function checked({ psbt }: Payment, witnesses: readonly Witness[]) {
  const { idByBitcoinjs, readByBitcoinjs, unsignedInputs } = await import('./check.ts');
  const transaction = finalTransaction(psbt.transaction, witnesses);
  const asked = readByBitcoinjs(encodePsbt(psbt));
  const [wrong] = unsignedInputs(transaction, asked.spent);
  if (wrong !== undefined) doesNotHold(wrong);
  const id = idByBitcoinjs(transaction);
  if (id !== asked.id) throw new Error(`two libraries read two transactions: ${id} and ${asked.id}`);
  return { transaction, id, size: signedSize(psbt.transaction, witnesses) };
}

function doesNotHold(at: number): never {
  throw new Fatal('CONFIG_INVALID', `the signature of input ${at} does not hold`, ANOTHER);
}
