/** A small network as plain facts that a test may bend, and the proven state that a chain with these facts has. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { OwnBoot } from '../../../../signer/enclave/path/stages.ts';
import type { Committee, SigningSet } from '../../../../signer/formats/committee.ts';
import { committeeHash } from '../../../../signer/formats/committee.ts';
import type { Configuration, ContractName } from '../../../../signer/formats/configuration.ts';
import { enclaveId, keyId } from '../../../../signer/formats/ids.ts';
import { intentHash, requestId } from '../../../../signer/formats/intent.ts';
import { Refused } from '../../../../signer/formats/refusal.ts';
import type { Request } from '../../../../signer/formats/request.ts';
import { hash, uintOf, ZERO_WORD } from '../../../../signer/formats/words.ts';
import { CEREMONY_KINDS, PACKED, STATUS } from '../../../../signer/proof/layout.ts';
import type { Slot } from '../../../../signer/proof/slots.ts';
import {
  ceremonySlot,
  enclaveSlot,
  keySlot,
  measurementSlot,
  networkSlot,
  requestSlot,
  rowSlot,
} from '../../../../signer/proof/slots.ts';
import type { Block, ProvenState } from '../../../../signer/proof/state.ts';
import { FINALITY_BYTES } from '../../support/finality.ts';

type Mutable<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer E)[]
    ? Mutable<E>[]
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T;

export const NOW = 1_800_000_000;
export const DAY = 86_400;

export type EnclaveFacts = {
  id: Uint8Array;
  operator: Uint8Array;
  status: number;
  epoch: number;
  validUntil: number;
  measurement: Uint8Array;
  identity: Uint8Array;
  nonce: Uint8Array;
  encryptionKey: Uint8Array;
  counter: number;
};

type Made = { committee: Uint8Array; publicKeyX: Uint8Array; commitments: Uint8Array };

/** What the chain says, what the host shows, and who this enclave is. */
export type Facts = {
  configuration: Configuration;
  block: Mutable<Block>;
  measurement: { status: number; votedAt: number; activeAt: number };
  enclaves: EnclaveFacts[];
  key: Record<keyof typeof PACKED.key, number> & Made & { birth: Uint8Array };
  ceremony: Record<keyof typeof PACKED.ceremony, number> & Made;
  row: { guard: Uint8Array; epoch: number; kinds: number; delay: number };
  network: Record<keyof typeof PACKED.network, number>;
  onChain: Record<keyof typeof PACKED.request, number>;
  requestId: Uint8Array;
  self: Mutable<OwnBoot>;
  committee: Mutable<Committee>;
  set: Mutable<SigningSet>;
  request: Mutable<Request>;
};

export const address = (seed: number): Uint8Array => new Uint8Array(20).fill(seed);
export const word = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);

export const MEASUREMENT = word(0x3e);
/** The whole key, as only a test knows it. */
export const ROOT_SECRET = word(0x21);
const ROOT = secp256k1.getPublicKey(ROOT_SECRET, true);

export const CONFIGURATION: Configuration = {
  hash: word(0xc0),
  finality: FINALITY_BYTES,
  chainId: 31337n,
  genesisHash: word(0xc1),
  contracts: {
    measurementRegistry: { address: address(0xa1), codeHash: word(0xb1) },
    enclaveRegistry: { address: address(0xa2), codeHash: word(0xb2) },
    keyRegistry: { address: address(0xa3), codeHash: word(0xb3) },
    signingRequests: { address: address(0xa4), codeHash: word(0xb4) },
  },
};

export type Shape = { readonly size: number; readonly threshold: number; readonly party: number };

/** Two of three sign for a BIP-340 key; this enclave is party 2; party 1 leads; the request is READY. */
export function facts({ size, threshold, party }: Shape = { size: 3, threshold: 2, party: 2 }): Facts {
  const { chainId, contracts } = CONFIGURATION;
  const enclaves = Array.from({ length: size }, (_, at) => enclave(at + 1));
  const key = keyId(chainId, contracts.keyRegistry.address, 1n);
  const members = enclaves.map(({ id, operator, identity }) => ({ id, operator, identity }));
  const committee = { keyId: key, epoch: 1, attempt: 2, threshold, members };
  const own = enclaves[party - 1]!;
  const publicKey = { publicKeyPrefix: ROOT[0]!, publicKeyX: ROOT.slice(1) };
  const made = { threshold, size, epoch: 1, attempt: 2, ...publicKey, commitments: word(0x77) };
  const all: Facts = {
    configuration: CONFIGURATION,
    block: { number: 21_000_000, hash: word(0xb0), timestamp: NOW, prevRandao: word(0xda) },
    measurement: { status: STATUS.measurement.active, votedAt: 1, activeAt: 2 },
    enclaves,
    key: {
      ...{ status: STATUS.key.active, scheme: 1, pausedUntil: 0, birth: word(0xb7) },
      ...{ ...made, committee: committeeHash(committee) },
    },
    ceremony: {
      ...{ kind: CEREMONY_KINDS['key-generation'], status: STATUS.ceremony.done, deadline: NOW - DAY },
      ...{ ...made, committee: committeeHash(committee) },
    },
    row: { guard: address(0x6a), epoch: 4, kinds: 1 << 1, delay: 60 },
    network: { pausedUntil: 0, beatBound: 3600, releasesPerBeat: 1024, margin: 900 },
    onChain: {
      state: STATUS.request.ready,
      queuedAt: NOW - 100,
      readyAt: NOW - 40,
      deadline: NOW + DAY,
      epoch: 4,
      voted: 0,
    },
    requestId: ZERO_WORD,
    self: { identity: own.identity, nonce: own.nonce, encryptionKey: own.encryptionKey },
    committee,
    set: { parties: Array.from({ length: threshold }, (_, at) => at + 1), leader: enclaves[0]!.id, run: 7 },
    request: {
      keyId: key,
      requester: address(0xd1),
      counter: 5n,
      path: word(0x9a),
      kind: 1,
      payload: Uint8Array.of(1, 2, 3),
      digests: [word(0x11)],
      effects: [],
      deadline: NOW + DAY,
      consumer: address(0xc5),
      callbackGas: 200_000,
      replaces: ZERO_WORD,
    },
  };
  requestOnChain(all);
  return all;
}

/** The same network while it makes the key: nothing of it is in the key's own words but that it is pending, and its scheme. */
export function ceremonyFacts(status: 'open' | 'confirmed', shape?: Shape): Facts {
  const all = facts(shape);
  const zero = { publicKeyX: ZERO_WORD, commitments: ZERO_WORD, committee: ZERO_WORD, birth: ZERO_WORD };
  Object.assign(all.key, { threshold: 0, size: 0, epoch: 0, attempt: 0, publicKeyPrefix: 0, ...zero });
  all.key.status = STATUS.key.pending;
  all.ceremony.status = STATUS.ceremony[status];
  return all;
}

/** The chain has made exactly the request that the host shows. */
export function requestOnChain(all: Facts): void {
  const { chainId, contracts } = all.configuration;
  all.requestId = requestId(chainId, contracts.signingRequests.address, all.request, intentHash(all.request));
}

function enclave(party: number): EnclaveFacts {
  const operator = address(0x10 + party);
  const identity = address(0x20 + party);
  return {
    id: enclaveId(CONFIGURATION.chainId, CONFIGURATION.contracts.enclaveRegistry.address, operator, identity),
    operator,
    status: STATUS.enclave.active,
    epoch: 1,
    validUntil: NOW + DAY,
    measurement: MEASUREMENT,
    identity,
    nonce: new Uint8Array(16).fill(0x40 + party),
    encryptionKey: word(0x50 + party),
    counter: 3,
  };
}

/** Slot -> word, for every record of the facts. */
export function wordsOf(all: Facts): Map<string, { readonly at: Slot; readonly word: bigint }> {
  const words = new Map<string, { at: Slot; word: bigint }>();
  const put = (at: Slot, value: bigint | Uint8Array) => {
    words.set(slotName(at.contract, at.slot), { at, word: typeof value === 'bigint' ? value : uintOf(value) });
  };
  put(measurementSlot(MEASUREMENT), pack(PACKED.measurement, all.measurement));
  for (const each of all.enclaves) {
    const packed = { ...each, operator: uintOf(each.operator) };
    put(enclaveSlot(each.id, 'word'), pack(PACKED.enclave, packed));
    put(enclaveSlot(each.id, 'measurement'), each.measurement);
    put(enclaveSlot(each.id, 'identity'), each.identity);
    put(enclaveSlot(each.id, 'encryptionKey'), each.encryptionKey);
    const boot = { nonce: uintOf(each.nonce), counter: each.counter, recordedAt: NOW };
    put(enclaveSlot(each.id, 'boot'), pack(PACKED.boot, boot));
  }
  const { keyId: id } = all.committee;
  put(keySlot(id, 'word'), pack(PACKED.key, all.key));
  put(keySlot(id, 'committee'), all.key.committee);
  put(keySlot(id, 'publicKeyX'), all.key.publicKeyX);
  put(keySlot(id, 'commitments'), all.key.commitments);
  put(keySlot(id, 'birth'), all.key.birth);
  put(ceremonySlot(id, 'word'), pack(PACKED.ceremony, all.ceremony));
  put(ceremonySlot(id, 'committee'), all.ceremony.committee);
  put(ceremonySlot(id, 'publicKeyX'), all.ceremony.publicKeyX);
  put(ceremonySlot(id, 'commitments'), all.ceremony.commitments);
  put(rowSlot(id, all.request.requester), pack(PACKED.row, { ...all.row, guard: uintOf(all.row.guard) }));
  put(networkSlot(), pack(PACKED.network, all.network));
  put(requestSlot(all.requestId), pack(PACKED.request, all.onChain));
  return words;
}

/** The state as `verifyState` would hand it on, without the tries; `asked` collects which slots a stage reads. */
export function stateOf(all: Facts, asked: Set<string> = new Set()): ProvenState {
  const words = wordsOf(all);
  return provenState(all.block, (name) => {
    asked.add(name);
    return words.get(name)?.word;
  });
}

/** A state whose words are those that `read` knows, by the slot's name. */
export function provenState(block: Block, read: (name: string) => bigint | undefined): ProvenState {
  const proven = (contract: ContractName, slot: Uint8Array) => read(slotName(contract, slot));
  const word = (contract: ContractName, slot: Uint8Array): bigint => {
    const found = proven(contract, slot);
    if (found === undefined) throw new Refused('SLOT_NOT_PROVEN', slotName(contract, slot));
    return found;
  };
  return { block, word, proven } as ProvenState;
}

export function slotName(contract: ContractName, slot: Uint8Array): string {
  return `${contract} ${uintOf(slot).toString(16)}`;
}

export function pack(
  layout: Readonly<Record<string, number>>,
  values: Readonly<Record<string, number | bigint | unknown>>,
): bigint {
  let shift = 0n;
  let packed = 0n;
  for (const [name, bits] of Object.entries(layout)) {
    packed |= BigInt(values[name] as number | bigint) << shift;
    shift += BigInt(bits);
  }
  return packed;
}

export const hashOf = (text: string): Uint8Array => hash(new TextEncoder().encode(text));
