/** docs/storage.md against the compiler: enclaves verify these slots, so a page that lies would stop every signature. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Field, fieldsOf, type Layout, layoutOf, slotOf } from './support/layout.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/storage.md'), 'utf8');
const FOLDERS = {
  MeasurementRegistry: 'attestation',
  EnclaveRegistry: 'attestation',
  KeyRegistry: 'keys',
  SigningRequests: 'requests',
} as const;
type Contract = keyof typeof FOLDERS;

type Row = { readonly contract: Contract; readonly variable: string; readonly slot: number; readonly holds: string[] };

/** A slot of a mapping's value, or a variable that is one slot. */
const rows: Row[] = [...PAGE.matchAll(/^\| (\w+) \| (?:at\((\w+), \w+(?:, \w+)?\) \+ (\d+)|(_\w+)) \| (.+) \|$/gm)].map(
  ([, contract, mapping, slot, variable, holds]) => ({
    contract: contract as Contract,
    variable: mapping ?? variable!,
    slot: Number(slot ?? 0),
    holds: holds!.split(' · '),
  }),
);

const bases = new Map(
  [...PAGE.matchAll(/(\w+) `(\w+)` (\d+)/g)].map(([, contract, variable, slot]) => [
    `${contract}.${variable}`,
    Number(slot),
  ]),
);

/** The page names what a struct calls by a longer or a shorter name. */
const ALIASES: Readonly<Record<string, string>> = {
  bootNonce: 'nonce',
  bootCounter: 'counter',
  bootRecordedAt: 'recordedAt',
};

/** What stands behind the words that enclaves read, in slots of its own. */
const UNREAD: Readonly<Record<string, readonly string[]>> = {
  KeyRegistry: ['confirmedBy', 'confirmations', 'differs'],
};

function isUnread(contract: Contract, field: Field): boolean {
  return (UNREAD[contract] ?? []).includes(field.name) && field.slot > 4;
}

function described(field: Field): string {
  const type = field.type.startsWith('enum ') ? 'uint8' : field.type;
  return `${ALIASES[field.name] ?? field.name} ${type}`;
}

describe('docs/storage.md', () => {
  const layouts = new Map<Contract, Layout>();

  before(async () => {
    for (const contract of Object.keys(FOLDERS) as Contract[])
      layouts.set(contract, await layoutOf(`contracts/${FOLDERS[contract]}/${contract}.sol`, contract));
  });

  it('lists slots of every contract that enclaves read', () => {
    expect(new Set(rows.map(({ contract }) => contract))).to.deep.equal(new Set(Object.keys(FOLDERS)));
    expect(bases.size).to.equal(9);
    expect(new Set(rows.map(({ contract, variable }) => `${contract}.${variable}`))).to.deep.equal(
      new Set(bases.keys()),
    );
  });

  for (const { contract, variable, slot, holds } of rows) {
    it(`${contract}.${variable} + ${slot} holds ${holds.join(', ')} and nothing else`, () => {
      const layout = layouts.get(contract)!;
      expect(slotOf(layout, variable)).to.equal(bases.get(`${contract}.${variable}`));
      const fields = fieldsOf(layout, variable).filter((field) => field.slot === slot && !isUnread(contract, field));
      expect(fields.map(described)).to.deep.equal(holds.map((field) => field.replace(/^boot /, '')));
      expect(fields.map(({ bits }) => bits)).to.deep.equal([...fields.map(({ bits }) => bits)].sort((a, b) => a - b));
    });
  }

  it('gives every status the value of its enum', () => {
    const statuses: [string, string, string][] = [
      ['Measurement', 'attestation/IMeasurementRegistry.sol', 'MeasurementStatus'],
      ['Enclave', 'attestation/IEnclaveRegistry.sol', 'EnclaveStatus'],
      ['Key', 'keys/KeyTypes.sol', 'KeyStatus'],
      ['Ceremony', 'keys/KeyTypes.sol', 'CeremonyStatus'],
      ['Request', 'requests/ISigningRequests.sol', 'RequestState'],
    ];
    for (const [name, file, type] of statuses) {
      const source = readFileSync(join(import.meta.dirname, '../../contracts', file), 'utf8');
      const members = source.match(new RegExp(`enum ${type} \\{([^}]*)\\}`))![1]!.match(/\w+/g)!;
      const listed = members.map((member, value) => `${value} ${member.toLowerCase()}`).join(', ');
      expect(PAGE.replace(/\s+/g, ' ')).to.include(`${name}: ${listed}.`);
    }
  });
});
