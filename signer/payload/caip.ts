/** Names of assets in declared effects: the Keccak-256 of a CAIP-19 id (docs/formats.md). */

import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { hash } from '../formats/words.ts';

/**
 * Bitcoin on its main network. Nothing in a Bitcoin transaction names its network and a signature is as valid on another one that
 * has the same output to spend; so every PSBT counts as spending this asset, and no requester can pass it off as test coins.
 */
export const BITCOIN_ASSET_ID = 'bip122:000000000019d6689c085ae165831e93/slip44:0';
export const BITCOIN_ASSET = hash(utf8ToBytes(BITCOIN_ASSET_ID));

type Bytes = Uint8Array;
/** A CAIP-19 asset id. */
export type AssetId = string;

/**
 * What a chain's gas is paid in, whatever its name there: 60 stands for it on every chain. A table of each chain's own coin type would
 * be measured code that ages, and the chain is in the id.
 */
export function nativeAsset(chain: bigint): AssetId {
  return `eip155:${chain}/slip44:60`;
}

/** Addresses are written in lower case, as in the examples of CAIP-19. */
export function erc20Asset(chain: bigint, contract: Bytes): AssetId {
  return `eip155:${chain}/erc20:0x${bytesToHex(contract)}`;
}

/** All of a collection, of ERC-721 or ERC-1155: a call does not tell which. */
export function collectionAsset(chain: bigint, contract: Bytes): AssetId {
  return `eip155:${chain}/erc721:0x${bytesToHex(contract)}`;
}

export function erc721Asset(chain: bigint, contract: Bytes, token: bigint): AssetId {
  return `${collectionAsset(chain, contract)}/${token}`;
}

export function assetHash(id: AssetId): Bytes {
  return hash(utf8ToBytes(id));
}
