/**
 * Bundles each program of a node into one file:  node scripts/bundle.ts [directory [program…]]
 *
 * The enclave's is the image that a TEE measures. Host and TEE are bundled because Node then starts them in a third of the time and half of the memory.
 * Reproducible: the same sources and packages give the same bytes in any directory. Not minified, so that what is measured can be read.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { fileTrouble } from '../signer/cli/namedFile.ts';
import { makeFolder } from '../signer/host/adapters/makeFolder.ts';

export type Bundle = { readonly code: Uint8Array; readonly image: `0x${string}` };

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const DIRECTORY = 'build';

/** CommonJS packages ask for modules of Node through `require`, which a module has to make for itself. */
const REQUIRE = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;
/** `ws` looks for native helpers unless it is told that there are none. */
const WITHOUT_HELPERS = { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' };
const WITH_PACKAGES: BuildOptions = { banner: { js: REQUIRE }, define: WITHOUT_HELPERS };

/** @param root a checkout with its packages installed @param entry relative to it */
export function bundleEnclave(root: string = ROOT, entry = 'signer/enclave/main.ts'): Promise<Bundle> {
  return bundle(root, entry, {});
}

export function bundleHost(root: string = ROOT): Promise<Bundle> {
  return bundle(root, 'signer/host/main.ts', WITH_PACKAGES);
}

export function bundleTee(root: string = ROOT): Promise<Bundle> {
  return bundle(root, 'signer/tee/development.ts', {});
}

/** The TEE of a real machine, which is measured there with the enclave. */
export function bundleMachine(root: string = ROOT): Promise<Bundle> {
  return bundle(root, 'signer/tee/machine.ts', {});
}

/** By the name of its file. */
export const PROGRAMS: Readonly<Record<string, (root?: string) => Promise<Bundle>>> = {
  'enclave.bundle.mjs': bundleEnclave,
  'host.mjs': bundleHost,
  'tee.mjs': bundleTee,
  'machine.mjs': bundleMachine,
};

/** As `sha256sum` prints it. */
export function imageOf(code: Uint8Array): `0x${string}` {
  return `0x${createHash('sha256').update(code).digest('hex')}`;
}

async function bundle(root: string, entry: string, options: BuildOptions): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    charset: 'utf8',
    legalComments: 'none',
    preserveSymlinks: true,
    loader: { '.wasm': 'binary' },
    plugins: [embedSecp256k1(root)],
    ...options,
  });
  const [file] = result.outputFiles ?? [];
  if (file === undefined) throw new Error('esbuild wrote nothing');
  return { code: file.contents, image: imageOf(file.contents) };
}

/** The package does not export its WebAssembly module; the enclave imports it under a name of its own. */
function embedSecp256k1(root: string): Plugin {
  return {
    name: 'embed-secp256k1',
    setup({ onResolve }) {
      const path = join(root, 'node_modules/tiny-secp256k1/lib/secp256k1.wasm');
      onResolve({ filter: /^\.\/secp256k1\.wasm$/ }, () => ({ path }));
    },
  };
}

/** Programs that are named are built without a word: somebody is about to run them. */
async function main([directory = DIRECTORY, ...names]: readonly string[]): Promise<void> {
  const folder = resolve(ROOT, directory);
  makeFolder(folder);
  for (const name of names.length > 0 ? names : Object.keys(PROGRAMS)) {
    const made = await PROGRAMS[name]?.();
    if (made === undefined) throw new Error(`no such program: ${name}`);
    writeFileSync(join(folder, name), made.code);
    if (names.length === 0) console.log(`${made.image} ${join(directory, name)} (${made.code.length} bytes)`);
  }
}

/** `quorate run` of an account that may not write into the checkout: 64, so that no service manager tries for ever. */
function complainOfFile(error: unknown): void {
  const trouble = fileTrouble(error);
  if (trouble === null) throw error;
  console.error(`quorate: ${trouble.message}`);
  console.error(
    'Let whoever owns this checkout run `quorate bundle` here: what it made is missing, or older than the sources.',
  );
  process.exitCode = 64;
}

if (import.meta.main) await main(process.argv.slice(2)).catch(complainOfFile);
