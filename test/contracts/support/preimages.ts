/** The preimages of docs/formats.md once more, written from that page alone: what the contracts compute must be this. */

import { AbiCoder, concat, dataLength, id, isHexString, keccak256, toBeHex, zeroPadValue } from 'ethers';
import type {
  EffectStruct,
  IntentStruct,
  RequestHeaderStruct,
} from '../../../types/contracts/requests/ISigningRequests.ts';
import type { MandateStruct } from '../../../types/contracts/requests/modules/IMandates.ts';

export type Word = string | number | bigint;

/** `abi.encode` of static words: 32 bytes each, numbers and addresses on the right. */
export function encode(words: readonly Word[]): string {
  return concat(words.map(word));
}

function word(value: Word): string {
  if (typeof value !== 'string') return toBeHex(value, 32);
  if (!isHexString(value) || dataLength(value) > 32) throw new Error(`not a word: ${value}`);
  return zeroPadValue(value, 32);
}

export function keccak(tag: string, ...words: Word[]): string {
  return keccak256(encode([id(tag), ...words]));
}

export function list(hashes: readonly string[]): string {
  return keccak256(concat(hashes));
}

export type Place = { readonly chainId: bigint; readonly contract: string };

export const enclaveId = (registry: Place, operator: string, identity: string) =>
  keccak('quorate/enclave/1', registry.chainId, registry.contract, operator, identity);

export const reportData = (registry: Place, operator: string, identity: string, epoch: Word, challenge: string) =>
  keccak('quorate/report-data/1', registry.chainId, registry.contract, operator, identity, epoch, challenge);

export const measurement = (tee: string, image: string, configuration: string) =>
  keccak('quorate/measurement/1', tee, image, ...(BigInt(configuration) === 0n ? [] : [configuration]));

export const keyId = (registry: Place, index: Word) =>
  keccak('quorate/key/1', registry.chainId, registry.contract, index);

export const committee = (key: string, epoch: Word, attempt: Word, threshold: Word, members: readonly string[]) =>
  keccak('quorate/committee/1', key, epoch, attempt, threshold, list(members));

export const policy = (key: string, policyEpoch: Word, encodedPolicy: string) =>
  keccak('quorate/policy/1', key, policyEpoch, keccak256(encodedPolicy));

export const birthDomain = (registry: Place, key: string, prefix: Word, x: string) =>
  keccak('quorate/birth-domain/1', registry.chainId, registry.contract, key, prefix, x);

export const tweak = (domain: string, requester: string, path: string) =>
  keccak('quorate/derivation-tweak/1', domain, requester, path);

export type Activation = {
  readonly key: string;
  readonly epoch: Word;
  readonly attempt: Word;
  readonly committee: string;
  readonly prefix: Word;
  readonly x: string;
  readonly commitments: string;
};
export const activationMessage = (registry: Place, activation: Activation) =>
  keccak(
    'quorate/activation/1',
    registry.chainId,
    registry.contract,
    activation.key,
    activation.epoch,
    activation.attempt,
    activation.committee,
    activation.prefix,
    activation.x,
    activation.commitments,
  );

export const effect = (it: EffectStruct) =>
  keccak(
    'quorate/effect/1',
    BigInt(it.kind),
    hex(it.asset),
    keccak256(it.recipient),
    BigInt(it.amount),
    hex(it.detail),
  );

export function header(intent: IntentStruct, requester: string, counter: Word): Plain<RequestHeaderStruct> {
  return {
    keyId: hex(intent.keyId),
    requester,
    counter: BigInt(counter),
    path: hex(intent.path),
    kind: BigInt(intent.kind),
    payloadHash: keccak256(intent.payload),
    digestsHash: list(intent.digests.map((digest) => keccak256(digest))),
    effectsHash: list(intent.effects.map(effect)),
    deadline: BigInt(intent.deadline),
    consumer: hex(intent.consumer),
    callbackGas: BigInt(intent.callbackGas),
    replaces: hex(intent.replaces),
  };
}

export const intentHash = (from: Plain<RequestHeaderStruct>) =>
  keccak(
    'quorate/intent/1',
    from.keyId,
    from.path,
    from.kind,
    from.payloadHash,
    from.digestsHash,
    from.effectsHash,
    from.deadline,
    from.consumer,
    from.callbackGas,
    from.replaces,
  );

export const requestId = (requests: Place, from: Plain<RequestHeaderStruct>) =>
  keccak('quorate/request/1', requests.chainId, requests.contract, from.requester, from.counter, intentHash(from));

export const mandateHash = (it: MandateStruct) =>
  keccak(
    'quorate/mandate/1',
    hex(it.keyId),
    hex(it.path),
    BigInt(it.kind),
    list(it.effects.map(effect)),
    keccak256(AbiCoder.defaultAbiCoder().encode(['tuple(bytes32 asset, uint256 amount)[]'], [it.feeCaps])),
    hex(it.executor),
    BigInt(it.deadline),
    hex(it.consumer),
    BigInt(it.callbackGas),
  );

export const mandateId = (requests: Place, requester: string, counter: Word, mandate: string) =>
  keccak('quorate/mandate/1', requests.chainId, requests.contract, requester, counter, mandate);

/** A struct of typechain with every value in the one form that these functions give it. */
type Plain<T> = {
  readonly [K in keyof T]: K extends 'counter' | 'kind' | 'deadline' | 'callbackGas' ? bigint : string;
};
export type Header = Plain<RequestHeaderStruct>;

function hex(value: unknown): string {
  if (!isHexString(value)) throw new Error(`not hex: ${String(value)}`);
  return value;
}
