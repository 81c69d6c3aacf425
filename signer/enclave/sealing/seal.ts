/**
 * Sealed state at rest: XChaCha20-Poly1305 under the key that the TEE gives to this measurement on this platform.
 *
 * DANGER: a seal is as good as that key. The development TEE derives it from a file on the host's disk, so there the host can read
 * every share; it is for demos and tests. No seal prevents a host from bringing an old one back: the generation tells the host's
 * mistakes apart, the chain's boot record tells its lies.
 *
 * blob = version 0x01 ‖ generation (u64) ‖ identity (20) ‖ nonce (24) ‖ ciphertext; everything before the nonce and the hash of the
 * measured configuration are authenticated.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { Refused } from '../../formats/refusal.ts';
import type { Rng } from '../../protocol/committee.ts';
import type { Secret } from '../../protocol/secret.ts';

export type SealingContext = { readonly key: Secret<Uint8Array>; readonly configuration: Uint8Array };
export type SealedHeader = { readonly generation: number; readonly identity: Uint8Array };

const DOMAIN = utf8ToBytes('quorate/sealed/1');
const VERSION = 1;
const IDENTITY_AT = 9;
const NONCE_AT = 29;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;

export function sealState(context: SealingContext, header: SealedHeader, state: Uint8Array, rng: Rng): Uint8Array {
  const head = encodeHeader(header);
  const nonce = rng(NONCE_BYTES);
  return concatBytes(head, nonce, cipher(context, nonce, head).encrypt(state));
}

/** @throws Refused SEALED_INVALID for a torn or altered blob, another key, another configuration: never a silent new identity */
export function unsealState(context: SealingContext, sealed: Uint8Array): { header: SealedHeader; state: Uint8Array } {
  if (sealed.length < NONCE_AT + NONCE_BYTES + TAG_BYTES) throw new Refused('SEALED_INVALID', `${sealed.length} bytes`);
  if (sealed[0] !== VERSION) throw new Refused('SEALED_INVALID', `version ${sealed[0]}, this enclave reads ${VERSION}`);
  const head = sealed.subarray(0, NONCE_AT);
  const opened = open(
    cipher(context, sealed.subarray(NONCE_AT, NONCE_AT + NONCE_BYTES), head),
    sealed.subarray(NONCE_AT + NONCE_BYTES),
  );
  return { header: decodeHeader(head), state: opened };
}

function cipher({ key, configuration }: SealingContext, nonce: Uint8Array, head: Uint8Array) {
  return xchacha20poly1305(key.reveal(), nonce, concatBytes(DOMAIN, configuration, head));
}

function open(with_: ReturnType<typeof cipher>, ciphertext: Uint8Array): Uint8Array {
  try {
    return with_.decrypt(ciphertext);
  } catch (cause) {
    throw new Refused('SEALED_INVALID', 'torn, altered, or sealed by another measurement or platform', { cause });
  }
}

function encodeHeader({ generation, identity }: SealedHeader): Uint8Array {
  const head = new Uint8Array(NONCE_AT);
  head[0] = VERSION;
  new DataView(head.buffer).setBigUint64(1, BigInt(generation));
  head.set(identity, IDENTITY_AT);
  return head;
}

function decodeHeader(head: Uint8Array): SealedHeader {
  const generation = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(1));
  return { generation, identity: head.slice(IDENTITY_AT) };
}
