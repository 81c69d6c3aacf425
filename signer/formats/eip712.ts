/** EIP-712 digests of what an enclave's identity signs for a registry (docs/formats.md, "EIP-712"). */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { RefusalCode, RefusalKind } from './refusal.ts';
import { addressWord, bytes16Word, hash, keccak, uintWord, WORD_BYTES } from './words.ts';

type Bytes = Uint8Array;

const DOMAIN_TYPE = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)';
export const REGISTRATION_TYPE =
  'Registration(address operator,address identity,bytes32 region,bytes32 tlsKey,string endpoint,uint32 epoch,' +
  'uint64 challengeBlock,bytes32 challenge,bytes32 tee)';
export const BOOT_TYPE = 'Boot(bytes32 enclave,bytes16 nonce,bytes32 encryptionKey,uint64 counter)';
export const CONFIRMATION_TYPE =
  'Confirmation(bytes32 keyId,uint32 epoch,uint32 attempt,bytes32 committee,bytes32 transcript,' +
  'uint8 publicKeyPrefix,bytes32 publicKeyX,bytes32 commitments)';
export const REFUSAL_TYPE = 'Refusal(bytes32 request,bytes32 member,uint8 kind,bytes32 code)';

export type Domain = {
  readonly name: 'Quorate EnclaveRegistry' | 'Quorate KeyRegistry' | 'Quorate Refusals';
  readonly chainId: bigint;
  readonly verifyingContract: Bytes;
};

export type Registration = {
  readonly operator: Bytes;
  readonly identity: Bytes;
  readonly region: Bytes;
  readonly tlsKey: Bytes;
  readonly endpoint: string;
  readonly epoch: number;
  readonly challengeBlock: bigint | number;
  readonly challenge: Bytes;
  readonly tee: Bytes;
};

export function registrationDigest(chainId: bigint, enclaveRegistry: Bytes, registration: Registration): Bytes {
  const domain: Domain = { name: 'Quorate EnclaveRegistry', chainId, verifyingContract: enclaveRegistry };
  return digest(domain, REGISTRATION_TYPE, [
    addressWord(registration.operator),
    addressWord(registration.identity),
    registration.region,
    registration.tlsKey,
    hash(utf8ToBytes(registration.endpoint)),
    uintWord(registration.epoch),
    uintWord(registration.challengeBlock),
    registration.challenge,
    registration.tee,
  ]);
}

export type Boot = {
  readonly enclave: Bytes;
  readonly nonce: Bytes;
  readonly encryptionKey: Bytes;
  readonly counter: bigint;
};

export function bootDigest(chainId: bigint, enclaveRegistry: Bytes, boot: Boot): Bytes {
  const domain: Domain = { name: 'Quorate EnclaveRegistry', chainId, verifyingContract: enclaveRegistry };
  return digest(domain, BOOT_TYPE, [boot.enclave, bytes16Word(boot.nonce), boot.encryptionKey, uintWord(boot.counter)]);
}

export type Confirmation = {
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly committee: Bytes;
  readonly transcript: Bytes;
  readonly publicKey: { readonly prefix: number; readonly x: Bytes };
  readonly commitments: Bytes;
};

export function confirmationDigest(chainId: bigint, keyRegistry: Bytes, confirmation: Confirmation): Bytes {
  const domain: Domain = { name: 'Quorate KeyRegistry', chainId, verifyingContract: keyRegistry };
  return digest(domain, CONFIRMATION_TYPE, [
    confirmation.keyId,
    uintWord(confirmation.epoch),
    uintWord(confirmation.attempt),
    confirmation.committee,
    confirmation.transcript,
    uintWord(confirmation.publicKey.prefix),
    confirmation.publicKey.x,
    confirmation.commitments,
  ]);
}

/** A refusal that passes is nobody's word. */
export type StatedKind = Exclude<RefusalKind, 'passing'>;
export const STATED_KIND_NUMBERS: Readonly<Record<StatedKind, number>> = { final: 1, unsupported: 2 };

/** One member's word that it will not sign a request. */
export type RefusalStatement = {
  readonly request: Bytes;
  readonly member: Bytes;
  readonly kind: StatedKind;
  readonly code: RefusalCode;
};

/** The domain names the measured contract: the module that takes refusals is none that enclaves know. */
export function refusalDigest(chainId: bigint, signingRequests: Bytes, statement: RefusalStatement): Bytes {
  const { request, member, kind, code } = statement;
  const domain: Domain = { name: 'Quorate Refusals', chainId, verifyingContract: signingRequests };
  return digest(domain, REFUSAL_TYPE, [request, member, uintWord(STATED_KIND_NUMBERS[kind]), codeWord(code)]);
}

/** A code as contracts have it: its ASCII, padded with zeros to 32 bytes. */
export function codeWord(code: RefusalCode): Bytes {
  const word = new Uint8Array(WORD_BYTES);
  word.set(utf8ToBytes(code));
  return word;
}

/** > encode(domainSeparator, message) = "\x19\x01" ‖ domainSeparator ‖ hashStruct(message) */
function digest(domain: Domain, type: string, words: readonly Bytes[]): Bytes {
  const struct = keccak(hash(utf8ToBytes(type)), ...words);
  return keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), domainSeparator(domain), struct));
}

function domainSeparator({ name, chainId, verifyingContract }: Domain): Bytes {
  const names = [hash(utf8ToBytes(DOMAIN_TYPE)), hash(utf8ToBytes(name)), hash(utf8ToBytes('1'))];
  return keccak(...names, uintWord(chainId), addressWord(verifyingContract));
}
