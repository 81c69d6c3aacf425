/** A made-up chain for enclaves in one process: its words are facts that tests bend, under headers that nobody checks. */

import type { Tee } from '../../../signer/enclave/tee/tee.ts';
import { committeeHash } from '../../../signer/formats/committee.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { birthDomain, enclaveId } from '../../../signer/formats/ids.ts';
import { intentHash, requestId } from '../../../signer/formats/intent.ts';
import type { Request } from '../../../signer/formats/request.ts';
import { type PublicKey, SCHEME_NUMBERS, type Scheme } from '../../../signer/formats/schemes.ts';
import { CONFIGURATION_TAG } from '../../../signer/formats/tags.ts';
import { addressWord, keccak, uintOf, uintWord, ZERO_WORD } from '../../../signer/formats/words.ts';
import { PACKED, STATUS } from '../../../signer/proof/layout.ts';
import { requestSlot } from '../../../signer/proof/slots.ts';
import type { VerifyState } from '../../../signer/proof/state.ts';
import {
  ceremonyFacts,
  type EnclaveFacts,
  type Facts,
  CONFIGURATION as MEASURED,
  NOW,
  pack,
  provenState,
  slotName,
  wordsOf,
} from '../path/support/facts.ts';

export const CONFIGURATION = configurationWith();

export type RequestOnChain = {
  readonly id: Uint8Array;
  readonly request: Request;
  readonly word: Record<keyof typeof PACKED.request, number>;
};

/** What the chain says now; tests change it as votes and boots would. A block keeps what it said when it was first proven. */
export type World = {
  readonly facts: Facts;
  readonly seats: EnclaveFacts[];
  readonly requests: RequestOnChain[];
  /** Slots whose nodes a host keeps back, by block. */
  withheld: (block: number, slot: string) => boolean;
};

export type Seat = Pick<EnclaveFacts, 'identity' | 'nonce' | 'encryptionKey'>;

/** A key that these enclaves are asked to make. */
export function worldOf(seats: readonly Seat[], threshold: number, scheme: Scheme): World {
  const facts = ceremonyFacts('open', { size: seats.length, threshold, party: 1 });
  const { chainId, contracts } = MEASURED;
  seats.forEach((seat, at) => {
    const own = Object.assign(facts.enclaves[at]!, seat);
    own.id = enclaveId(chainId, contracts.enclaveRegistry.address, own.operator, own.identity);
  });
  facts.key.scheme = SCHEME_NUMBERS[scheme];
  const world: World = { facts, seats: facts.enclaves, requests: [], withheld: () => false };
  openAttempt(world, 1);
  return world;
}

/** The attempt that is open now, with the same members. */
export function openAttempt({ facts }: World, attempt: number): void {
  const members = facts.enclaves.map(({ id, operator, identity }) => ({ id, operator, identity }));
  Object.assign(facts.committee, { attempt, members });
  Object.assign(facts.ceremony, { attempt, committee: committeeHash(facts.committee), status: STATUS.ceremony.open });
}

/** All members have confirmed this key. */
export function confirmKey({ facts }: World, { prefix, x }: PublicKey, commitments: Uint8Array): void {
  const made = { publicKeyPrefix: prefix, publicKeyX: x, commitments };
  Object.assign(facts.ceremony, made, { status: STATUS.ceremony.confirmed });
}

/** The key waits for its activation again. */
export function pend({ facts: { key, ceremony } }: World): void {
  const nothing = { committee: ZERO_WORD, publicKeyX: ZERO_WORD, commitments: ZERO_WORD, birth: ZERO_WORD };
  Object.assign(key, nothing, { status: STATUS.key.pending });
  ceremony.status = STATUS.ceremony.confirmed;
}

/** The confirmed key is active; nobody asks here for the signature that proves it. */
export function activate({ facts: { key, ceremony, committee: shown } }: World): void {
  const { committee, threshold, size, epoch, attempt, publicKeyPrefix, publicKeyX, commitments } = ceremony;
  const made = { committee, threshold, size, epoch, attempt, publicKeyPrefix, publicKeyX, commitments };
  const root = { prefix: publicKeyPrefix, x: publicKeyX };
  const birth = birthDomain(MEASURED.chainId, MEASURED.contracts.keyRegistry.address, shown.keyId, root);
  Object.assign(key, made, { status: STATUS.key.active, birth });
  ceremony.status = STATUS.ceremony.done;
}

/** The chain has made this request, and it is READY. */
export function ask({ facts, requests }: World, request: Request): RequestOnChain {
  const { chainId, contracts } = MEASURED;
  const id = requestId(chainId, contracts.signingRequests.address, request, intentHash(request));
  const times = { queuedAt: NOW - 100, readyAt: NOW - 40, deadline: request.deadline };
  const asked = { id, request, word: { state: STATUS.request.ready, ...times, epoch: facts.row.epoch, voted: 0 } };
  requests.push(asked);
  return asked;
}

/** Headers of this chain are the block's number in 32 bytes and nothing else. */
export function headerOf(number: number): Uint8Array {
  return uintWord(number);
}

export function verifyStateOf(world: World): VerifyState {
  return (header) => {
    const number = Number(uintOf(header.subarray(24, 32)));
    const block = { number, hash: keccak(header), timestamp: NOW, prevRandao: header };
    const words = new Map([...wordsOf(world.facts)].map(([name, { word }]) => [name, word]));
    for (const { id, word } of world.requests) {
      const { contract, slot } = requestSlot(id);
      words.set(slotName(contract, slot), pack(PACKED.request, word));
    }
    const read = (name: string) => (world.withheld(number, name) ? undefined : words.get(name));
    return { state: provenState(block, read), add: () => undefined };
  };
}

/** Of no kind that any registry knows. */
export const TEE = new Uint8Array(32).fill(0x7e);

/** What the TEE of a party's machine seals under. */
export function sealingKeyOf(party: number): Uint8Array {
  return new Uint8Array(32).fill(0xe0 + party);
}

export function teeOf(sealingKey: Uint8Array, configuration = CONFIGURATION): Tee {
  return {
    configuration: async () => ({ tee: TEE, configuration }),
    evidence: async (reportData) => reportData,
    sealingKey: async () => sealingKey,
  };
}

export function fromHex(hex: Hex): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
}

export function configurationWith({ finality, chainId } = MEASURED): Uint8Array {
  const { genesisHash, contracts } = MEASURED;
  const { measurementRegistry, enclaveRegistry, keyRegistry, signingRequests } = contracts;
  const words = [measurementRegistry, enclaveRegistry, keyRegistry, signingRequests].flatMap(
    ({ address, codeHash }) => [addressWord(address), codeHash],
  );
  const all = [CONFIGURATION_TAG, uintWord(chainId), genesisHash, ...words];
  return Uint8Array.from([...all, finality].flatMap((word) => [...word]));
}
