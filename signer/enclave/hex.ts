/** Bytes as the api spells them. */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Hex } from './api.ts';

export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}
