import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { concatBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { bundleEnclave } from '../../scripts/bundle.ts';
import { startEnclave } from '../../signer/tee/startEnclave.ts';

const SCRIPT = readFileSync(new URL('support/reach.mjs', import.meta.url));

type Outcomes = Readonly<Record<string, string>>;

describe('the bundle of the enclave, in its sandbox [HP-11]', function () {
  this.timeout(30_000);
  let code: Uint8Array;
  before(async () => {
    ({ code } = await bundleEnclave());
  });

  it('reaches nothing that runs other code or acts on other processes, all of which works without', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quorate-reach-'));
    const file = join(directory, 'reach.mjs');
    writeFileSync(file, SCRIPT);
    const free = spawn(process.execPath, [file], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
    const outside = JSON.parse((await text(free.stderr)).split('\n').find((line) => line.startsWith('{'))!) as Outcomes;
    rmSync(directory, { recursive: true, force: true });
    expect(Object.entries(outside).filter(([, outcome]) => outcome !== 'possible')).to.deep.equal([]);

    const { child, forgetBundle } = startEnclave(concatBytes(code, SCRIPT));
    const inside = JSON.parse(await text(child.stderr)) as Outcomes;
    forgetBundle();
    expect(Object.keys(inside)).to.deep.equal(Object.keys(outside));
    expect(Object.entries(inside).filter(([, outcome]) => outcome === 'possible')).to.deep.equal([]);
  });

  it('closes that before any other code in it runs', () => {
    const bundle = new TextDecoder().decode(code);
    const sources = [...bundle.matchAll(/^\/\/ ((?:signer|node_modules)\/\S+)$/gm)].map(([, source]) => source);
    expect(sources[0]).to.equal('signer/enclave/closed.ts');
    expect(sources.length).to.be.above(100);
  });

  it('imports one function of Node, and names no other module', () => {
    const bundle = new TextDecoder().decode(code);
    const imports = [...bundle.matchAll(/^import\b.*$/gm)].map(([line]) => line);
    expect(imports).to.deep.equal(['import { randomFillSync } from "node:crypto";']);
  });
});
