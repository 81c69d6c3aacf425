/** The block that shows an enclave's trusted root to be of this chain: its header names that root as its parent beacon block's (EIP-4788). */

import { hexToBytes } from 'viem';
import type { Status } from '../../enclave/api.ts';
import { type Hex, toHex } from '../../formats/hex.ts';
import { Refused } from '../../formats/refusal.ts';
import { decodeHeader } from '../../proof/header.ts';
import { isRetryable, Retryable } from '../errors.ts';
import type { Chain } from '../ports/chain.ts';

export type Child = { readonly number: number; readonly header: Hex };
type Trusted = Status['trusted'];
type Reading = Pick<Chain, 'blockOf' | 'blocksAt' | 'header'>;

/**
 * Blocks after the one in the trusted header that can name it: the next; or from Gloas on, where that header names its parent's payload, the one
 * after its own.
 */
const NEXT = [1, 2] as const;

/** @throws Retryable PARENT_ROOT_UNNAMED where no block names it, yet or ever, and others */
export async function findChild(chain: Reading, { root, blockHash }: Trusted): Promise<Child> {
  const block = await chain.blockOf(blockHash);
  if (block === null) throw new Retryable('CHAIN_MOVED', `block ${blockHash} of the checkpoint is unknown`);
  for (const distance of NEXT) {
    const number = block.number + distance;
    for (const header of await headersAt(chain, number)) if (namesParent(header, root)) return { number, header };
  }
  throw new Retryable(
    'PARENT_ROOT_UNNAMED',
    `no block names beacon block ${root} as its parent: if this stays so, start with an empty data directory and another chain.checkpoint`,
  );
}

/** As the providers have them: whoever lies or lags hides the child from nobody who asks others too. */
async function headersAt(chain: Reading, number: number): Promise<readonly Hex[]> {
  const blocks = await chain.blocksAt(number);
  const hashes = new Set(blocks.flatMap(({ block }) => (block === null ? [] : [block.hash])));
  const headers = await Promise.all([...hashes].map((hash) => headerOrNone(chain, hash)));
  return headers.flat();
}

/** A hash that is nobody's block says nothing. */
async function headerOrNone(chain: Reading, hash: Hex): Promise<readonly Hex[]> {
  try {
    return [await chain.header(hash)];
  } catch (error) {
    if (isRetryable(error, 'RPC_REFUSED') || isRetryable(error, 'HEADER_MISMATCH')) return [];
    throw error;
  }
}

function namesParent(header: Hex, root: Hex): boolean {
  try {
    return toHex(decodeHeader(hexToBytes(header)).parentBeaconBlockRoot) === root;
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Retryable('HEADER_MISMATCH', `no enclave of this release reads such a header: ${cause.message}`, {
      cause,
    });
  }
}
