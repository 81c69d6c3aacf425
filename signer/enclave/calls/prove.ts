/** The only way that what is in a block reaches an enclave. What a newer block forbids, it forbids at once. */

import { toHex } from '../../formats/hex.ts';
import { MAX_HEADER_BYTES } from '../../proof/header.ts';
import { MAX_NODE_BYTES } from '../../proof/node.ts';
import { MAX_NODES } from '../../proof/nodes.ts';
import type { Result } from '../api.ts';
import { type Decoded, hexUpTo, listOf, object } from '../decode/decoder.ts';
import type { Rooted } from '../process.ts';
import { endOvertaken } from '../sessions/endOvertaken.ts';

export const proveParams = object({
  header: hexUpTo(MAX_HEADER_BYTES),
  nodes: listOf(hexUpTo(MAX_NODE_BYTES), MAX_NODES),
});

export function prove(life: Rooted, { header, nodes }: Decoded<typeof proveParams>): Result<'prove'> {
  const before = life.kept.state.head;
  const { number, hash } = life.checkpoints.prove(header, nodes);
  if (before !== null && number > before.number) life.sessions.forgetBefore(before.number);
  endOvertaken(life, life.checkpoints.at(hash));
  return { number, hash: toHex(hash) };
}
