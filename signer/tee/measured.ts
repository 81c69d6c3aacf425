/** What the development TEE measures: exactly the bytes that it will start, and the configuration that it will hand to them. */
import { createHash } from 'node:crypto';
import { measurement } from '../formats/attestation.ts';
import { DEVELOPMENT_TEE } from '../formats/tags.ts';
import { hash } from '../formats/words.ts';

export type Measured = {
  readonly tee: Uint8Array;
  /** SHA-256 of the bundle. */
  readonly image: Uint8Array;
  /** Keccak-256 of the configuration. */
  readonly configuration: Uint8Array;
  readonly measurement: Uint8Array;
};

export function measure(bundle: Uint8Array, configurationBytes: Uint8Array): Measured {
  const image = new Uint8Array(createHash('sha256').update(bundle).digest());
  const configuration = hash(configurationBytes);
  return {
    tee: DEVELOPMENT_TEE,
    image,
    configuration,
    measurement: measurement(DEVELOPMENT_TEE, image, configuration),
  };
}
