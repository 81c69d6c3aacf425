/** What to do about a payload that enclaves would refuse, by the code that they would refuse it with. */

import { type RefusalCode, Refused } from '../formats/refusal.ts';
import { Fatal } from '../host/errors.ts';

const EXPORT = 'Export the PSBT again from the wallet that made it.';
const ADVICE: Partial<Record<RefusalCode, string>> = {
  PSBT_VERSION: 'Export it as version 0 or 2.',
  PSBT_FIELD_MISSING:
    'Have the wallet fill in what each input spends (Bitcoin Core: utxoupdatepsbt or walletprocesspsbt with sign=false).',
  PSBT_FIELD_UNKNOWN: 'Build it as a spend by the key path alone, without scripts, other signers or silent payments.',
  SIGHASH_TYPE: 'Leave the sighash type out, or set ALL: a vote is on the whole transaction.',
  TRANSACTION_VERSION: 'Build it with version 2.',
  TRANSACTION_COUNT: 'Pay in several transactions, each with at most 64 inputs and 63 recipients.',
  PAYLOAD_TOO_LARGE: 'Pay in several transactions.',
  INPUT_ALREADY_SIGNED: 'Export it before anything signs it: nothing but a vote makes the enclaves sign.',
  INPUT_NOT_OWN: "Spend outputs of one address of the DAO's key only.",
  INPUT_INTERNAL_KEY: "Import the address's own internal key into the wallet, as tr(KEY) without a script tree.",
  INPUT_PREVIOUS:
    'Export it again from a wallet that knows the outputs it spends; somebody may have changed this file.',
  INPUT_REPEATED: 'Choose each output once.',
  FEE_NEGATIVE: 'Choose more inputs, or pay less.',
  AMOUNT_OUT_OF_RANGE: 'Amounts are in satoshi.',
};

/** @throws Fatal CONFIG_INVALID with that advice where it throws Refused */
export function advised<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    const advice = ADVICE[cause.code] ?? EXPORT;
    throw new Fatal('CONFIG_INVALID', `enclaves refuse it with ${cause.code}: ${cause.message}`, advice, { cause });
  }
}
