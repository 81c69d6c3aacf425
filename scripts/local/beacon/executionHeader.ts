/** A block of a local chain, as `eth_getBlockByNumber` spells it, as the payload header that a beacon block would carry. */

import { hexToBytes } from '@noble/hashes/utils.js';
import type { DenebPayloadHeader } from '../../../signer/finality/containers.ts';

export type RpcBlock = Readonly<Record<string, unknown>>;

/** The roots of transactions and withdrawals are the execution layer's own: nothing here proves anything under them. */
export function executionHeader(block: RpcBlock): DenebPayloadHeader {
  const bytes = (name: string) => hexToBytes(text(block, name).slice(2));
  const uint = (name: string) => BigInt(text(block, name, '0x0'));
  return {
    parent_hash: bytes('parentHash'),
    fee_recipient: bytes('miner'),
    state_root: bytes('stateRoot'),
    receipts_root: bytes('receiptsRoot'),
    logs_bloom: bytes('logsBloom'),
    prev_randao: bytes('mixHash'),
    block_number: uint('number'),
    gas_limit: uint('gasLimit'),
    gas_used: uint('gasUsed'),
    timestamp: uint('timestamp'),
    extra_data: bytes('extraData'),
    base_fee_per_gas: uint('baseFeePerGas'),
    block_hash: bytes('hash'),
    transactions_root: bytes('transactionsRoot'),
    withdrawals_root: hexToBytes(text(block, 'withdrawalsRoot', `0x${'00'.repeat(32)}`).slice(2)),
    blob_gas_used: uint('blobGasUsed'),
    excess_blob_gas: uint('excessBlobGas'),
  };
}

function text(block: RpcBlock, name: string, otherwise?: string): string {
  const value = block[name] ?? otherwise;
  if (typeof value !== 'string') throw new TypeError(`a block without ${name}`);
  return value;
}
