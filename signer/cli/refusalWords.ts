/** What members say against a request on chain, in words, and what whoever proposed it can do. */

import type { RefusalCode } from '../formats/refusal.ts';

type Words = { readonly means: string; readonly todo: string };

const EXPORT = 'Export the PSBT again from the wallet that made it.';
const DECODE = 'Look at the payload with `quorate explain`, and propose what its decoder takes.';
const DECLARE = 'Propose it with `quorate propose payload`, which declares what the payload does.';
const REBUILD = 'Make the transaction anew, then propose that one.';
const COMPILE = 'Compile the message again with the wallet or library that made it.';
const OTHER_IMAGE = 'Only an enclave image that knows it can sign this: ask what the DAO has approved.';

/** Every code that is final or unsupported: the others are never on chain. */
export const REFUSAL_WORDS: Readonly<Partial<Record<RefusalCode, Words>>> = {
  SCHEME_UNKNOWN: { means: "the key's signature scheme is unknown to this enclave", todo: OTHER_IMAGE },
  SCHEME_UNSUPPORTED: {
    means: "the key's signature scheme is not one that this enclave signs with",
    todo: OTHER_IMAGE,
  },
  KIND_UNKNOWN: { means: 'there is no such kind of payload', todo: DECODE },
  KIND_NOT_SUPPORTED: {
    means: 'this enclave has no decoder for this kind of payload under this key',
    todo: OTHER_IMAGE,
  },
  KIND_NOT_SIGNED: { means: 'no key of this scheme signs this kind of payload', todo: 'Ask a key of another scheme.' },
  REPLACES_UNPROVEN: {
    means: 'it would replace another request, which cannot be checked',
    todo: 'Leave `replaces` empty.',
  },
  DIGEST_COUNT: { means: 'it declares another number of digests than the payload has', todo: DECLARE },
  DIGEST_MISMATCH: { means: "it declares a digest that is not the payload's", todo: DECLARE },
  EFFECT_COUNT: { means: 'the vote declared another number of effects than the payload has', todo: DECLARE },
  EFFECT_MISMATCH: { means: 'the vote declared something else than the payload does', todo: DECLARE },
  PAYLOAD_TOO_LARGE: { means: 'the payload is longer than its kind may be', todo: 'Pay in several transactions.' },
  TWEAK_OUT_OF_RANGE: { means: 'this path derives no key', todo: 'Take another path.' },
  PSBT_MALFORMED: { means: 'the payload is no PSBT that this enclave reads', todo: EXPORT },
  PSBT_VERSION: {
    means: 'the PSBT has a version that this enclave does not read',
    todo: 'Export it as version 0 or 2.',
  },
  PSBT_FIELD_MISSING: {
    means: 'the PSBT lacks its transaction, or an input what it spends (with an ECDSA key its previous transaction)',
    todo: 'Have the wallet fill in what each input spends (Bitcoin Core: utxoupdatepsbt or walletprocesspsbt with sign=false).',
  },
  PSBT_FIELD_REPEATED: { means: 'the PSBT has a field twice', todo: DECODE },
  PSBT_FIELD_UNKNOWN: {
    means: 'the PSBT has a field that this enclave does not understand',
    todo: 'Build it as a spend by the key path alone, without scripts, other signers or silent payments.',
  },
  SIGHASH_TYPE: {
    means: 'the PSBT asks for another sighash type than ALL, or DEFAULT for Taproot',
    todo: 'Leave the sighash type out, or set ALL: a vote is on the whole transaction.',
  },
  TRANSACTION_MALFORMED: { means: 'the transaction in the PSBT is malformed', todo: REBUILD },
  TRANSACTION_VERSION: {
    means: 'the transaction has a version that this enclave does not know',
    todo: 'Build it with version 2.',
  },
  TRANSACTION_COUNT: {
    means: 'the transaction has too many or no inputs or outputs',
    todo: 'Pay in several transactions, each with at most 64 inputs and 63 recipients.',
  },
  SCRIPT_TOO_LONG: { means: 'an output has a script that nobody could spend', todo: REBUILD },
  AMOUNT_OUT_OF_RANGE: { means: 'an amount is beyond all bitcoin that there will be', todo: 'Amounts are in satoshi.' },
  INPUT_REPEATED: { means: 'two inputs spend the same output', todo: 'Choose each output once.' },
  INPUT_ALREADY_SIGNED: {
    means: 'an input is signed already',
    todo: 'Export it before anything signs it: nothing but a vote makes the enclaves sign.',
  },
  INPUT_PREVIOUS: {
    means: 'the previous transaction of an input is not the one that it spends, or says another amount or script',
    todo: 'Export it again from a wallet that knows the outputs it spends; somebody may have changed this file.',
  },
  INPUT_NOT_OWN: {
    means: 'an input spends what is not of this key, requester and path',
    todo: "Spend outputs of one address of the DAO's key only.",
  },
  INPUT_INTERNAL_KEY: {
    means: 'an input names another internal key than this key, requester and path have',
    todo: "Import the address's own internal key into the wallet, as tr(KEY) without a script tree.",
  },
  FEE_NEGATIVE: { means: 'the outputs exceed the inputs', todo: 'Choose more inputs, or pay less.' },
  PATH_NOT_EMPTY: { means: 'an Ed25519 key has no derived keys', todo: 'Leave the path empty.' },
  MESSAGE_MALFORMED: { means: 'the payload is no Solana message that the runtime takes', todo: COMPILE },
  MESSAGE_VERSION: {
    means: 'the message has a version that this enclave does not read',
    todo: 'Compile it as legacy or version 0.',
  },
  MESSAGE_HEADER: { means: "the message's signers and accounts do not add up", todo: COMPILE },
  MESSAGE_ACCOUNT_REPEATED: { means: 'the message lists an account twice', todo: COMPILE },
  MESSAGE_LOOKUP_TABLE: {
    means: 'addresses of the message stand in a table on chain, where they may change',
    todo: 'Compile it without lookup tables.',
  },
  MESSAGE_COUNT: { means: 'the message does more than one request may declare', todo: 'Split it into several.' },
  MESSAGE_NOT_OWN: {
    means: "the DAO's key is none of the message's signers",
    todo: "Build it with the key's own address as payer or authority.",
  },
  MESSAGE_OWN_ACCOUNT: {
    means: "the DAO's own account could pay nothing after it",
    todo: 'Make a new account for what is to belong to a program.',
  },
  MESSAGE_NONCE: {
    means: 'whoever else advances its durable nonce decides how long the signature holds',
    todo: "Use a nonce account whose authority is the DAO's key, advanced in the usual form.",
  },
  MESSAGE_BUDGET: { means: 'its compute budget is unknown or there twice, so nobody can tell its fee', todo: COMPILE },
  MESSAGE_DERIVATION: {
    means: 'a token account is not the one of the wallet and the mint it is shown with',
    todo: 'Derive the address from wallet, token program and mint.',
  },
  MESSAGE_MEMO: { means: 'its memo is no text', todo: 'Write the memo in UTF-8.' },
};

/** Of a code of a later release too. */
export function refusalWords(code: string): Words {
  const known: Readonly<Record<string, Words | undefined>> = REFUSAL_WORDS;
  return (
    (Object.hasOwn(known, code) && known[code]) || {
      means: 'a reason that this release does not know',
      todo: 'Look it up in docs/formats.md of the release that the enclaves run.',
    }
  );
}
