/**
 * The block that everything else is proven under.
 *
 * DANGER: for now the header is the HOST'S WORD. It is decoded strictly and hashed, but nothing shows that the block is
 * finalised, or that it exists: I1 (authorised at a finalised block) and I7 (bounded staleness) are NOT YET TRUE. The finality
 * verifier, a sync-committee light client under `configuration.genesisHash`, plugs in here and nowhere else.
 */

import type { Configuration } from '../formats/configuration.ts';
import { decodeHeader } from './header.ts';
import type { Block } from './state.ts';

export type VerifiedHeader = { readonly block: Block; readonly stateRoot: Uint8Array };

export function verifyHeader(header: Uint8Array, _configuration: Configuration): VerifiedHeader {
  const { hash, number, timestamp, prevRandao, stateRoot } = decodeHeader(header);
  return { block: { number, hash, timestamp, prevRandao }, stateRoot };
}
