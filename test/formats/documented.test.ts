/** docs/formats.md and the enclave's constants say the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { keccak256, toUtf8Bytes } from 'ethers';
import { LIMITS_FILE, limitsSource } from '../../scripts/limits.ts';
import { DEADLINE_MARGIN } from '../../signer/enclave/path/verifyRequest.ts';
import {
  BOOT_TYPE,
  CONFIRMATION_TYPE,
  REFUSAL_TYPE,
  REGISTRATION_TYPE,
  STATED_KIND_NUMBERS,
} from '../../signer/formats/eip712.ts';
import { isSignedBy, PAYLOAD_KINDS, type PayloadKind, payloadKind } from '../../signer/formats/kinds.ts';
import * as limits from '../../signer/formats/limits.ts';
import { REFUSAL_CODES, type RefusalCode, refusalKind } from '../../signer/formats/refusal.ts';
import type { Scheme } from '../../signer/formats/schemes.ts';
import { EFFECT_KIND_NUMBERS, SCHEME_NUMBERS } from '../../signer/formats/schemes.ts';
import * as tags from '../../signer/formats/tags.ts';
import { BITCOIN_ASSET_ID, SOLANA_ASSET_ID } from '../../signer/payload/caip.ts';

const page = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');

/** The cells of the rows under a heading, without header and rule. */
function table(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function sources(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  return files.map((entry) => join(entry.parentPath, entry.name));
}

function shownKind(code: RefusalCode): string {
  const kind = refusalKind(code);
  return kind === 'passing' ? '' : kind;
}

describe('docs/formats.md', () => {
  it('lists exactly the tags of the code, and each constant is the hash of its string', () => {
    const documented = Object.fromEntries(
      table('Domain tags').map(([name, string]) => [name, string?.replaceAll('`', '')]),
    );
    expect(documented).to.deep.equal({ ...tags.TAG_STRINGS, ENVELOPE_INFO: tags.ENVELOPE_INFO_STRING });
    const constants = new Map<string, unknown>(Object.entries(tags));
    for (const [name, string] of Object.entries(tags.TAG_STRINGS)) {
      expect(`0x${bytesToHex(constants.get(name) as Uint8Array)}`, name).to.equal(keccak256(toUtf8Bytes(string)));
    }
    expect(new TextDecoder().decode(tags.ENVELOPE_INFO)).to.equal(tags.ENVELOPE_INFO_STRING);
  });

  it('lists exactly the refusal codes of the code, each with a reason', () => {
    const rows = table('Refusal codes');
    expect(rows.map(([code]) => code).sort()).to.deep.equal([...REFUSAL_CODES].sort());
    for (const [code, when] of rows) expect(when, code).to.match(/\w{3}/);
    for (const [code, , kind] of rows) expect(kind, code).to.equal(shownKind(code as RefusalCode));
    for (const [kind, number] of Object.entries(STATED_KIND_NUMBERS)) expect(page).to.contain(`${number} ${kind}`);
  });

  it('numbers schemes, payload kinds and effect kinds as the code does', () => {
    const kinds = Object.fromEntries(Object.entries(PAYLOAD_KINDS).map(([name, { number }]) => [name, number]));
    for (const numbers of [SCHEME_NUMBERS, kinds, EFFECT_KIND_NUMBERS]) {
      const names = Object.entries(numbers).map(([name, number]) => `${number} ${name}`);
      expect(page.replaceAll('\n', ' ')).to.contain(names.join(' · '));
    }
  });

  it('says which payload kinds keys of each scheme sign, as the code does', () => {
    for (const scheme of Object.keys(SCHEME_NUMBERS) as Scheme[]) {
      const kinds = (Object.keys(PAYLOAD_KINDS) as PayloadKind[]).filter((kind) => isSignedBy(kind, scheme));
      expect(page.replaceAll('\n', ' ')).to.contain(
        `${scheme} signs ${kinds.map((kind) => PAYLOAD_KINDS[kind].number).join(', ')}`,
      );
    }
    for (const [name, { number }] of Object.entries(PAYLOAD_KINDS)) expect(payloadKind(number)).to.equal(name);
    expect(payloadKind(0)).to.equal(undefined);
  });

  it('shows the EIP-712 types of the code', () => {
    for (const type of [REGISTRATION_TYPE, BOOT_TYPE, CONFIRMATION_TYPE, REFUSAL_TYPE])
      expect(page).to.contain(`\n${type}\n`);
  });

  it('names the margin and the assets of the code', () => {
    expect(page).to.contain(`under ${DEADLINE_MARGIN} seconds`);
    for (const asset of [BITCOIN_ASSET_ID, SOLANA_ASSET_ID]) expect(page).to.contain(asset);
  });
});

describe('contracts/types/Kinds.sol', () => {
  const source = readFileSync(new URL('../../contracts/types/Kinds.sol', import.meta.url), 'utf8');
  const numbersOf = (library: string) => {
    const body = source.split(`library ${library} {`)[1]?.split('\n}')[0] ?? '';
    const constants = [...body.matchAll(/uint8 internal constant (\w+) = (\d+);/g)];
    return Object.fromEntries(
      constants.map(([, name, number]) => [name!.toLowerCase().replace('_', '-'), Number(number)]),
    );
  };

  it('numbers payload kinds and effect kinds as the code does', () => {
    const kinds = Object.fromEntries(Object.entries(PAYLOAD_KINDS).map(([name, { number }]) => [name, number]));
    expect(numbersOf('PayloadKinds')).to.deep.equal(kinds);
    expect(numbersOf('EffectKinds')).to.deep.equal(EFFECT_KIND_NUMBERS);
  });
});

describe('contracts/types/Limits.sol', () => {
  it('is what signer/formats/limits.ts says: run scripts/limits.ts after a change', () => {
    expect(readFileSync(LIMITS_FILE, 'utf8')).to.equal(limitsSource());
    for (const [name, value] of Object.entries(limits))
      expect(limitsSource()).to.contain(`constant ${name} = ${value};`);
  });

  it('is named with its numbers in docs/formats.md', () => {
    for (const [name, value] of Object.entries(limits))
      expect(page).to.contain(`${name} ${value.toLocaleString('en')}`);
  });
});

describe('refusal codes', () => {
  const read = (files: string[]) => files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const under = (root: string) =>
    read(
      ['formats', 'proof', 'payload', 'enclave']
        .flatMap((floor) => sources(new URL(`../../${root}/${floor}/`, import.meta.url).pathname))
        .filter((file) => !file.endsWith('/formats/refusal.ts')),
    );
  const [code, tests] = [under('signer'), under('test')];

  it('are each used on a floor that enclaves stand on', () => {
    expect(REFUSAL_CODES.filter((each) => !code.includes(`'${each}'`))).to.deep.equal([]);
  });

  it('are each provoked by a test', () => {
    expect(REFUSAL_CODES.filter((each) => !tests.includes(`'${each}'`))).to.deep.equal([]);
  });
});
