/**
 * The block that an attestation is over. The registry takes it only where it is a past block of its own chain, and takes a later epoch of an
 * identity only after the first.
 *
 * DANGER: that a block is of the true chain says nothing about who has finalised it: whoever has a sync committee of their own has it sign what
 * they like, blocks of the true chain too. So the first epoch of an identity is over a block that names its trusted root as that of the parent
 * beacon block, which consensus checks and no proposer chooses (EIP-4788). Then the root is of the true chain, and with it every committee that
 * follows from it, in each copy of this identity: none has another.
 */

import { isEqual } from '../formats/equal.ts';
import { toHex } from '../formats/hex.ts';
import { refuse } from '../formats/refusal.ts';
import { decodeHeader } from '../proof/header.ts';
import type { Block } from '../proof/state.ts';
import type { Rooted } from './process.ts';

type Bytes = Uint8Array;
type Challenge = Pick<Block, 'number' | 'hash'>;
type Attesting = Pick<Rooted, 'checkpoints' | 'finality'>;

/** `child`: RLP of an execution header, for the first epoch where headers say these roots, and null everywhere else. */
type Shown = { readonly epoch: number; readonly block: Bytes; readonly child: Bytes | null };

/** @throws Refused BLOCK_UNKNOWN, ENCLAVE_FROZEN, PARENT_ROOT_MISSING, PARENT_ROOT_OTHER, PARENT_ROOT_NEEDLESS, and those of a header */
export function challengeOf(life: Attesting, { epoch, block, child }: Shown): Challenge {
  const proven = life.checkpoints.at(block).block;
  if (life.finality.parentRoots && epoch <= 1) return childOf(life.checkpoints.trusted.root, child);
  if (child !== null) refuse('PARENT_ROOT_NEEDLESS', `a child of the trusted root, at epoch ${epoch}`);
  return proven;
}

function childOf(root: Bytes, child: Bytes | null): Challenge {
  if (child === null) return refuse('PARENT_ROOT_MISSING', `no block whose parent beacon block is ${toHex(root)}`);
  const { number, hash, parentBeaconBlockRoot } = decodeHeader(child);
  if (!isEqual(parentBeaconBlockRoot, root))
    refuse('PARENT_ROOT_OTHER', `${toHex(parentBeaconBlockRoot)}, expected ${toHex(root)}`);
  return { number, hash };
}
