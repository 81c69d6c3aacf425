/** The bytes of libsecp256k1's WebAssembly build, from the package that carries it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The package exports no path to its module, which lies in `lib`, above the folder of its CommonJS entry point. */
export function readSecp256k1Wasm(): Uint8Array {
  const entry = createRequire(import.meta.url).resolve('tiny-secp256k1');
  return readFileSync(join(dirname(entry), '../secp256k1.wasm'));
}
