/** docs/attestation.md and the code say the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { TAG_STRINGS } from '../../signer/evidence/identity.ts';
import { REFUSAL_CODES } from '../../signer/evidence/refusal.ts';
import { TAG_STRINGS as ENCLAVE_TAGS } from '../../signer/formats/tags.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/attestation.md'), 'utf8');

/** The cells of the first table under a heading. */
function table(heading: string): string[][] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
  return rows.slice(1).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

describe('docs/attestation.md', () => {
  it('lists exactly the refusal codes of the code, in their order, each with a reason', () => {
    const rows = table('Refusal codes');
    expect(rows.map(([code]) => code)).to.deep.equal([...REFUSAL_CODES]);
    for (const [code, when] of rows) expect(when, code).to.match(/\w{3}/);
  });

  it('lists exactly the tags, of which the measurement has the one of the enclave', () => {
    expect(
      Object.fromEntries(table('Measurement').map(([name, string]) => [name, string?.replaceAll('`', '')])),
    ).to.deep.equal(TAG_STRINGS);
    expect(TAG_STRINGS.measurement).to.equal(ENCLAVE_TAGS.MEASUREMENT_TAG);
  });
});

describe('the tests of evidence', () => {
  it('expect every refusal code somewhere', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
    const text = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
    expect(REFUSAL_CODES.filter((code) => !text.includes(`'${code}'`))).to.deep.equal([]);
  });
});
