/** Assets that people know by a name: declared effects carry only the hash of a CAIP-19 id (docs/formats.md). */

import { keccak256, stringToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { Fatal } from '../../host/errors.ts';
import { type AssetId, BITCOIN_ASSET_ID, SOLANA_ASSET_ID } from '../../payload/caip.ts';

export type Asset = { readonly id: string; readonly ticker: string; readonly decimals: number; readonly on?: string };

/** > eip155:1/slip44:60: the coin that a chain of the EVM pays its fees in (CAIP-19, SLIP-44) */
function coinOf(chainId: number, on: string, ticker = 'ETH', coin = 60): Asset {
  return { id: `eip155:${chainId}/slip44:${coin}`, ticker, decimals: 18, on };
}

const KNOWN: readonly Asset[] = [
  { id: BITCOIN_ASSET_ID, ticker: 'BTC', decimals: 8 },
  { id: SOLANA_ASSET_ID, ticker: 'SOL', decimals: 9 },
  coinOf(1, 'Ethereum'),
  coinOf(10, 'OP Mainnet'),
  coinOf(100, 'Gnosis', 'xDAI', 700),
  coinOf(137, 'Polygon', 'POL', 966),
  coinOf(8453, 'Base'),
  coinOf(42_161, 'Arbitrum One'),
  coinOf(11_155_111, 'Sepolia'),
];
const BY_HASH = new Map(KNOWN.map((asset) => [hashed(asset.id), asset]));

export function hashed(id: string): Hex {
  return keccak256(stringToHex(id));
}

/**
 * What so much of an asset is called; by its hash where nobody here knows it.
 *
 * @param ids that a payload names, for assets that have no other name here
 */
export function amountWords(amount: bigint, asset: Hex, ids: readonly AssetId[] = []): string {
  const known = BY_HASH.get(asset);
  if (known !== undefined)
    return `${decimal(amount, known.decimals)} ${known.ticker}${known.on === undefined ? '' : ` on ${known.on}`}`;
  const id = ids.find((one) => hashed(one) === asset);
  if (id === undefined) return `${amount} of asset ${asset}`;
  const [, chain] = /^eip155:([0-9]+)\/slip44:60$/.exec(id) ?? [];
  return chain === undefined ? `${amount} units of ${id}` : `${shortest(amount, 18)} coin of chain ${chain} (${id})`;
}

/** `btc`, `eth`, a CAIP-19 id, or 32 bytes of hex. @throws Fatal CONFIG_INVALID */
export function assetOf(text: string): { readonly hash: Hex; readonly decimals: number | null } {
  const known = KNOWN.find(({ id, ticker }) => id === text || ticker.toLowerCase() === text.toLowerCase());
  if (known !== undefined) return { hash: hashed(known.id), decimals: known.decimals };
  if (/^0x[0-9a-f]{64}$/.test(text)) return { hash: text as Hex, decimals: BY_HASH.get(text as Hex)?.decimals ?? null };
  // > asset_id: chain_id + "/" + asset_namespace + ":" + asset_reference (CAIP-19)
  if (/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}\/[-a-z0-9]{3,8}:[-.%a-zA-Z0-9]{1,128}(\/[-.%a-zA-Z0-9]{1,78})?$/.test(text))
    return { hash: hashed(text), decimals: null };
  throw new Fatal(
    'CONFIG_INVALID',
    `${text} is no asset`,
    'An asset is btc, sol, eth (on Ethereum), a CAIP-19 id such as eip155:1/erc20:0x…, or 32 bytes in hex.',
  );
}

/**
 * `5000` in smallest units, or `0.5` with a unit that says the digits: `0.5btc`. @throws Fatal CONFIG_INVALID
 * @param decimals of the asset; null where only smallest units are known
 */
export function amountOf(text: string, decimals: number | null): bigint {
  if (/^\d{1,78}$/.test(text)) return BigInt(text);
  const [, whole, part = '', unit] = /^(\d{1,60})(?:\.(\d{1,18}))?([a-z]{2,6})$/i.exec(text) ?? [];
  const known = KNOWN.find(({ ticker }) => ticker.toLowerCase() === unit?.toLowerCase());
  if (whole !== undefined && known !== undefined && known.decimals === decimals && part.length <= decimals)
    return BigInt(whole + part.padEnd(decimals, '0'));
  throw new Fatal(
    'CONFIG_INVALID',
    `${text} is no amount of that asset`,
    'An amount is a whole number of the smallest unit (50000000), or one with the name of the asset behind it (0.5btc).',
  );
}

/** Without zeros at its end. */
function shortest(amount: bigint, decimals: number): string {
  return decimal(amount, decimals).replace(/\.?0+$/, '');
}

/** Every digit, so that no two amounts look alike. */
export function decimal(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
