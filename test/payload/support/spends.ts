/** Taproot spends of the test key, built by @scure/btc-signer, which knows nothing of this project. */

import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { AbiCoder, keccak256, toUtf8Bytes } from 'ethers';
import type { VerifiedRequest } from '../../../signer/enclave/path/stages.ts';
import type { Configuration } from '../../../signer/formats/configuration.ts';
import { bitcoinEffects } from '../../../signer/payload/bitcoin/bitcoinEffects.ts';
import { decodePsbt } from '../../../signer/payload/bitcoin/psbt.ts';
import type { Facts } from '../../enclave/path/support/facts.ts';
import { facts, ROOT_SECRET } from '../../enclave/path/support/facts.ts';

const ORDER = secp256k1.Point.Fn.ORDER;
const bigint = (bytes: Uint8Array | string): bigint =>
  BigInt(typeof bytes === 'string' ? bytes : `0x${Buffer.from(bytes).toString('hex')}`);

/** The derived secret, by the whole key and ethers' encoder: what the enclaves never have. */
export function derivedSecret(all: Facts): bigint {
  const coder = AbiCoder.defaultAbiCoder();
  const requester = `0x${Buffer.from(all.request.requester).toString('hex')}`;
  const tag = keccak256(toUtf8Bytes('quorate/derivation-tweak/1'));
  const tweak = keccak256(
    coder.encode(['bytes32', 'bytes32', 'address', 'bytes32'], [tag, all.key.birth, requester, all.request.path]),
  );
  return (bigint(ROOT_SECRET) + bigint(tweak)) % ORDER;
}

/** x-only keys: internal, and BIP-86's output key over it. */
export function taprootKeys(all: Facts): { internal: Uint8Array; output: Uint8Array; secret: bigint } {
  const secret = derivedSecret(all);
  const point = secp256k1.Point.BASE.multiply(secret);
  const internal = point.toBytes(true).slice(1);
  const even = point.y % 2n === 0n ? secret : ORDER - secret;
  const tweaked = (even + bigint(schnorr.utils.taggedHash('TapTweak', internal))) % ORDER;
  return { internal, output: secp256k1.Point.BASE.multiply(tweaked).toBytes(true).slice(1), secret: tweaked };
}

export const taprootScript = (key: Uint8Array): Uint8Array => Uint8Array.of(0x51, 0x20, ...key);
export const txid = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);
export const RECIPIENT = taprootScript(hexToBytes('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0'));

export type SpendInput = { txid?: Uint8Array; index?: number; script?: Uint8Array; amount?: bigint; sighash?: number };
export type SpendOutput = { script: Uint8Array; amount: bigint };
export type Spend = { inputs: SpendInput[]; outputs: SpendOutput[]; withInternalKey?: boolean; lockTime?: number };

/** Two inputs of 60,000 and 50,000; 100,000 out, 9,000 change, fee 1,000. */
export function defaultSpend(all: Facts): Spend {
  const own = taprootScript(taprootKeys(all).output);
  return {
    inputs: [{ amount: 60_000n }, { amount: 50_000n, txid: txid(2), index: 1 }],
    outputs: [
      { script: RECIPIENT, amount: 100_000n },
      { script: own, amount: 9_000n },
    ],
    withInternalKey: true,
  };
}

export function psbtOf(all: Facts, spend: Spend): { psbt: Uint8Array; digests: Uint8Array[] } {
  const { internal, output } = taprootKeys(all);
  const transaction = new btc.Transaction({
    version: 2,
    lockTime: spend.lockTime ?? 0,
    allowUnknownOutputs: true,
    disableScriptCheck: true,
  });
  const inputs = spend.inputs.map((input, at) => ({
    txid: input.txid ?? txid(1),
    index: input.index ?? 0,
    sequence: 0xfffffffd - at,
    script: input.script ?? taprootScript(output),
    amount: input.amount ?? 60_000n,
    sighash: input.sighash ?? 0,
  }));
  for (const { txid, index, sequence, script, amount, sighash } of inputs) {
    transaction.addInput({
      txid,
      index,
      sequence,
      witnessUtxo: { script, amount },
      ...(sighash === 0 ? {} : { sighashType: sighash }),
      ...(spend.withInternalKey ? { tapInternalKey: internal } : {}),
    });
  }
  for (const each of spend.outputs) transaction.addOutput(each);
  const scripts = inputs.map(({ script }) => script);
  const amounts = inputs.map(({ amount }) => amount);
  const digests = inputs.map(({ sighash }, at) => transaction.preimageWitnessV1(at, scripts, sighash, amounts));
  return { psbt: transaction.toPSBT(0), digests };
}

/** A verified request for this payload, as stage 5 hands it on; its effects are the payload's own where it can be decoded. */
export function requestFor(psbt: Uint8Array, digests: Uint8Array[], all: Facts = facts()): VerifiedRequest {
  const own = taprootScript(taprootKeys(all).output);
  all.request.payload = psbt;
  all.request.digests = digests;
  try {
    all.request.effects = [...bitcoinEffects(decodePsbt(psbt), own)];
  } catch {
    all.request.effects = []; // a payload that is refused has no effects to declare
  }
  return verifiedOf(all);
}

export function verifiedOf(all: Facts): VerifiedRequest {
  const publicKey = { prefix: all.key.publicKeyPrefix, x: all.key.publicKeyX };
  const { request, requestId: id } = all;
  const { birth } = all.key;
  const verified = { session: {}, scheme: 'bip340', publicKey, birth, id, request, first: null };
  return verified as unknown as VerifiedRequest;
}

export const CONFIGURATION: Configuration = facts().configuration;
