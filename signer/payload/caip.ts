/** Names of assets in declared effects: the Keccak-256 of a CAIP-19 id (docs/formats.md). */

import { utf8ToBytes } from '@noble/hashes/utils.js';
import { hash } from '../formats/words.ts';

/**
 * Bitcoin on its main network. Nothing in a Bitcoin transaction names its network and a signature is as valid on another one that
 * has the same output to spend; so every PSBT counts as spending this asset, and no requester can pass it off as test coins.
 */
export const BITCOIN_ASSET_ID = 'bip122:000000000019d6689c085ae165831e93/slip44:0';
export const BITCOIN_ASSET = hash(utf8ToBytes(BITCOIN_ASSET_ID));
