/** Second opinions: Lodestar's types on every encoding and root, blst on every signature. */

import { deepEqual, equal } from 'node:assert/strict';
import { fastAggregateVerify as blstVerify, PublicKey, Signature } from '@chainsafe/blst';
import { ssz } from '@lodestar/types';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import fc from 'fast-check';
import { developmentCommittee, firstOf } from '../../scripts/local/beacon/committee.ts';
import { toJson } from '../../scripts/local/beacon/toJson.ts';
import {
  countParticipants,
  fastAggregateVerify,
  isParticipant,
} from '../../signer/finality/bls/fastAggregateVerify.ts';
import { admittedKeys } from '../../signer/finality/bls/publicKeys.ts';
import { hex, uintToBytes } from '../../signer/finality/bytes.ts';
import { SHAPES, type Shape } from '../../signer/finality/config.ts';
import {
  beaconBlockHeader,
  depthOf,
  executionPayloadHeader,
  forkData,
  lightClientHeader,
  signingData,
  stateGindices,
  syncCommittee,
} from '../../signer/finality/containers.ts';
import { mainnet, sepolia } from '../../signer/finality/networks.ts';
import { computeSigningRoot } from '../../signer/finality/spec/computeSigningRoot.ts';
import { decode } from '../../signer/finality/ssz/decode.ts';
import { encode } from '../../signer/finality/ssz/encode.ts';
import { fromJson } from '../../signer/finality/ssz/fromJson.ts';
import { hashTreeRoot } from '../../signer/finality/ssz/hashTreeRoot.ts';
import type { Schema, Value } from '../../signer/finality/ssz/schema.ts';
import { KINDS, schemaOf } from '../../signer/finality/wire.ts';
import { bytes, itWith, json, rootOfJson } from './support/fixtures.ts';
import { outcome } from './support/outcomes.ts';
import { tag } from './support/scenes.ts';

/** What this file asks of Lodestar's types, of which there are many. */
type Oracle = {
  deserialize(bytes: Uint8Array): unknown;
  serialize(value: unknown): Uint8Array;
  hashTreeRoot(value: unknown): Uint8Array;
  toJson(value: unknown): unknown;
};

/** Any value of a schema, its bytes drawn from `random`. */
function anyValue(schema: Schema, random: (size: number) => Uint8Array): Value {
  switch (schema.kind) {
    case 'uint':
      // Lodestar reads integers of eight bytes as numbers: below 2^48 these are exact.
      return random(schema.size === 8 ? 6 : schema.size).reduce((value, byte) => value * 256n + BigInt(byte), 0n);
    case 'bytes':
      return random(schema.size);
    case 'byteList':
      return random(random(1)[0]! % (schema.limit + 1));
    case 'vector':
      return Array.from({ length: schema.length }, () => random(schema.of.size));
    case 'container':
      return Object.fromEntries(Object.entries(schema.fields).map(([name, of]) => [name, anyValue(of, random)]));
  }
}

/** A stream of bytes from a seed. */
function randomFrom(seed: number): (size: number) => Uint8Array {
  let count = 0;
  return (size) => {
    const blocks = Array.from({ length: Math.ceil(size / 32) }, () => tag(`${seed} ${count++}`));
    return Uint8Array.from(blocks.flatMap((block) => [...block])).slice(0, size);
  };
}

function agrees(schema: Schema, oracle: Oracle, seed: number): void {
  const value = anyValue(schema, randomFrom(seed));
  const bytes = encode(schema, value as never);
  const theirs = oracle.deserialize(bytes);
  equal(hex(oracle.serialize(theirs)), hex(bytes));
  equal(hex(hashTreeRoot(schema, value as never)), hex(oracle.hashTreeRoot(theirs)));
  deepEqual(decode(schema, bytes, 'value'), value);
  const json = oracle.toJson(theirs);
  deepEqual(
    toJson(schema, value),
    JSON.parse(JSON.stringify(json).toLowerCase()),
    'but for the checksums of addresses',
  );
  deepEqual(fromJson(schema, json, 'value'), value);
}

const forks = { capella: ssz.capella, deneb: ssz.deneb, electra: ssz.electra, gloas: ssz.gloas };
const containers = {
  bootstrap: 'LightClientBootstrap',
  update: 'LightClientUpdate',
  finality_update: 'LightClientFinalityUpdate',
} as const;

describe("Lodestar's types", () => {
  const small: readonly (readonly [string, Schema, unknown])[] = [
    ['BeaconBlockHeader', beaconBlockHeader, ssz.phase0.BeaconBlockHeaderBigint],
    ['ExecutionPayloadHeader of Capella', executionPayloadHeader.capella, ssz.capella.ExecutionPayloadHeader],
    ['ExecutionPayloadHeader of Deneb', executionPayloadHeader.deneb, ssz.deneb.ExecutionPayloadHeader],
    ['ForkData', forkData, ssz.phase0.ForkData],
    ['SigningData', signingData, ssz.phase0.SigningData],
    ['SyncCommittee', syncCommittee(mainnet), ssz.altair.SyncCommittee],
  ];
  for (const [name, schema, oracle] of small)
    if (oracle !== null)
      it(`agree on ${name}`, () => {
        fc.assert(
          fc.property(fc.nat(), (seed) => agrees(schema, oracle as Oracle, seed)),
          { numRuns: 5, seed: 1 },
        );
      });

  for (const shape of SHAPES)
    for (const kind of KINDS)
      it(`agree on ${containers[kind]} of ${shape}`, () => {
        agrees(schemaOf(mainnet, kind, shape), forks[shape][containers[kind]] as unknown as Oracle, 7);
      });

  for (const shape of SHAPES)
    it(`agree on LightClientHeader of ${shape}`, () => {
      const property = (seed: number) =>
        agrees(lightClientHeader[shape], forks[shape].LightClientHeader as unknown as Oracle, seed);
      fc.assert(fc.property(fc.nat(), property), { numRuns: 10, seed: 1 });
    });

  it('agree on where a state keeps its finality and its committees', () => {
    const gindex = (shape: Shape, ...path: string[]) => Number(forks[shape].BeaconState.getPathInfo(path).gindex);
    for (const shape of SHAPES)
      deepEqual(stateGindices[shape], {
        finalisedRoot: gindex(shape, 'finalizedCheckpoint', 'root'),
        currentCommittee: gindex(shape, 'currentSyncCommittee'),
        nextCommittee: gindex(shape, 'nextSyncCommittee'),
      });
  });

  it('agree on where a body names its execution block', () => {
    const gindex = (shape: Shape, ...path: string[]) => Number(forks[shape].BeaconBlockBody.getPathInfo(path).gindex);
    const found = SHAPES.map((shape) =>
      shape === 'gloas'
        ? gindex(shape, 'signedExecutionPayloadBid', 'message', 'parentBlockHash')
        : gindex(shape, 'executionPayload', 'blockHash'),
    );
    deepEqual(found, [412, 812, 812, 2856]);
    deepEqual(found.map(depthOf), [8, 9, 9, 11]);
    equal(gindex('electra', 'executionPayload'), 25);
  });
});

describe('blst', () => {
  const size = 64;
  const { committee, sign } = developmentCommittee('an oracle', size);
  const keys = admittedKeys(committee);
  const theirKeys = committee.pubkeys.map((key) => PublicKey.fromBytes(key, true));

  function theirs(bits: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const signers = theirKeys.filter((_, at) => isParticipant(bits, at));
    try {
      return blstVerify(message, signers, Signature.fromBytes(signature, true, true), false);
    } catch {
      return false;
    }
  }

  function ours(bits: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return outcome(() => fastAggregateVerify(keys, bits, message, signature)) === 'accepted';
  }

  it('agrees on good signatures of any part of a committee', () => {
    const property = (bits: Uint8Array, message: Uint8Array) => {
      const signature = sign(message, bits);
      const isAnyone = bits.some((byte) => byte !== 0);
      equal(theirs(bits, message, signature), isAnyone);
      equal(ours(bits, message, signature), isAnyone);
    };
    const bits = fc.uint8Array({ minLength: size / 8, maxLength: size / 8 });
    const message = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(fc.property(bits, message, property), {
      numRuns: 12,
      seed: 2,
      examples: [
        [new Uint8Array(size / 8), tag('m')],
        [firstOf(size, size), tag('m')],
      ],
    });
  });

  it('agrees on signatures with one bit changed', () => {
    const [bits, message] = [firstOf(size, 50), tag('m')];
    const signature = sign(message, bits);
    const property = (at: number, bit: number) => {
      const wrong = signature.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
      equal(ours(bits, message, wrong), theirs(bits, message, wrong));
    };
    fc.assert(fc.property(fc.nat({ max: 95 }), fc.nat({ max: 7 }), property), {
      numRuns: 60,
      seed: 3,
      examples: [
        [0, 5],
        [0, 6],
        [0, 7],
      ],
    });
  });

  it('agrees on which byte strings are keys', () => {
    const isKeyThere = (key: Uint8Array) => {
      try {
        return PublicKey.fromBytes(key, true) !== null;
      } catch {
        return false;
      }
    };
    const isKeyHere = (key: Uint8Array) =>
      outcome(() => admittedKeys({ pubkeys: [key], aggregate_pubkey: key })) === 'accepted';
    const small = Array.from({ length: 40 }, (_, x) => Uint8Array.of(x % 2 ? 0x80 : 0xa0, ...new Uint8Array(46), x));
    const changed = Array.from({ length: 40 }, (_, at) =>
      committee.pubkeys[at]!.map((byte, i) => (i === at % 48 ? byte ^ 1 : byte)),
    );
    const p = bls12_381.fields.Fp.ORDER;
    const beyond = [p - 1n, p, p + 1n, 2n ** 381n - 1n].map((x) => {
      const key = uintToBytes(x, 48).reverse();
      return key.map((byte, at) => (at === 0 ? byte | 0x80 : byte));
    });
    const flags = [0x00, 0x20, 0x40, 0x60, 0xc0, 0xe0].map((flag) =>
      Uint8Array.of((committee.pubkeys[0]![0]! & 0x1f) | flag, ...committee.pubkeys[0]!.subarray(1)),
    );
    const identity = [0xc0, 0xe0, 0x40, 0x80].map((flag) => Uint8Array.of(flag, ...new Uint8Array(47)));
    for (const key of [...committee.pubkeys.slice(0, 8), ...small, ...changed, ...beyond, ...flags, ...identity])
      equal(isKeyHere(key), isKeyThere(key), hex(key));
    equal(isKeyThere(committee.pubkeys[0]!), true);
  });

  const [committeeFile, updateFile] = ['current_sync_committee_7167008', 'finality_update_7167040'].map(
    (name) => `sepolia-electra/${name}.json`,
  );
  itWith("agrees on a signature of Sepolia's committee", [committeeFile!, updateFile!], () => {
    const { pubkeys } = json(committeeFile!) as { pubkeys: string[] };
    const { attested_header, sync_aggregate, signature_slot } = json(updateFile!);
    const message = computeSigningRoot(sepolia, Number(signature_slot), rootOfJson(attested_header.beacon));
    const bits = bytes(sync_aggregate.sync_committee_bits);
    const signers = pubkeys
      .filter((_, at) => isParticipant(bits, at))
      .map((key) => PublicKey.fromBytes(bytes(key), true));
    equal(signers.length, countParticipants(bits));
    const signature = Signature.fromBytes(bytes(sync_aggregate.sync_committee_signature), true, true);
    equal(blstVerify(message, signers, signature, false), true);
    equal(blstVerify(message, signers.slice(1), signature, false), false);
  });

  it('agrees on the sum of a committee', () => {
    const sum = PublicKey.fromBytes(committee.aggregate_pubkey, true);
    equal(hex(keys.sum().toBytes()), hex(sum.toBytes()));
  });
});
