import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { completed } from '../scripts/completeLockfile.mjs';

type Manifest = {
  readonly engines: { readonly node: string };
  readonly scripts: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
};
type Locked = {
  readonly version: string;
  readonly integrity?: string;
  readonly optional?: true;
  readonly license?: string;
};
type Lockfile = { readonly packages: Record<string, Locked & Partial<Manifest>> };

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));
const lockText = read('package-lock.json');
const lock: Lockfile = JSON.parse(lockText);
const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

/** The rows of docs/dependencies.md: name -> what stands in its columns. */
const documented = new Map(
  read('docs/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| package |'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name, purpose, reason, users, licence]) => [name ?? '', { purpose, reason, users, licence }]),
);

describe('package.json', () => {
  it('pins every dependency exactly', () => {
    for (const [name, version] of Object.entries(wanted)) match(version, /^\d+\.\d+\.\d+$/, `${name}@${version}`);
  });

  it('leaves nothing but Node to the first step of a set-up', () => {
    deepEqual(manifest.dependencies ?? {}, {});
    for (const name of Object.keys(manifest.optionalDependencies)) match(name, /^node-/);
    equal(new Set(Object.values(manifest.optionalDependencies)).size, 1, 'one version of Node everywhere');
  });

  it('starts every script through a launcher that sets the project up', () => {
    for (const [name, script] of Object.entries(manifest.scripts)) {
      match(script, /^node scripts\/(bootstrap|quorate)\.mjs/, `npm run ${name}`);
    }
  });

  it('runs the tests on Node 26 or newer, whatever the machine has', () => {
    ok(Number.parseInt(process.versions.node, 10) >= 26, process.versions.node);
  });
});

describe('package-lock.json', () => {
  it('names no registry or other address', () => {
    ok(!lockText.includes('"resolved"'), 'an entry has an address: is .npmrc in place?');
    equal(/https?:\/\/[^"]*\.tgz/.exec(lockText), null);
  });

  it('locks what package.json asks for', () => {
    const root = lock.packages[''];
    deepEqual({ ...root?.devDependencies, ...root?.optionalDependencies }, wanted);
    for (const [name, version] of Object.entries(wanted))
      equal(lock.packages[`node_modules/${name}`]?.version, version);
  });

  it('has an entry for each optional package of each system', () => {
    deepEqual(Object.keys(completed(lock.packages)), Object.keys(lock.packages));
    const systems = Object.keys(lock.packages).filter((path) => path.startsWith('node_modules/@nomicfoundation/edr-'));
    equal(systems.length, 7);
  });

  it('has a hash for every package but those that the registry at hand did not carry', () => {
    for (const [path, entry] of Object.entries(lock.packages)) {
      const mayLack = path === '' || /^node_modules\/(@biomejs\/cli|@nomicfoundation\/edr|litesvm)-/.test(path);
      if (!mayLack) match(entry.integrity ?? '', /^sha512-/, path);
    }
  });
});

describe('docs/dependencies.md', () => {
  it('lists every dependency, and no other', () => {
    deepEqual([...documented.keys()].sort(), Object.keys(wanted).sort());
  });

  it('gives each a purpose, a reason, its users and its licence', () => {
    for (const [name, row] of documented) {
      ok(row.purpose && row.reason, name);
      for (const user of row.users?.split(', ') ?? []) match(user, /^(enclave|signer|contracts|tests|tools)$/, name);
      const licence = lock.packages[`node_modules/${name}`]?.license;
      if (licence !== undefined) equal(row.licence, licence, name);
    }
  });

  it('knows every package that the enclave imports', () => {
    const imported = new Set(
      ['signer/protocol', 'signer/finality', 'signer/evidence', 'signer/enclave']
        .flatMap(filesUnder)
        .flatMap(packagesImportedBy),
    );
    for (const name of imported) match(documented.get(name)?.users ?? `${name} is not listed`, /\benclave\b/, name);
  });
});

function filesUnder(folder: string): string[] {
  const entries = readdirSync(join(import.meta.dirname, '..', folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
}

/** The packages, not the built-in modules or own files, that a file imports values from. */
function packagesImportedBy(file: string): string[] {
  const specifiers = [...read(file).matchAll(/^(?:import|export) (?!type )[^;]*?from '([^'.][^']*)'/gm)].map(
    ([, name]) => name ?? '',
  );
  return specifiers
    .filter((specifier) => !isBuiltin(specifier))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}
