/** What members say against a request on chain, in words, and what whoever proposed it can do. */

import type { RefusalCode } from '../../formats/refusal.ts';

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
  KIND_UNKNOWN: { means: 'there is no such kind of payload', todo: DECODE },
  KIND_NOT_SUPPORTED: {
    means: 'this enclave has no decoder for this kind of payload under this key',
    todo: OTHER_IMAGE,
  },
  KIND_NOT_SIGNED: { means: 'no key of this scheme signs this kind of payload', todo: 'Ask a key of another scheme.' },
  REPLACES_OTHER: {
    means: 'what it replaces is of another key, requester, path or kind, or replaces something itself',
    todo: 'Name the first of the row: the request that replaces none.',
  },
  REPLACES_UNSUPPORTED: {
    means: 'this enclave cannot tell whether it conflicts with what it replaces',
    todo: OTHER_IMAGE,
  },
  REPLACES_MALFORMED: {
    means: 'what it replaces is no payload that was ever signed',
    todo: 'Ask for it without replacing anything.',
  },
  REPLACES_NO_CONFLICT: {
    means: 'it and what it replaces could both be paid',
    todo: 'Spend the first input of the transaction that it is to replace.',
  },
  DIGEST_COUNT: { means: 'it declares another number of digests than the payload has', todo: DECLARE },
  DIGEST_MISMATCH: { means: "it declares a digest that is not the payload's", todo: DECLARE },
  EFFECT_COUNT: { means: 'the vote declared another number of effects than the payload has', todo: DECLARE },
  EFFECT_MISMATCH: { means: 'the vote declared something else than the payload does', todo: DECLARE },
  PAYLOAD_TOO_LARGE: {
    means: 'the payload is longer than its kind may be',
    todo: 'Split it: several transactions, a shorter text; a digest has 32 bytes.',
  },
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
  EFFECTS_TOO_MANY: { means: 'it does more than one request may declare', todo: 'Split it into several payloads.' },
  EVM_TYPE: {
    means: 'the transaction is of a type that this enclave does not know',
    todo: 'Build it with type 2 (EIP-1559).',
  },
  EVM_ENCODING: { means: 'the transaction is not encoded in the one way that clients take', todo: REBUILD },
  EVM_FIELD_COUNT: { means: 'the transaction has another number of fields than its type', todo: REBUILD },
  EVM_SIGNED: {
    means: 'the transaction is signed already',
    todo: 'Give the unsigned transaction: nothing but a vote makes the enclaves sign.',
  },
  EVM_CHAIN: {
    means: 'the transaction names no chain',
    todo: 'Build it with the chain id of the chain that it is for.',
  },
  EVM_NONCE: { means: 'the account nonce can never be executed', todo: 'Take the next nonce of the account.' },
  EVM_INTEGER: { means: 'a number of the transaction is longer than the protocol has it', todo: REBUILD },
  EVM_ADDRESS: { means: 'the recipient of the transaction is no address', todo: REBUILD },
  EVM_ACCESS_LIST: {
    means: 'the access list of the transaction is malformed',
    todo: 'Leave the access list out, or have a node make it.',
  },
  EVM_AUTHORIZATION: {
    means: 'an authorisation to run code as an account is not one that this chain alone would take',
    todo: 'Make it for the chain of the transaction, and for no other.',
  },
  EVM_FEE: { means: 'no client takes the fee of the transaction', todo: 'Give a maximum fee of at least the tip.' },
  EVM_GAS: { means: 'the gas limit is above what one transaction may use', todo: 'Do it in several transactions.' },
  EVM_CALLDATA: {
    means: 'an argument of the call has bits that its type does not have',
    todo: 'Encode the call anew with its ABI.',
  },
  NESTED_DELEGATECALL: {
    means: 'a Safe would run other code as itself',
    todo: 'Use operation 0, or MultiSendCallOnly for several calls.',
  },
  SAFE_REFUND: {
    means: 'a Safe would pay whoever executes it an amount that nobody voted',
    todo: 'Set gasPrice to 0.',
  },
  ADDRESS_CHECKSUM: {
    means: 'an address has a wrong checksum: a digit may be wrong',
    todo: 'Compare the address with its source, and write it anew.',
  },
  TYPED_JSON: {
    means: 'the typed data are not JSON in the one spelling',
    todo: 'Have the payload made by this release; write integers beyond 2^53 as text.',
  },
  TYPED_KEY_REPEATED: { means: 'the typed data have a name twice in one object', todo: 'Leave one of them.' },
  TYPED_TOO_LARGE: { means: 'the typed data nest too deep, or have too many types', todo: 'Make them smaller.' },
  TYPED_FIELD_MISSING: {
    means: 'the typed data lack a field of their type',
    todo: 'Give every field that the type has.',
  },
  TYPED_FIELD_UNKNOWN: {
    means: 'the typed data show a field that would not be signed',
    todo: 'Remove what is not in the type, or add it to the type.',
  },
  TYPED_NAME: {
    means: 'a type or field has a name that could be taken for another',
    todo: 'Use letters, digits and underscores, each name once.',
  },
  TYPED_TYPE: {
    means: 'a field is of a type that is not defined',
    todo: 'Define it, or write the atomic type in full (uint256, not uint).',
  },
  TYPED_RECURSIVE: {
    means: 'a type contains itself',
    todo: 'Use another type: libraries differ on what such a one means.',
  },
  TYPED_PRIMARY: { means: 'the primary type is none of the types', todo: 'Name the type of the message.' },
  TYPED_DOMAIN: {
    means: 'the domain is not one that every library hashes alike',
    todo: 'Take name, version, chainId, verifyingContract and salt in this order, and at least one.',
  },
  TYPED_UNBOUND: {
    means: 'the domain is not of the kind that was asked for',
    todo: 'Ask with kind eip712 where the domain names chain and contract, else with eip712-unbound.',
  },
  TYPED_VALUE: {
    means: 'a value of the typed data is not of its type',
    todo: 'Integers are digits or lower-case 0x-hex, bytes 0x-hex of the whole length, bools true or false.',
  },
  TYPED_ARRAY: {
    means: 'a list of the typed data is not one of its type',
    todo: 'Give as many elements as the type says.',
  },
  TEXT_UNREADABLE: { means: 'the message is not text that people can read', todo: 'Write it in plain text.' },
  TEXT_IS_HASH: {
    means: 'the message is a hash of what is not said, or has 32 bytes as one',
    todo: 'Sign what it is a hash of; a row may allow raw digests. A text of 32 bytes: add a full stop.',
  },
  TEXT_IS_TRANSACTION: { means: 'the message is a transaction', todo: 'Ask with kind evm-transaction.' },
  SIGN_IN_MALFORMED: {
    means: 'the message resembles a sign-in and is none',
    todo: 'Take the message as the site gives it; if it is so there, the site breaks the standard.',
  },
  RAW_DIGEST_ZERO: {
    means: 'the raw digest is zero modulo the group order, which is the hash of nothing',
    todo: 'Give the digest of a message.',
  },
  RAW_DIGEST_LENGTH: { means: 'the raw digest is not 32 bytes', todo: 'Give the 32 bytes.' },
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
