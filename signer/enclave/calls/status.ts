/** What a host may know about its enclave: nothing of it is secret. */

import type { FinalityConfig } from '../../finality/config.ts';
import { finalised } from '../../finality/finalised.ts';
import type { Store } from '../../finality/store.ts';
import { toHex } from '../../formats/hex.ts';
import { SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { API_VERSION, type Finality, type Status, type UnrootedStatus } from '../api.ts';
import { object } from '../decode/decoder.ts';
import type { Rooted, Unrooted } from '../process.ts';
import { SUPPORTED_SCHEMES } from '../sessions/supported.ts';

export const statusParams = object<Record<never, never>>({});

export function unrootedStatus(process: Unrooted): UnrootedStatus {
  return { ...processStatus(process), identity: null };
}

export function status(life: Rooted): Status {
  const { kept, finality, encryption, nonce, sessions, pairs } = life;
  const { identity, isFrozen, head, trusted, finality: store, shares } = kept.state;
  return {
    ...processStatus(life),
    identity: toHex(identity.address),
    nonce: toHex(nonce),
    encryptionKey: toHex(encryption.publicKey),
    head: head && { number: head.number, hash: toHex(head.hash) },
    trusted: { root: toHex(trusted.root), blockHash: toHex(trusted.blockHash) },
    finality: finalityOf(finality, store),
    isFrozen,
    generation: kept.generation,
    shares: shares.map(({ keyId, epoch, attempt, keyShare }) => ({
      keyId: toHex(keyId),
      epoch,
      attempt,
      publicKey: toHex(keyShare.publicKey),
    })),
    pairs: pairs.list().map((peer) => ({ member: toHex(peer.id), nonce: toHex(peer.nonce) })),
    sessions: sessions.size,
  };
}

function processStatus({ configuration, counters }: Unrooted | Rooted) {
  return {
    version: API_VERSION,
    configuration: toHex(configuration.hash),
    schemes: SUPPORTED_SCHEMES.map((scheme) => SCHEME_NUMBERS[scheme]),
    counters: counters.toRecord(),
  };
}

export function finalityOf(config: FinalityConfig, store: Store): Finality {
  const { slot, blockHash, period, isNextCommitteeKnown } = finalised(config, store);
  return { slot, blockHash: toHex(blockHash), period, isNextCommitteeKnown };
}
