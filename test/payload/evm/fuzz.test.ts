/** Bent payloads, thousands of them: refused with a reason, or read as ethers and viem read them. `QUORATE_MANY=1` tries a million of each kind. */

import { concatBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { Transaction, TypedDataEncoder } from 'ethers';
import { hashMessage, hashTypedData, InvalidAddressError, parseTransaction } from 'viem';
import { Refused } from '../../../signer/formats/refusal.ts';
import { hash } from '../../../signer/formats/words.ts';
import { decodeMessage, messageDeed } from '../../../signer/payload/eip191/message.ts';
import { messageWords } from '../../../signer/payload/eip191/messageWords.ts';
import { decodeTypedData } from '../../../signer/payload/eip712/typedData.ts';
import { typedDeeds } from '../../../signer/payload/eip712/typedDeeds.ts';
import { typedWords } from '../../../signer/payload/eip712/typedWords.ts';
import { effectsOf } from '../../../signer/payload/evm/effectOf.ts';
import { evmDeeds } from '../../../signer/payload/evm/evmDeeds.ts';
import { evmWords } from '../../../signer/payload/evm/evmWords.ts';
import { decodeTransaction } from '../../../signer/payload/evm/transaction.ts';
import { hex, utf8 } from '../support/evm.ts';
import {
  authorized,
  BOB,
  MOST,
  OTHER,
  payload,
  permit,
  permitBatch,
  safeTransaction,
  tokenCall,
  transaction,
  unknown,
} from '../support/evmPayloads.ts';
import { chance, madeTypedData } from '../support/typedDataOf.ts';

type Bytes = Uint8Array;

const RUNS = process.env.QUORATE_MANY ? 1_000_000 : 3_000;
const below = chance(20_261_128);

/** One to three changes: a byte, a piece taken out, put in, or copied from another good one. */
function bent(good: readonly Bytes[]): Bytes {
  let bytes = pick(good);
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const at = below(bytes.length + 1);
    const length = 1 + below(8);
    const taken = [0, 1, length][below(3)]!;
    bytes = concatBytes(bytes.subarray(0, at), piece(good, bytes[at] ?? 0, length), bytes.subarray(at + taken));
  }
  return bytes;
}

/** What stands in another place than before: nothing, any byte, this one with a bit of it changed, noise, or some of another good one. */
function piece(good: readonly Bytes[], old: number, length: number): Bytes {
  const kind = below(5);
  if (kind === 0) return new Uint8Array();
  if (kind === 1) return Uint8Array.of(below(256));
  if (kind === 2) return Uint8Array.of(old ^ (1 << below(8)));
  if (kind === 3) return Uint8Array.from({ length }, () => below(256));
  const other = pick(good);
  const start = below(other.length);
  return other.subarray(start, start + length);
}

function pick<T>(all: readonly T[]): T {
  return all[below(all.length)]!;
}

/** How many were taken. Anything but a refusal is a bug. */
function fuzz(good: readonly Bytes[], take: (bytes: Bytes) => void): number {
  let taken = 0;
  for (let run = 0; run < RUNS; run++) {
    const bytes = bent(good);
    try {
      take(bytes);
      taken += 1;
    } catch (error) {
      if (!(error instanceof Refused)) throw new Error(`bytes ${hex(bytes)}`, { cause: error });
    }
  }
  return taken;
}

/** As viem hashes it; as ethers does where addresses in capitals alone, which have no checksum, are none to viem. */
function hashOf(text: string): string {
  const data = JSON.parse(text);
  try {
    return hashTypedData(data);
  } catch (error) {
    if (!(error instanceof InvalidAddressError)) throw error;
    const { EIP712Domain: _, ...types } = data.types;
    return TypedDataEncoder.hash(data.domain, types, data.message);
  }
}

describe('bent payloads', function () {
  this.timeout(0);

  it(`are no transactions, or those that ethers and viem read: ${RUNS} of them`, () => {
    const good = [
      transaction({ value: 1n }),
      tokenCall('transfer', BOB, 7n),
      tokenCall('approve', BOB, MOST),
      transaction({ type: 0, gasPrice: 5n, maxFeePerGas: null, maxPriorityFeePerGas: null }),
      transaction({ type: 1, gasPrice: 5n, maxFeePerGas: null, maxPriorityFeePerGas: null, accessList: [[BOB, []]] }),
      transaction({ to: null, data: '0x6001' }),
      authorized({}, {}),
    ];
    const taken = fuzz(good, (bytes) => {
      const read = decodeTransaction(bytes);
      effectsOf(evmDeeds(read));
      evmWords(read);
      const other = Transaction.from(hex(bytes));
      expect(other.unsignedHash).to.equal(hex(hash(bytes)));
      expect([other.chainId, other.value, other.data, other.gasLimit]).to.deep.equal([
        read.chain,
        read.value,
        hex(read.data),
        read.gas,
      ]);
      expect(other.to?.toLowerCase() ?? null).to.equal(read.to && hex(read.to));
      // viem has no room for a larger one
      if (read.chain > BigInt(Number.MAX_SAFE_INTEGER)) return;
      const { chainId, nonce = 0, gas = 0n, to = null, value = 0n, data = '0x' } = parseTransaction(hex(bytes));
      expect([BigInt(chainId!), BigInt(nonce), gas, to, value, data]).to.deep.equal([
        ...[read.chain, read.nonce, read.gas, read.to && hex(read.to), read.value, hex(read.data)],
      ]);
    });
    expect(taken).to.be.within(RUNS / 100, RUNS / 2);
  });

  it('are no typed data, or those that viem or ethers reads', () => {
    const made = Array.from({ length: 20 }, (_, at) => payload(madeTypedData(at + 1).data));
    const good = [permit(), permitBatch([BOB, OTHER]), safeTransaction({ value: 5 }), unknown()].map(payload);
    const taken = fuzz([...good, ...made], (bytes) => {
      const read = decodeTypedData(bytes);
      effectsOf(typedDeeds(read));
      typedWords(read);
      expect(hashOf(new TextDecoder().decode(bytes))).to.equal(hex(read.digest));
    });
    expect(taken).to.be.within(RUNS / 100, RUNS / 2);
  });

  it('are no texts, or those that viem reads', () => {
    const good = [
      'hello',
      'I vote for 5',
      `see ${'ab'.repeat(32)}`,
      `example.com wants you to sign in with your Ethereum account:\n${BOB}\n\n\nURI: https://example.com\nVersion: 1\nChain ID: 1\nNonce: foobarbaz\nIssued At: 2026-02-01T00:00:00Z`,
    ];
    const taken = fuzz(good.map(utf8), (bytes) => {
      const read = decodeMessage(bytes);
      effectsOf([messageDeed(read)]);
      messageWords(read);
      expect(hashMessage({ raw: bytes })).to.equal(hex(read.digest));
    });
    expect(taken).to.be.within(RUNS / 100, RUNS);
  });

  it('of bytes alone are neither', () => {
    const taken = fuzz([Uint8Array.from({ length: 60 }, () => below(256))], (bytes) => {
      const kinds = [decodeTransaction, decodeTypedData, decodeMessage].filter((decode) => {
        try {
          return decode(bytes) !== undefined;
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          return false;
        }
      });
      if (kinds.length === 0) throw new Refused('EVM_ENCODING', 'of no kind');
    });
    expect(taken).to.equal(0);
  });
});
