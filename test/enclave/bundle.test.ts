import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { type Bundle, bundleEnclave, imageOf } from '../../scripts/bundle.ts';
import { KINDS, measureAs } from '../../signer/tee/measured.ts';
import { CONFIGURATION } from './support/world.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the enclave’s bundle', () => {
  let directory: string;
  let bundle: Bundle;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-bundle-'));
    bundle = await bundleEnclave();
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('is the same bytes from another directory', async () => {
    const elsewhere = join(directory, 'a directory of another name');
    cpSync(join(ROOT, 'signer'), join(elsewhere, 'signer'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, file), join(elsewhere, file));
    symlinkSync(join(ROOT, 'node_modules'), join(elsewhere, 'node_modules'));
    const again = await bundleEnclave(elsewhere);
    expect(again.image).to.equal(bundle.image);
    expect(imageOf(again.code)).to.equal(bundle.image);
  });

  it('names no directory of this machine, and no time', () => {
    const text = new TextDecoder().decode(bundle.code);
    expect(text).not.to.contain(ROOT);
    expect(text).not.to.contain(tmpdir());
    expect(text).not.to.contain(new Date().toISOString().slice(0, 10));
  });

  it('is one file: it imports nothing but modules of Node', () => {
    const text = new TextDecoder().decode(bundle.code);
    const imports = [...text.matchAll(/^(?:import|export)\b[^\n]*?\bfrom\s*["']([^"']+)["']/gm)].map(
      ([, name]) => name,
    );
    expect([...new Set(imports)]).to.deep.equal(['node:crypto']);
  });

  it('is of another measurement with one byte changed, or for another configuration', () => {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    for (const kind of KINDS) {
      const measured = (code = bundle.code, configuration = CONFIGURATION) =>
        hex(measureAs(kind, { code, configuration }).measurement);
      for (const at of [0, bundle.code.length >> 1, bundle.code.length - 1])
        expect(measured(bundle.code.with(at, bundle.code[at]! ^ 1)), kind).not.to.equal(measured());
      const elsewhere = CONFIGURATION.with(CONFIGURATION.length - 1, CONFIGURATION.at(-1)! ^ 1);
      expect(measured(bundle.code, elsewhere), kind).not.to.equal(measured());
    }
  });
});
