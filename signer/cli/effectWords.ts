/** Declared effects of a payload, in words: amounts with their unit, recipients as their chain writes them. */

import { getAddress } from 'viem';
import { isEqual, isZero } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import type { Effect } from '../formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../formats/schemes.ts';
import { BITCOIN_ASSET, SOLANA_ASSET } from '../payload/caip.ts';
import { base58 } from '../payload/solana/base58.ts';
import { EVERYTHING } from '../payload/solana/solanaEffects.ts';
import { amountWords } from './assets.ts';
import type { Option, Options } from './command.ts';
import type { DeploymentRecord } from './deploymentRecord.ts';

type Bytes = Uint8Array;
/** A script as an address; null where it has none. */
export type AddressOn = (script: Bytes) => string | null;
export type Telling = {
  readonly network: string;
  readonly isMain: boolean;
  readonly address: AddressOn;
  /** What pays to an address; null where it is none of that network. */
  readonly script: (address: string) => Bytes | null;
};

export const NETWORK: Option = {
  name: 'network',
  means: "Bitcoin's network to write addresses for: mainnet, testnet, signet, regtest; regtest on a local chain",
};
const LOCAL_CHAINS = [31_337, 1_337];

/** Nothing in a Bitcoin transaction names its network. @throws Fatal CONFIG_INVALID */
export async function tellingOf(options: Options, record: Pick<DeploymentRecord, 'chainId'> | null): Promise<Telling> {
  const { addressOn, MAIN_NETWORK, scriptOn } = await import('./payloadAddress.ts'); // half of what a command takes to start
  const local = record !== null && LOCAL_CHAINS.includes(record.chainId);
  const network = typeof options.network === 'string' ? options.network : local ? 'regtest' : MAIN_NETWORK;
  return {
    ...{ network, isMain: network === MAIN_NETWORK },
    ...{ address: addressOn(network), script: scriptOn(network) },
  };
}

export function effectWords({ kind, asset, recipient, amount, detail }: Effect, { address }: Telling): string {
  const [what, to] = [amountOf(amount, asset), recipientWords(asset, recipient, address)];
  switch (named(EFFECT_KIND_NUMBERS, kind)) {
    case 'transfer':
      return `pays ${what} to ${to}${isZero(detail) ? '' : `, out of ${base58(detail)}`}`;
    case 'fee':
      return `pays a fee of ${what}${isZero(detail) ? '' : `, and others sign too, ${toHex(detail)}`}`;
    case 'call':
      return `calls ${calledWords(recipient)} with ${what}, data of hash ${toHex(detail)}`;
    case 'no-end':
      return `has no end: valid until nonce account ${to} is advanced`;
    case 'authority':
      return `gives an authority to ${recipient.length === 0 ? 'nobody' : to}, ${toHex(detail)}`;
    case 'token-account':
      return `makes token account ${base58(detail)} for ${to}, with a rent of ${what} or less`;
    case 'memo':
      return `says something in a memo, ${toHex(detail)}`;
    case 'mint':
      return `makes new tokens, ${what}, in ${base58(recipient)}`;
    case 'burn':
      return `burns ${what} of ${base58(recipient)}`;
    case 'instruction':
      return `has ${base58(recipient.subarray(0, 32))} do ${toHex(recipient.subarray(32))}, which moves nothing, ${toHex(detail)}`;
    case undefined:
      return `has an effect of an unknown kind, ${kind}`;
  }
}

function amountOf(amount: bigint, asset: Bytes): string {
  return isEqual(asset, SOLANA_ASSET) && amount === EVERYTHING ? 'everything' : amountWords(amount, toHex(asset));
}

export function recipientWords(asset: Bytes, recipient: Bytes, address: AddressOn): string {
  if (isEqual(asset, BITCOIN_ASSET)) return address(recipient) ?? `script ${toHex(recipient)}`;
  if (isEqual(asset, SOLANA_ASSET)) return base58(recipient);
  return recipient.length === 20 ? getAddress(toHex(recipient)) : toHex(recipient);
}

/** Target, and the first four bytes of its data where there are any (docs/formats.md). */
function calledWords(recipient: Bytes): string {
  const text = toHex(recipient);
  if (recipient.length !== 20 && recipient.length !== 24) return text;
  const selector = text.slice(42);
  return `${getAddress(text.slice(0, 42))}${selector === '' ? '' : ` (function 0x${selector})`}`;
}
