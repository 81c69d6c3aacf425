/** Declared effects of a payload, in words: amounts with their unit, recipients as their chain writes them. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { getAddress } from 'viem';
import { isEqual, isZero } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { isLocalChain } from '../../formats/localChains.ts';
import type { Effect } from '../../formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../../formats/schemes.ts';
import { type AssetId, BITCOIN_ASSET, SOLANA_ASSET } from '../../payload/caip.ts';
import { base58 } from '../../payload/solana/base58.ts';
import { EVERYTHING } from '../../payload/solana/solanaEffects.ts';
import type { DeploymentRecord } from '../chain/deploymentRecord.ts';
import type { Option, Options } from '../command.ts';
import { amountWords } from './assets.ts';

type Bytes = Uint8Array;
const EVM_ADDRESS = 20;
const SOLANA_ADDRESS = 32;
/** A script as an address; null where it has none. */
export type AddressOn = (script: Bytes) => string | null;
export type Telling = {
  readonly network: string;
  readonly isMain: boolean;
  readonly address: AddressOn;
  /** What pays to an address; null where it is none of that network. */
  readonly script: (address: string) => Bytes | null;
  /** That a payload names: CAIP-19 ids. */
  readonly assets?: readonly AssetId[];
};

export const NETWORK: Option = {
  name: 'network',
  means: "Bitcoin's network to write addresses for: mainnet, testnet, signet, regtest; regtest on a local chain",
};

/** Nothing in a Bitcoin transaction names its network. @throws Fatal CONFIG_INVALID */
export async function tellingOf(options: Options, record: Pick<DeploymentRecord, 'chainId'> | null): Promise<Telling> {
  const { addressOn, MAIN_NETWORK, scriptOn } = await import('../payload/address.ts'); // half of what a command takes to start
  const local = record !== null && isLocalChain(BigInt(record.chainId));
  const network = typeof options.network === 'string' ? options.network : local ? 'regtest' : MAIN_NETWORK;
  return {
    ...{ network, isMain: network === MAIN_NETWORK },
    ...{ address: addressOn(network), script: scriptOn(network) },
  };
}

export function effectWords({ kind, asset, recipient, amount, detail }: Effect, telling: Telling): string {
  const { address, assets = [] } = telling;
  const [what, to] = [amountOf(amount, asset, assets), recipientWords(asset, recipient, address)];
  switch (named(EFFECT_KIND_NUMBERS, kind)) {
    case 'transfer':
      return `pays ${what} to ${to}${outOf(detail)}`;
    case 'fee':
      return `pays a fee of ${what}${isZero(detail) ? '' : `, and others sign too, ${toHex(detail)}`}${ofNoFee(recipient)}`;
    case 'call':
      return `calls ${calledWords(recipient)} with ${what}, data of hash ${toHex(detail)}`;
    case 'approval':
      return `allows ${to} to take ${what}${mannerOf(detail)}${outOf(detail)}`;
    case 'creation':
      return `creates a contract with ${what}, code ${toHex(detail)}`;
    case 'set-code':
      return `hands account 0x${bytesToHex(recipient.subarray(0, 20))} to the code at 0x${bytesToHex(recipient.subarray(20))}`;
    case 'vote':
      return `votes ${detail[0]} on proposal ${amount} of ${toHex(recipient)}${outOf(detail)}`;
    case 'typed-data':
      return `signs typed data of a type that is not known for ${toHex(recipient)}, ${toHex(detail)}`;
    case 'message':
      return `signs a text, ${toHex(detail)}`;
    case 'sign-in':
      return `signs in to ${JSON.stringify(new TextDecoder().decode(recipient))}, ${toHex(detail)}`;
    case 'blind':
      return `signs a hash blindly, ${toHex(detail)}`;
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

/** Only a declaration has one, and enclaves refuse it. */
const ofNoFee = (recipient: Bytes) =>
  recipient.length === 0 ? '' : `, with a recipient, which no fee has, ${toHex(recipient)}`;

/** As docs/formats.md has the first byte of an approval's detail. */
const MANNERS: readonly string[] = ['', ' more than before', ' through Permit2'];

/** An address of an EVM chain stands behind a byte of its own and eleven zeros; anything else is an account of Solana. */
const isOfEvm = (detail: Bytes) => isZero(detail.subarray(1, 12));
const mannerOf = (detail: Bytes) => (isOfEvm(detail) && MANNERS[detail[0] ?? 0]) || '';

/** Whose it is. */
function outOf(detail: Bytes): string {
  if (isZero(detail.subarray(1))) return '';
  return `, out of ${isOfEvm(detail) ? getAddress(toHex(detail.subarray(12))) : base58(detail)}`;
}

function amountOf(amount: bigint, asset: Bytes, assets: readonly AssetId[]): string {
  return isEqual(asset, SOLANA_ASSET) && amount === EVERYTHING
    ? 'everything'
    : amountWords(amount, toHex(asset), assets);
}

export function recipientWords(asset: Bytes, recipient: Bytes, address: AddressOn): string {
  if (isEqual(asset, BITCOIN_ASSET)) return address(recipient) ?? `script ${toHex(recipient)}`;
  if (recipient.length === SOLANA_ADDRESS) return base58(recipient);
  return recipient.length === EVM_ADDRESS ? getAddress(toHex(recipient)) : toHex(recipient);
}

/** Target, and how its data begins: four bytes on EVM chains, eight on Solana (docs/formats.md). */
function calledWords(recipient: Bytes): string {
  const [length, write] =
    recipient.length < SOLANA_ADDRESS
      ? [EVM_ADDRESS, (address: Bytes) => getAddress(toHex(address))]
      : [SOLANA_ADDRESS, base58];
  if (recipient.length < length) return toHex(recipient);
  const begins = recipient.subarray(length);
  return `${write(recipient.subarray(0, length))}${begins.length === 0 ? '' : ` (function ${toHex(begins)})`}`;
}
