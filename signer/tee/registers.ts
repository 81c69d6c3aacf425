/** Registers as hardware would fill them from what the development TEE starts: how, which code, and under which configuration. */

import { sha384 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { SANDBOX_FLAGS } from './startEnclave.ts';

type Bytes = Uint8Array;
/** All that the enclave may read. */
export type Started = { readonly code: Bytes; readonly configuration: Bytes };

const REGISTER_BYTES = 48;
const EMPTY = new Uint8Array(REGISTER_BYTES);
const LAUNCH = utf8ToBytes(SANDBOX_FLAGS.join(' '));

/** > PCR = SHA384(PCR ‖ SHA384(measured)), from zeros: of Nitro's NSM, and of a TD's RTMRs. */
export function extended(...measured: readonly Bytes[]): Bytes {
  return measured.reduce((register, bytes) => sha384(concatBytes(register, sha384(bytes))), EMPTY);
}

/** Those that make a measurement. */
export const IDENTITY_PCRS = [0, 1, 2, 8] as const;

/** By number. 0: the whole image; 1: what boots it; 2: the application; 4: the instance; 8, whoever signed the image: nobody. */
export function nitroRegisters({ code, configuration }: Started, instance: string): ReadonlyMap<number, Bytes> {
  return new Map([
    [0, extended(LAUNCH, code, configuration)],
    [1, extended(LAUNCH)],
    [2, extended(code, configuration)],
    [3, EMPTY],
    [4, extended(utf8ToBytes(instance))],
    [8, EMPTY],
  ]);
}

/** SEPT_VE_DISABLE, and nothing else. */
const TD_ATTRIBUTES = Uint8Array.of(0, 0, 0, 0x10, 0, 0, 0, 0);
/** x87, SSE, AVX, AVX-512, PKRU, AMX: what a TD of today may use. */
const XFAM = Uint8Array.of(0xe7, 0x02, 0x06, 0, 0, 0, 0, 0);
const FIRMWARE = utf8ToBytes('quorate/development-td/1');

/** In the order of a TD's report, from TDATTRIBUTES to RTMR3: firmware in MRTD, what starts the enclave in RTMR1, the enclave in RTMR3. */
export function tdRegisters({ code, configuration }: Started): readonly Bytes[] {
  const heads = [TD_ATTRIBUTES, XFAM, sha384(FIRMWARE)];
  const owners = [EMPTY, EMPTY, EMPTY];
  return [...heads, ...owners, EMPTY, extended(LAUNCH), EMPTY, extended(code, configuration)];
}
