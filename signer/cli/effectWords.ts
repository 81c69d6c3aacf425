/** Declared effects of a payload, in words: amounts with their unit, recipients as their chain writes them. */

import { getAddress } from 'viem';
import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import type { Effect } from '../formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../formats/schemes.ts';
import { BITCOIN_ASSET } from '../payload/caip.ts';
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
  const what = amountWords(amount, toHex(asset));
  switch (named(EFFECT_KIND_NUMBERS, kind)) {
    case 'transfer':
      return `pays ${what} to ${recipientWords(asset, recipient, address)}`;
    case 'fee':
      return `pays a fee of ${what}`;
    case 'call':
      return `calls ${calledWords(recipient)} with ${what}, data of hash ${toHex(detail)}`;
    case undefined:
      return `has an effect of an unknown kind, ${kind}`;
  }
}

export function recipientWords(asset: Bytes, recipient: Bytes, address: AddressOn): string {
  if (isEqual(asset, BITCOIN_ASSET)) return address(recipient) ?? `script ${toHex(recipient)}`;
  return recipient.length === 20 ? getAddress(toHex(recipient)) : toHex(recipient);
}

/** Target, and the first four bytes of its data where there are any (docs/formats.md). */
function calledWords(recipient: Bytes): string {
  const text = toHex(recipient);
  if (recipient.length !== 20 && recipient.length !== 24) return text;
  const selector = text.slice(42);
  return `${getAddress(text.slice(0, 42))}${selector === '' ? '' : ` (function 0x${selector})`}`;
}
