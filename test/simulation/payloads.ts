/** What keys of each scheme are asked to sign, and which other library says that they did. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { computeAddress, concat, getBytes, hexlify, id, recoverAddress, Transaction, ZeroHash } from 'ethers';
import { buildSpend, taprootScript } from '../../scripts/local/bitcoin.ts';
import type { Hex } from '../../signer/formats/hex.ts';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import type { Scheme } from '../../signer/formats/schemes.ts';
import { derivedPoints } from '../../signer/host/chain/derivedPoints.ts';
import { compiled, decodeFor, messageBytes, u32, u64 } from '../payload/support/solana.ts';
import type { Random } from './random.ts';

export type Key = {
  readonly id: Hex;
  readonly scheme: Scheme;
  readonly birth: Hex;
  readonly root: { readonly prefix: number; readonly x: Hex };
};
type Effect = { kind: number; asset: Hex; recipient: Hex; amount: string; detail: Hex };
export type Drawn = {
  readonly path: Hex;
  readonly kind: number;
  readonly payload: Hex;
  readonly digests: readonly Hex[];
  readonly effects: readonly Effect[];
  readonly isSignature: (signature: Uint8Array) => boolean;
};
type Draw = (key: Key, requester: Hex, path: Hex, random: Random) => Drawn;

const NO_WORD = ZeroHash as Hex;
const ETHER = id('eip155:1/slip44:60') as Hex;
const BITCOIN = id('bip122:000000000019d6689c085ae165831e93/slip44:0') as Hex;

export const DRAW: Readonly<Record<Scheme, Draw>> = {
  bip340: ({ birth, root }, requester, path, random) => {
    const points = derivedPoints(root, birth, requester, path);
    const outputKey = getBytes(points.outputX);
    const txid = hexlify(random.bytes(32)).slice(2);
    const prevout = { txid, index: 0, script: taprootScript(outputKey), amount: 50_000n };
    const recipient = Uint8Array.of(0, 20, ...random.bytes(20));
    const { psbt, digests, amount, fee } = buildSpend(prevout, getBytes(points.derivedX), recipient, 300n);
    return {
      ...{ path, kind: PAYLOAD_KINDS['bitcoin-psbt'].number },
      ...{ payload: hexlify(psbt) as Hex, digests: digests.map((digest) => hexlify(digest) as Hex) },
      effects: payment(BITCOIN, hexlify(recipient) as Hex, amount, fee),
      isSignature: (signature) => schnorr.verify(signature, digests[0]!, outputKey),
    };
  },
  'ecdsa-secp256k1': ({ birth, root }, requester, path, random) => {
    const { derivedX, derivedY } = derivedPoints(root, birth, requester, path);
    const account = computeAddress(concat(['0x04', derivedX, derivedY]));
    const [to, value, gasLimit, maxFeePerGas] = [hexlify(random.bytes(20)) as Hex, 50_000n, 21_000n, 3n];
    const nonce = random.below(1_000);
    const fees = { gasLimit, maxFeePerGas, maxPriorityFeePerGas: 1n };
    const transaction = Transaction.from({ type: 2, chainId: 1, nonce, to, value, ...fees });
    const digest = transaction.unsignedHash;
    return {
      ...{ path, kind: PAYLOAD_KINDS['evm-transaction'].number },
      ...{ payload: transaction.unsignedSerialized as Hex, digests: [digest as Hex] },
      effects: payment(ETHER, to, value, gasLimit * maxFeePerGas),
      isSignature: (signature) => recoverAddress(digest, hexlify(signature)) === account,
    };
  },
  /** Nothing is derived from such a key. */
  ed25519: ({ root }, _requester, _path, random) => {
    const own = getBytes(root.x);
    const data = Uint8Array.of(...u32(2), ...u64(50_000n)); // a transfer
    const transfer = {
      program: new Uint8Array(32),
      accounts: [[own, 'ws'] as const, [random.bytes(32), 'w'] as const],
      data,
    };
    const message = messageBytes(compiled(own, random.bytes(32), [transfer]));
    const { effects } = decodeFor(own, message);
    return {
      ...{ path: NO_WORD, kind: PAYLOAD_KINDS['solana-message'].number },
      ...{ payload: hexlify(message) as Hex, digests: [hexlify(message) as Hex] },
      effects: effects.map(({ kind, asset, recipient, amount, detail }) => ({
        ...{ kind, asset: hexlify(asset) as Hex, recipient: hexlify(recipient) as Hex },
        ...{ amount: amount.toString(), detail: hexlify(detail) as Hex },
      })),
      isSignature: (signature) => ed25519.verify(signature, message, own, { zip215: false }),
    };
  },
};

function payment(asset: Hex, recipient: Hex, amount: bigint, fee: bigint): readonly Effect[] {
  return [
    { kind: 1, asset, recipient, amount: String(amount), detail: NO_WORD },
    { kind: 2, asset, recipient: '0x', amount: String(fee), detail: NO_WORD },
  ];
}
