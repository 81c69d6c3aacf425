/** The slots that enclaves read, against the compiler's storage layout and against docs/storage.md. */

import { existsSync, readFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { AbiCoder, keccak256, toBeHex } from 'ethers';
import { FORK_COUNT_POSITION, MAPPING_POSITIONS, NETWORK_POSITION, PACKED, STATUS } from '../../signer/proof/layout.ts';
import type { CeremonyField, EnclaveField, KeyField } from '../../signer/proof/slots.ts';
import {
  ceremonySlot,
  enclaveSlot,
  forkCountSlot,
  forkSlot,
  keySlot,
  measurementSlot,
  networkSlot,
  requestSlot,
  rowSlot,
} from '../../signer/proof/slots.ts';
import { address, word } from '../enclave/path/support/facts.ts';

const ROOT = new URL('../../', import.meta.url);
const SOURCES = {
  measurementRegistry: 'attestation/MeasurementRegistry',
  enclaveRegistry: 'attestation/EnclaveRegistry',
  keyRegistry: 'keys/KeyRegistry',
  signingRequests: 'requests/SigningRequests',
} as const;

type Variable = { label: string; slot: string; offset: number; type: string };
type Type = { numberOfBytes: string; value?: string; members?: Variable[] };
type Layout = { storage: Variable[]; types: Record<string, Type> };
type Field = { label: string; slot: number; bit: number; bits: number };

function layoutOf(contract: keyof typeof SOURCES): Layout | undefined {
  const source = SOURCES[contract];
  const artifact = new URL(`artifacts/contracts/${source}.sol/${source.split('/')[1]}.json`, ROOT);
  if (!existsSync(artifact)) return undefined;
  const { buildInfoId, inputSourceName, contractName } = JSON.parse(readFileSync(artifact, 'utf8'));
  const { output } = JSON.parse(readFileSync(new URL(`artifacts/build-info/${buildInfoId}.output.json`, ROOT), 'utf8'));
  return output.contracts[inputSourceName][contractName].storageLayout;
}

/** The struct's leaves, with slots relative to its own. */
function fields({ types }: Layout, type: string, base = 0): Field[] {
  return (types[type]?.members ?? []).flatMap((member) => {
    const slot = base + Number(member.slot);
    const nested = fields({ types, storage: [] }, member.type, slot);
    const bits = 8 * Number(types[member.type]?.numberOfBytes);
    return nested.length > 0 ? nested : [{ label: member.label, slot, bit: 8 * member.offset, bits }];
  });
}

/** What a mapping holds, or a mapping in it; any other type is its own. */
function heldType(layout: Layout, type: string): string {
  const { value } = layout.types[type]!;
  return value === undefined ? type : heldType(layout, value);
}

function packed(layout: Readonly<Record<string, number>>): { bit: number; bits: number }[] {
  let bit = 0;
  return Object.values(layout).map((bits) => {
    bit += bits;
    return { bit: bit - bits, bits };
  });
}

/** Which words of each struct the enclave unpacks, and how. */
const STRUCTS = {
  measurements: { 0: PACKED.measurement },
  enclaves: {
    0: PACKED.enclave,
    1: { measurement: 256 },
    2: { identity: 160 },
    3: { encryptionKey: 256 },
    4: PACKED.boot,
  },
  keys: {
    0: PACKED.key,
    1: { committee: 256 },
    2: { publicKeyX: 256 },
    3: { commitments: 256 },
    4: { birth: 256 },
  },
  ceremonies: {
    0: PACKED.ceremony,
    1: { committee: 256 },
    2: { publicKeyX: 256 },
    3: { commitments: 256 },
  },
  rows: { 0: PACKED.row },
  requests: { 0: PACKED.request },
  network: { 0: PACKED.network },
  forks: { 0: PACKED.fork },
  forkCount: { 0: { forkCount: 256 } },
} as const;

describe('storage layout', () => {
  for (const [name, { contract, variable, position }] of Object.entries({
    ...MAPPING_POSITIONS,
    network: NETWORK_POSITION,
    forkCount: FORK_COUNT_POSITION,
  })) {
    it(`of ${variable} is the compiler's`, function () {
      const layout = layoutOf(contract);
      if (layout === undefined) {
        this.test!.title += ' [skipped: contracts are not compiled]';
        return this.skip();
      }
      const compiled = layout.storage.find(({ label }) => label === variable)!;
      expect(BigInt(compiled.slot)).to.equal(position);
      const held = fields(layout, heldType(layout, compiled.type));
      // a word that is no struct is its own field
      const members = held.length > 0 ? held : [{ label: variable, slot: 0, bit: 0, bits: 256 }];
      for (const [slot, expected] of Object.entries(STRUCTS[name as keyof typeof STRUCTS])) {
        const there = members.filter((field) => field.slot === Number(slot));
        expect(there.map(({ bit, bits }) => ({ bit, bits }))).to.deep.equal(packed(expected));
        // Names may carry a prefix (bootNonce), their order may not differ.
        const names = Object.keys(expected).map((label) => label.toLowerCase());
        there.forEach(({ label }, at) => {
          expect(label.toLowerCase()).to.match(new RegExp(`${names[at]}$`));
        });
      }
    });
  }

  it('is what docs/storage.md says', () => {
    const page = readFileSync(new URL('docs/storage.md', ROOT), 'utf8').replaceAll('\n', ' ');
    const types = { 160: 'address', 128: 'bytes16' } as Record<number, string>;
    for (const layout of Object.values(PACKED)) {
      const names = Object.entries(layout).map(([name, bits]) =>
        name === 'voted' ? 'voted bool' : `${name} ${name === 'version' ? 'bytes4' : (types[bits] ?? `uint${bits}`)}`,
      );
      expect(page).to.contain(names.join(' · '));
    }
    for (const [record, statuses] of Object.entries(STATUS)) {
      const title = `${record[0]!.toUpperCase()}${record.slice(1)}`;
      const values = Object.entries(statuses).map(([name, value]) => `${value} ${name}`);
      expect(page).to.contain(`${title}: ${values.join(', ')}`);
    }
  });
});

describe('slots', () => {
  const coder = AbiCoder.defaultAbiCoder();
  const at = (position: bigint, offset: bigint): string => {
    const base = BigInt(keccak256(coder.encode(['bytes32', 'uint256'], [word(0x77), position])));
    return toBeHex((base + offset) % 2n ** 256n, 32);
  };
  const hex = ({ slot }: { slot: Uint8Array }): string => `0x${bytesToHex(slot)}`;

  it('are those of Solidity mappings, and of a word by itself', () => {
    expect(hex(measurementSlot(word(0x77)))).to.equal(at(MAPPING_POSITIONS.measurements.position, 0n));
    expect(hex(requestSlot(word(0x77)))).to.equal(at(MAPPING_POSITIONS.requests.position, 0n));
    const enclave: EnclaveField[] = ['word', 'measurement', 'identity', 'encryptionKey', 'boot'];
    enclave.forEach((field, offset) => {
      expect(hex(enclaveSlot(word(0x77), field))).to.equal(at(MAPPING_POSITIONS.enclaves.position, BigInt(offset)));
    });
    const key: KeyField[] = ['word', 'committee', 'publicKeyX', 'commitments', 'birth'];
    key.forEach((field, offset) => {
      expect(hex(keySlot(word(0x77), field))).to.equal(at(MAPPING_POSITIONS.keys.position, BigInt(offset)));
    });
    const ceremony: CeremonyField[] = ['word', 'committee', 'publicKeyX', 'commitments'];
    ceremony.forEach((field, offset) => {
      expect(hex(ceremonySlot(word(0x77), field))).to.equal(at(MAPPING_POSITIONS.ceremonies.position, BigInt(offset)));
    });
    const outer = at(MAPPING_POSITIONS.rows.position, 0n);
    const row = keccak256(coder.encode(['address', 'bytes32'], [`0x${'d1'.repeat(20)}`, outer]));
    expect(hex(rowSlot(word(0x77), address(0xd1)))).to.equal(row);
    expect(hex(networkSlot())).to.equal(toBeHex(NETWORK_POSITION.position, 32));
    expect(hex(forkCountSlot())).to.equal(toBeHex(FORK_COUNT_POSITION.position, 32));
    const fork = coder.encode(['uint256', 'uint256'], [7n, MAPPING_POSITIONS.forks.position]);
    expect(hex(forkSlot(7))).to.equal(keccak256(fork));
  });
});
