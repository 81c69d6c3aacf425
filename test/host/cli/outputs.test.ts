/** What commands print with --json is written down, for every one of them. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  ERROR,
  OUTPUT_PAGE,
  OUTPUT_SCHEMA,
  OUTPUTS,
  outputPage,
  outputSchema,
} from '../../../scripts/docs/outputSchemas.ts';
import { COMMANDS } from '../../../signer/cli/commands.ts';
import { breaches } from '../support/conforms.ts';
import { quorate } from '../support/quorate.ts';

describe('the output of commands', () => {
  it('has a schema for each, and for no other', () => {
    expect(Object.keys(OUTPUTS).sort()).to.deep.equal(Object.keys(COMMANDS).sort());
  });

  it('is written: run scripts/docs/outputSchemas.ts', () => {
    expect(readFileSync(OUTPUT_PAGE, 'utf8')).to.equal(outputPage());
    expect(JSON.parse(readFileSync(OUTPUT_SCHEMA, 'utf8'))).to.deep.equal(outputSchema());
  });

  it('is an error with advice on the other stream', async () => {
    for (const words of [
      ['keys', '--colour', 'red'],
      ['explain', '/nowhere'],
      ['payload', 'bitcoin', '/nowhere'],
    ]) {
      const { code, out, error } = await quorate(...words, '--json');
      expect([code, out, breaches(ERROR, JSON.parse(error))], words.join(' ')).to.deep.equal([64, '', []]);
    }
  });

  it('breaks its schema by a field that is missing, is too much, or is another thing', () => {
    const good = { hash: null, block: null, enclave: `0x${'1'.repeat(64)}`, operator: `0x${'1'.repeat(40)}` };
    const schema = OUTPUTS.retire!;
    expect(breaches(schema, good)).to.deep.equal([]);
    const { hash: _, ...less } = good;
    for (const bad of [less, { ...good, more: 1 }, { ...good, block: 1.5 }, { ...good, enclave: '0x1' }, [], null])
      expect(breaches(schema, bad), JSON.stringify(bad)).to.have.length(1);
  });
});
