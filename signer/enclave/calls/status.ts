/** What a host may know about its enclave: nothing of it is secret. */

import { toHex } from '../../formats/hex.ts';
import { API_VERSION, type Status } from '../api.ts';
import type { Life } from '../life.ts';

export function status({ kept, configuration, encryption, nonce, sessions, counters }: Life): Status {
  const { identity, head, shares } = kept.state;
  return {
    version: API_VERSION,
    identity: toHex(identity.address),
    nonce: toHex(nonce),
    encryptionKey: toHex(encryption.publicKey),
    configuration: toHex(configuration.hash),
    head: head && { number: head.number, hash: toHex(head.hash) },
    generation: kept.generation,
    shares: shares.map(({ keyId, epoch, attempt, keyShare }) => ({
      keyId: toHex(keyId),
      epoch,
      attempt,
      publicKey: toHex(keyShare.publicKey),
    })),
    sessions: sessions.size,
    counters: counters.toRecord(),
  };
}
