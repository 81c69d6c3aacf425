/**
 * The boot record that follows the one on chain: with it this life takes the place of every earlier one and of every clone, and shows how
 * fresh its view is (`beats.ts`).
 */

import { bootDigest } from '../../formats/eip712.ts';
import { toHex } from '../../formats/hex.ts';
import { enclaveId } from '../../formats/ids.ts';
import { readBootRecord } from '../../proof/records.ts';
import type { Result } from '../api.ts';
import { type Decoded, hexOf, object } from '../decode/decoder.ts';
import { signHash } from '../identity.ts';
import type { Rooted } from '../process.ts';

export const recordBootParams = object({ operator: hexOf(20), block: hexOf(32) });

export function recordBoot(life: Rooted, { operator, block }: Decoded<typeof recordBootParams>): Result<'recordBoot'> {
  const state = life.checkpoints.at(block);
  const { chainId, contracts } = life.configuration;
  const enclaveRegistry = contracts.enclaveRegistry.address;
  const { identity } = life.kept.state;
  const enclave = enclaveId(chainId, enclaveRegistry, operator, identity.address);
  const counter = readBootRecord(state, enclave).counter + 1n;
  life.beats.made(counter);
  const boot = { enclave, nonce: life.nonce, encryptionKey: life.encryption.publicKey, counter };
  return {
    enclave: toHex(enclave),
    nonce: toHex(boot.nonce),
    encryptionKey: toHex(boot.encryptionKey),
    counter: counter.toString(),
    identitySignature: toHex(signHash(identity, bootDigest(chainId, enclaveRegistry, boot))),
  };
}
