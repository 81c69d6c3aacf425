/** Requests for a Bitcoin spend by whatever key the enclaves of a test have made: built by @scure/btc-signer. */

import { hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import type { Effect, Request } from '../../../signer/formats/request.ts';
import { bitcoinEffects } from '../../../signer/payload/bitcoin/bitcoinEffects.ts';
import { decodePsbt } from '../../../signer/payload/bitcoin/psbt.ts';
import { deriveKey, outputKey } from '../../../signer/payload/derivedKey.ts';
import type { World } from './world.ts';

const RECIPIENT = Uint8Array.of(
  ...[0x51, 0x20],
  ...hexToBytes('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0'),
);

/** What is asked, and what the transaction has of it; all else is the world's. */
export type Asked = {
  readonly counter: number;
  readonly path?: number;
  readonly inputs?: number;
  /** Of which transaction the outputs are that it spends: the counter's, unless it is said. */
  readonly spends?: number;
  /** Satoshi to the recipient; all else is the fee. */
  readonly pays?: bigint;
  /** Id of a request. */
  readonly replaces?: Uint8Array;
};

/** The key that signs for a path of the requester: Taproot's output key, x-only. */
export function keyFor({ facts: { key, request } }: World, path = 0): Uint8Array {
  const root = { prefix: key.publicKeyPrefix, x: key.publicKeyX };
  return outputKey(deriveKey(root, key.birth, { requester: request.requester, path: pathOf(path) })).key;
}

/** Another counter is another transaction. */
export function spendOf(world: World, asked: Asked): Request {
  const { request } = world.facts;
  const { counter, path = 0, inputs = 1, spends = counter, pays = 50_000n, replaces = request.replaces } = asked;
  const own = Uint8Array.of(0x51, 0x20, ...keyFor(world, path));
  const { payload, digests } = psbtOf(own, spends, inputs, pays);
  const effects: readonly Effect[] = bitcoinEffects(decodePsbt(payload), own);
  return { ...request, counter: BigInt(counter), path: pathOf(path), payload, digests, effects, replaces };
}

type Psbt = { readonly payload: Uint8Array; readonly digests: Uint8Array[] };

function psbtOf(own: Uint8Array, spends: number, inputs: number, pays: bigint): Psbt {
  const transaction = new btc.Transaction({ version: 2, allowUnknownOutputs: true, disableScriptCheck: true });
  const amount = 60_000n;
  for (let index = 0; index < inputs; index++)
    transaction.addInput({ txid: new Uint8Array(32).fill(spends), index, witnessUtxo: { script: own, amount } });
  transaction.addOutput({ script: RECIPIENT, amount: pays });
  const [scripts, amounts] = [Array(inputs).fill(own), Array(inputs).fill(amount)];
  const digests = scripts.map((_, at) => transaction.preimageWitnessV1(at, scripts, 0, amounts));
  return { payload: transaction.toPSBT(0), digests };
}

function pathOf(path: number): Uint8Array {
  return new Uint8Array(32).fill(path);
}
