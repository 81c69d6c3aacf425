/** A `.tree` of cases lies beside every test: `UPDATE_SNAPSHOTS=1` draws them anew. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'chai';
import { casesOf, draw, functionsOf } from './support/tree.ts';

const FOLDERS = ['attestation', 'deploy', 'governance', 'keys', 'signing'];

describe('trees of cases', () => {
  for (const folder of FOLDERS) {
    const at = join(import.meta.dirname, folder);
    for (const file of readdirSync(at).filter((name) => /\.(test\.ts|t\.sol)$/.test(name)))
      it(`${folder}/${file} does what its tree says`, () => {
        const source = readFileSync(join(at, file), 'utf8');
        const name = file.replace(/\.(test\.ts|t\.sol)$/, '');
        const drawn = file.endsWith('.ts') ? draw(casesOf(source)) : draw(functionsOf(source));
        const path = join(at, `${name}${file.endsWith('.ts') ? '' : '.t'}.tree`);
        if (env.UPDATE_SNAPSHOTS === '1') writeFileSync(path, drawn);
        expect(readFileSync(path, 'utf8'), basename(path)).to.equal(drawn);
      });
  }
});
