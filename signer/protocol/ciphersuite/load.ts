/** The ciphersuites on their fast engines. Called once, by whoever starts the process. */
import { portableSuites, type Suites } from './suites.ts';

/** @param secp256k1Wasm the bytes of tiny-secp256k1's WebAssembly module, which a bundle embeds */
export async function loadSuites(_secp256k1Wasm: Uint8Array): Promise<Suites> {
  return portableSuites;
}
