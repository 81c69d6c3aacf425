/** A document of an enclave on a machine: what `/dev/nsm` would answer. */

import type { NitroAuthority } from './authority.ts';
import { byteString, map, NULL, unsigned } from './cbor.ts';
import { documentOf, ES384_HEADER } from './document.ts';

type Bytes = Uint8Array;

/** How an instance and its enclave are called: `i-` and `-enc`, each with hexadecimal digits. */
export type NitroMachine = { readonly instance: string; readonly moduleId: string };

export type NitroClaims = {
  readonly registers: ReadonlyMap<number, Bytes>;
  readonly userData: Bytes | null;
  readonly nonce: Bytes | null;
  readonly publicKey: Bytes | null;
};

const INSTANCE_DIGITS = 17;
const ENCLAVE_DIGITS = 16;

/** @param platformId 32 bytes: which machine this is */
export function nitroMachine(platformId: Bytes): NitroMachine {
  const digits = Buffer.from(platformId).toString('hex');
  const instance = `i-${digits.slice(0, INSTANCE_DIGITS)}`;
  return { instance, moduleId: `${instance}-enc${digits.slice(-ENCLAVE_DIGITS)}` };
}

/** @param at milliseconds since 1970 */
export function issueNitro(
  authority: NitroAuthority,
  { moduleId }: NitroMachine,
  { registers, userData, nonce, publicKey }: NitroClaims,
  at: number,
): Bytes {
  const leaf = authority.leafOf(moduleId, Math.floor(at / 1000));
  const pcrs = [...registers].map(([index, value]) => [unsigned(index), byteString(value)] as const);
  return documentOf({
    ...{ leaf: leaf.certificate, bundle: leaf.bundle, pcrs, timestamp: at, digest: 'SHA384', moduleId, more: [] },
    ...{ publicKey: orNull(publicKey), userData: orNull(userData), nonce: orNull(nonce) },
    ...{ header: ES384_HEADER, unprotected: map([]), signer: leaf.pair },
  });
}

function orNull(bytes: Bytes | null): Bytes {
  return bytes === null ? NULL : byteString(bytes);
}
