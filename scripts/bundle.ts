/**
 * Bundles the enclave into one file, the image that a TEE measures:  node scripts/bundle.ts [output]
 *
 * Reproducible: the same sources and packages give the same bytes in any directory. Not minified, so that what is measured can be read.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

export type Bundle = { readonly code: Uint8Array; readonly image: `0x${string}` };

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const OUTPUT = 'build/enclave.bundle.mjs';

/** @param root a checkout with its packages installed @param entry relative to it */
export async function bundleEnclave(root: string = ROOT, entry = 'signer/enclave/main.ts'): Promise<Bundle> {
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
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('esbuild wrote nothing');
  return { code: file.contents, image: imageOf(file.contents) };
}

/** As `sha256sum` prints it. */
export function imageOf(code: Uint8Array): `0x${string}` {
  return `0x${createHash('sha256').update(code).digest('hex')}`;
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

async function main([output = OUTPUT]: readonly string[]): Promise<void> {
  const file = resolve(ROOT, output);
  const { code, image } = await bundleEnclave();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  console.log(`${image} ${output} (${readFileSync(file).length} bytes)`);
}

if (import.meta.main) await main(process.argv.slice(2));
