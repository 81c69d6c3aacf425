// Completes package-lock.json with the optional per-platform packages that the registry at hand does not carry: npm leaves those out,
// and `npm ci` then refuses the lockfile. Run it after each change of dependencies:  node scripts/completeLockfile.mjs

import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'linux', 'win32'];
const PROCESSORS = ['arm64', 'x64'];

/** What npm would have written for `name`, read from the name itself; what cannot be read there comes from a package beside it. */
function platformEntry(name, version, sibling) {
  const words = name.split(/[/-]/);
  const system = words.find((word) => SYSTEMS.includes(word));
  const processor = words.find((word) => PROCESSORS.includes(word));
  if (!system || !processor) throw new Error(`cannot read a platform from the name ${name}`);
  const libc = system === 'linux' ? { libc: [words.includes('musl') ? 'musl' : 'glibc'] } : {};
  const shared = Object.fromEntries(
    ['license', 'dev', 'engines'].flatMap((key) => (sibling[key] ? [[key, sibling[key]]] : [])),
  );
  return { version, cpu: [processor], ...libc, ...shared, optional: true, os: [system] };
}

/** The lockfile's packages with every missing optional platform package added, sorted as npm sorts them. */
export function completed(packages) {
  const all = { ...packages };
  for (const { optionalDependencies = {} } of Object.values(packages)) {
    const names = Object.keys(optionalDependencies);
    const sibling = packages[`node_modules/${names.find((name) => packages[`node_modules/${name}`])}`];
    for (const name of names) {
      all[`node_modules/${name}`] ??= platformEntry(name, optionalDependencies[name], sibling ?? {});
    }
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

if (import.meta.main ?? process.argv[1]?.endsWith('completeLockfile.mjs')) {
  const file = new URL('../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const packages = completed(lock.packages);
  const added = Object.keys(packages).filter((path) => !lock.packages[path]);
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(added.length ? `added ${added.length}:\n${added.join('\n')}` : 'nothing was missing');
}
