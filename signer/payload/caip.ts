/** Names of assets in declared effects: the Keccak-256 of a CAIP-19 id (docs/formats.md). */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { hash } from '../formats/words.ts';
import { base58 } from './solana/base58.ts';

/**
 * Bitcoin on its main network. Nothing in a Bitcoin transaction names its network and a signature is as valid on another one that
 * has the same output to spend; so every PSBT counts as spending this asset, and no requester can pass it off as test coins.
 */
export const BITCOIN_ASSET_ID = 'bip122:000000000019d6689c085ae165831e93/slip44:0';
export const BITCOIN_ASSET = hash(utf8ToBytes(BITCOIN_ASSET_ID));

/**
 * Solana's main network. A message names its network by nothing but a recent block or a nonce account, which no enclave sees; so every
 * message counts as spending these assets.
 */
export const SOLANA_CHAIN_ID = 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp';
export const SOLANA_ASSET_ID = `${SOLANA_CHAIN_ID}/slip44:501`;
export const SOLANA_ASSET = hash(utf8ToBytes(SOLANA_ASSET_ID));

/** A token by its mint, which belongs to one token program. */
export function solanaToken(mint: Uint8Array): Uint8Array {
  return hash(utf8ToBytes(`${SOLANA_CHAIN_ID}/token:${base58(mint)}`));
}
