/** Bitcoin's networks, and how each writes an address. */

import { Address, OutScript } from '@scure/btc-signer';
import { Fatal } from '../../host/errors.ts';

type Network = {
  readonly bech32: string;
  readonly pubKeyHash: number;
  readonly scriptHash: number;
  readonly wif: number;
};

const TEST = { bech32: 'tb', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef };
const NETWORKS: Readonly<Record<string, Network>> = {
  mainnet: { bech32: 'bc', pubKeyHash: 0x00, scriptHash: 0x05, wif: 0x80 },
  testnet: TEST,
  signet: TEST,
  regtest: { ...TEST, bech32: 'bcrt' },
};
export const MAIN_NETWORK = 'mainnet';

/** @throws Fatal CONFIG_INVALID for a network that is none */
export function addressOn(network: string): (script: Uint8Array) => string | null {
  const known = networkOf(network);
  return (script) => addressOf(script, known);
}

/** What pays to an address of that network; null: it is none. @throws Fatal CONFIG_INVALID for a network that is none */
export function scriptOn(network: string): (address: string) => Uint8Array | null {
  const known = networkOf(network);
  return (address) => {
    try {
      return OutScript.encode(Address(known).decode(address));
    } catch {
      return null; // another network's, or a mistake in it
    }
  };
}

function networkOf(network: string): Network {
  const known = Object.hasOwn(NETWORKS, network) ? NETWORKS[network] : undefined;
  if (known !== undefined) return known;
  const names = Object.keys(NETWORKS).join(', ');
  throw new Fatal('CONFIG_INVALID', `there is no network ${network}`, `--network takes one of ${names}.`);
}

function addressOf(script: Uint8Array, network: Network): string | null {
  try {
    return Address(network).encode(OutScript.decode(script));
  } catch {
    return null; // what has no address: data, bare scripts, keys that are none
  }
}
