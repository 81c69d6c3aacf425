/** Both engines, loaded once for all suites. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { randomBytes } from '@noble/hashes/utils.js';
import type { EcdsaSuite } from '../../signer/protocol/ciphersuite/ecdsa.ts';
import { loadEcdsaSuite, loadSuites } from '../../signer/protocol/ciphersuite/load.ts';
import { portableEcdsaSuite, portableSuites, type Suites } from '../../signer/protocol/ciphersuite/suites.ts';

/** tiny-secp256k1 exports no path to its module, but it lies beside the entry point's folder. */
const tinySecp256k1 = dirname(createRequire(import.meta.url).resolve('tiny-secp256k1'));

export const secp256k1Wasm = readFileSync(join(tinySecp256k1, '../secp256k1.wasm'));
export const fast: Suites = await loadSuites(secp256k1Wasm, randomBytes);
export const portable: Suites = portableSuites;
export const fastEcdsa: EcdsaSuite = await loadEcdsaSuite(secp256k1Wasm, randomBytes);
export const portableEcdsa: EcdsaSuite = portableEcdsaSuite;
