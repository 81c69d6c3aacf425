/** The programs of a node as they are shipped: one file each, the same bytes everywhere. The enclave's own rules: test/enclave/bundle.test.ts. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { type Bundle, PROGRAMS } from '../scripts/bundle.ts';
import { bundleTwice } from '../scripts/bundleTwice.ts';
import { hostWords, isHostCurrent } from '../scripts/hostProgram.mjs';
import { SANDBOX_FLAGS } from '../signer/tee/startEnclave.ts';
import { machine, scrap } from './enclave/support/teeProcess.ts';

const ROOT = resolve(import.meta.dirname, '..');

describe('the bundles of a node', function () {
  this.timeout(30_000);

  it('are the same bytes from another directory, the enclave’s among them', async () => {
    const built = await bundleTwice();
    expect(built.map(({ name }) => name)).to.have.members(Object.keys(PROGRAMS));
    for (const { name, here, elsewhere } of built) expect(elsewhere, name).to.equal(here);
  });

  for (const name of ['host.mjs', 'tee.mjs', 'machine.mjs']) {
    describe(name, () => {
      let bundle: Bundle;
      let text: string;
      before(async () => {
        bundle = await PROGRAMS[name]!();
        text = new TextDecoder().decode(bundle.code);
      });

      it('names no directory of this machine', () => {
        for (const place of [ROOT, tmpdir()]) expect(text).not.to.contain(place);
      });

      it('imports and requires nothing but modules of Node', () => {
        const imported = text.matchAll(/^(?:import|export)\b[^\n]*?\bfrom\s*["']([^"']+)["']/gm);
        const required = text.matchAll(/\b(?:__require|require|import)\(["']([^"']+)["']\)/g);
        const names = [...imported, ...required].map(([, module]) => module as string);
        expect(names).not.to.deep.equal([]);
        expect(names.filter((module) => !isBuiltin(module))).to.deep.equal([]);
      });
    });
  }
});

describe('the bundled TEE', () => {
  it('of a real machine has nothing of the one that plays it: no root that is nobody’s secret', async () => {
    const [played, real] = await Promise.all(
      ['tee.mjs', 'machine.mjs'].map(async (name) => new TextDecoder().decode((await PROGRAMS[name]!()).code)),
    );
    for (const word of ['quorate/development-pki/1', 'development.nitro-enclaves', 'root-key']) {
      expect(played, word).to.include(word);
      expect(real, word).not.to.include(word);
    }
  });

  it('starts its enclave in the sandbox', async () => {
    const place = machine();
    const [tee, probe] = ['tee.mjs', 'probe.mjs'].map((name) => join(place.directory, name)) as [string, string];
    writeFileSync(tee, (await PROGRAMS['tee.mjs']!()).code);
    writeFileSync(probe, PROBE);
    const files = ['--bundle', probe, '--configuration', place.configuration, '--root-key', place.rootKey];
    const { stderr } = spawnSync(process.execPath, [tee, ...files, '--platform', '11'.repeat(32)], {
      encoding: 'utf8',
    });
    scrap(place);
    expect(JSON.parse(stderr)).to.deep.equal({
      flags: [...SANDBOX_FLAGS],
      environment: [],
      may: { 'fs.read': false, 'fs.write': false, child: false, worker: false, net: false },
    });
  });
});

/** An "enclave" that says what it is allowed to do. */
const PROBE = `
const scopes = ['fs.read', 'fs.write', 'child', 'worker', 'net'];
const may = Object.fromEntries(scopes.map((scope) => [scope, process.permission.has(scope)]));
const said = { flags: process.execArgv, environment: Object.keys(process.env), may };
process.stderr.write(JSON.stringify(said), () => process.exit(0));
`;

describe('quorate run', () => {
  it('tells the host where its configuration is', () => {
    expect(hostWords(['run'])).to.deep.equal(['--config', 'quorate.json']);
    expect(hostWords(['run', '--config', 'node/quorate.json', '--json'])).to.deep.equal([
      '--config',
      'node/quorate.json',
    ]);
  });

  it('leaves help, mistakes and other commands to the command line', () => {
    for (const words of [[], ['status'], ['run', '--help'], ['run', '--confg', 'x'], ['run', '--config']])
      expect(hostWords(words), words.join(' ')).to.equal(null);
  });

  it('tells an account that may not write there whose work it is, and that trying again is of no use', () => {
    const file = join(import.meta.dirname, 'bundles.test.ts');
    const script = join(import.meta.dirname, '../scripts/bundle.ts');
    const { status, stderr } = spawnSync(process.execPath, [script, file, 'host.mjs'], { encoding: 'utf8' });
    expect(status, stderr).to.equal(64);
    expect(stderr).to.match(/^quorate: \w+: .*\nLet whoever owns this checkout run `quorate bundle` here: .*\n$/);
  });

  it('knows a host that is older than one of its sources', () => {
    const root = mkdtempSync(join(tmpdir(), 'quorate-sources-'));
    const at = (name: string) => join(root, name);
    const write = (name: string, seconds: number) => {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), '');
      utimesSync(at(name), seconds, seconds);
    };
    const sources = ['signer/host/main.ts', 'package-lock.json', 'scripts/bundle.ts'];
    const settle = () => {
      for (const name of sources) write(name, 1_000);
      for (const folder of ['signer/host', 'signer']) utimesSync(at(folder), 1_000, 1_000);
    };
    settle();
    expect(isHostCurrent(root, at('host.mjs'))).to.equal(false);
    write('host.mjs', 2_000);
    expect(isHostCurrent(root, at('host.mjs'))).to.equal(true);
    for (const name of sources) {
      write(name, 3_000);
      expect(isHostCurrent(root, at('host.mjs')), name).to.equal(false);
      settle();
    }
    rmSync(root, { recursive: true });
  });
});
