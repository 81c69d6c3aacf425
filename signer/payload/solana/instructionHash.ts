/** Names one instruction whole: program, accounts in their order with their rights, data (docs/formats.md, "Preimages"). */

import { concatBytes } from '@noble/hashes/utils.js';
import { hash, keccak, list } from '../../formats/words.ts';
import type { Account, Instruction } from './message.ts';

type Bytes = Uint8Array;

const SIGNER = 1;
const WRITABLE = 2;

export function instructionHash({ program, accounts, data }: Instruction): Bytes {
  return keccak(program, list(accounts.map((account) => hash(withRights(account)))), hash(data));
}

function withRights({ key, isSigner, isWritable }: Account): Bytes {
  return concatBytes(key, Uint8Array.of((isSigner ? SIGNER : 0) | (isWritable ? WRITABLE : 0)));
}
