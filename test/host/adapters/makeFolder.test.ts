/** Folders are made, or it is said why not: never tried for ever. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { makeFolder } from '../../../signer/host/adapters/makeFolder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MODULE = join(ROOT, 'signer/host/adapters/makeFolder.ts');

describe('a folder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'quorate-folder-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is made with those above it, in one mode, and may be there already', () => {
    const path = join(home, 'a/b/c');
    for (const _ of [1, 2]) makeFolder(path, 0o700);
    for (const one of ['a', 'a/b', 'a/b/c']) expect(statSync(join(home, one)).mode & 0o777, one).to.equal(0o700);
  });

  it('is not made of a file, nor below one', () => {
    writeFileSync(join(home, 'file'), '');
    expect(() => makeFolder(join(home, 'file'))).to.throw('EEXIST');
    expect(() => makeFolder(join(home, 'file/below'))).to.throw(/ENOTDIR|EEXIST/);
  });

  it('ends where a file system lets nobody make any', function () {
    if (process.platform !== 'linux') this.skip();
    const program = `import(${JSON.stringify(MODULE)}).then(({ makeFolder }) => makeFolder('/proc/nope/deeper')).catch(({ code }) => console.log(code))`;
    const said = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', timeout: 20_000 });
    expect(said.trim()).to.equal('ENOENT');
  });

  it('is made by nobody in the way that may never end', () => {
    const files = readdirSync(join(ROOT, 'signer'), { recursive: true, encoding: 'utf8' });
    const makers = files.filter(
      (file) =>
        file.endsWith('.ts') && /\bmkdir(Sync)?\([^;]*recursive/.test(readFileSync(join(ROOT, 'signer', file), 'utf8')),
    );
    expect(makers).to.deep.equal([]);
  });
});
