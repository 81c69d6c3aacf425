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
import { enclavesOf } from '../../../signer/cli/look/enclaves.ts';
import { keysOf } from '../../../signer/cli/look/keys.ts';
import { shownOf } from '../../../signer/cli/look/requests.ts';
import { createLedger } from '../../../signer/host/chain/view/ledger.ts';
import { breaches } from '../support/conforms.ts';
import { quorate } from '../support/quorate.ts';
import {
  activated,
  attested,
  booted,
  confirmed,
  created,
  fulfilled,
  MEMBERS,
  opened,
  ready,
  registered,
  requested,
  row,
} from '../support/samples.ts';
import { located } from '../support/view.ts';

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

  it('has every field that the ledger keeps of keys, enclaves and requests', () => {
    const seats = MEMBERS.flatMap((_, at) => [registered(at), booted(at), attested(at)]);
    const key = [created, opened(), confirmed, activated, row()];
    const ledger = createLedger(
      located(...seats, ...key, requested(1), ready(1), requested(2), ready(2), fulfilled(2)),
    );
    const shown = {
      keys: keysOf(ledger, { traits: new Map(), exposures: null }, 1_000),
      enclaves: enclavesOf(ledger, null),
      requests: shownOf(ledger, false),
    };
    for (const [name, rows] of Object.entries(shown)) {
      expect(rows, name).to.not.have.length(0);
      const json = JSON.parse(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? `${value}` : value)));
      expect(breaches(OUTPUTS[name]!, json), name).to.deep.equal([]);
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
