/** A made-up chain for enclaves in one process: what it says is believed, so that sessions can be tested without proofs. */

import type { Session } from '../../../signer/enclave/path/stages.ts';
import type { Stages } from '../../../signer/enclave/ports.ts';
import type { Tee } from '../../../signer/enclave/tee/tee.ts';
import type { Configuration } from '../../../signer/formats/configuration.ts';
import type { PublicKey, Scheme } from '../../../signer/formats/schemes.ts';
import { sessionId } from '../../../signer/formats/session.ts';
import { CONFIGURATION_TAG, DEVELOPMENT_TEE } from '../../../signer/formats/tags.ts';
import { addressWord, keccak, uintOf, uintWord } from '../../../signer/formats/words.ts';

export const CONFIGURATION = configurationBytes();
export const KEY_ID = new Uint8Array(32).fill(0x6b);
export const COMMITTEE = new Uint8Array(32).fill(0xc0);

export type Seat = {
  readonly id: Uint8Array;
  readonly identity: Uint8Array;
  nonce: Uint8Array;
  encryptionKey: Uint8Array;
};

/** What the chain says now; tests change it as votes and boots would. */
export type World = {
  seats: Seat[];
  scheme: Scheme;
  threshold: number;
  epoch: number;
  attempt: number;
  publicKey: PublicKey;
  commitments: Uint8Array;
  verifyingKey: Uint8Array;
  messages: readonly Uint8Array[];
  /** In every storage word, where a boot record has its counter. */
  bootCounter: bigint;
};

/** Headers of this chain are the block's number in 32 bytes and nothing else. */
export function headerOf(number: number): Uint8Array {
  return uintWord(number);
}

export function stagesOf(world: World): Stages {
  return {
    verifyState: ({ header }) => {
      const block = {
        number: Number(uintOf(header.subarray(24, 32))),
        hash: keccak(header.subarray(0, 32)),
        timestamp: 0,
        prevRandao: header,
      };
      return { block, word: () => world.bootCounter << 128n } as unknown as ReturnType<Stages['verifyState']>;
    },
    verifyCeremony: (state, _configuration, self) => {
      const everyone = world.seats.map((_, at) => at + 1);
      const run = { pinnedBlock: new Uint8Array(32), leader: new Uint8Array(32), number: 0 };
      const session = sessionOf(world, state.block, self.identity, everyone, {
        kind: 'key-generation',
        subject: COMMITTEE,
        run,
      });
      return { session, scheme: world.scheme } as unknown as ReturnType<Stages['verifyCeremony']>;
    },
    verifyActivation: (state, _configuration, self, _committee, set) => {
      const message = new Uint8Array(32).fill(0xac);
      const run = { pinnedBlock: state.block.hash, leader: set.leader, number: set.run };
      const session = sessionOf(world, state.block, self.identity, set.parties, {
        kind: 'activation',
        subject: message,
        run,
      });
      const { scheme, publicKey, commitments } = world;
      return { session, scheme, publicKey, commitments, message } as unknown as ReturnType<Stages['verifyActivation']>;
    },
    verifyRequest: (state, _configuration, self, _committee, set, request) => {
      const run = { pinnedBlock: state.block.hash, leader: set.leader, number: set.run };
      const id = uintWord(request.counter);
      const session = sessionOf(world, state.block, self.identity, set.parties, { kind: 'signing', subject: id, run });
      const { scheme, publicKey } = world;
      return { session, scheme, publicKey, id, request } as unknown as ReturnType<Stages['verifyRequest']>;
    },
    decideRequest: ({ session, id }) => {
      const { messages, verifyingKey } = world;
      return { session, id, messages, tweaks: [], verifyingKey } as unknown as ReturnType<Stages['decideRequest']>;
    },
  };
}

/** What the TEE of a party's machine seals under. */
export function sealingKeyOf(party: number): Uint8Array {
  return new Uint8Array(32).fill(0xe0 + party);
}

export function teeOf(sealingKey: Uint8Array): Tee {
  return {
    configuration: async () => ({ tee: DEVELOPMENT_TEE, configuration: CONFIGURATION }),
    evidence: async (reportData) => reportData,
    sealingKey: async () => sealingKey,
  };
}

type Purpose = Pick<Parameters<typeof sessionId>[0], 'kind' | 'subject' | 'run'>;

function sessionOf(
  { seats, threshold, epoch, attempt }: World,
  block: Session['block'],
  identity: Uint8Array,
  parties: readonly number[],
  purpose: Purpose,
): Session {
  const members = parties.map((party) => ({ party, ...seats[party - 1]! }));
  const self = seats.findIndex((seat) => Buffer.compare(seat.identity, identity) === 0) + 1;
  const id = sessionId({ keyId: KEY_ID, epoch, attempt, members, ...purpose });
  const shared = { keyId: KEY_ID, epoch, attempt, committee: COMMITTEE, threshold, size: seats.length };
  return { id, ...shared, self, members, block } as unknown as Session;
}

function configurationBytes(): Uint8Array {
  const contract = (seed: number) => [addressWord(new Uint8Array(20).fill(seed)), new Uint8Array(32).fill(seed)];
  const words = [CONFIGURATION_TAG, uintWord(31337), uintWord(1), ...[1, 2, 3, 4].flatMap(contract)];
  return Uint8Array.from(words.flatMap((word) => [...word]));
}

export type { Configuration };
