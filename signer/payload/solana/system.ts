/** Instructions of the system program: SOL, new accounts, nonce accounts (agave's `SystemInstruction`). */

import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { reader } from '../bitcoin/reader.ts';
import type { Act, Understood } from './act.ts';
import type { Form } from './form.ts';
import { keysOf, understood, variant } from './form.ts';
import type { Instruction } from './message.ts';
import { RECENT_BLOCKHASHES, RENT } from './programs.ts';

type Bytes = Uint8Array;

const KEY = 32;
const U64 = 8;
const VARIANT = 4;
/** > MAX_SEED_LEN */
const MAX_SEED = 32;

export const ADVANCE_NONCE = variant(4);

export function system(instruction: Instruction): Understood | undefined {
  return understood(instruction, FORMS) ?? createdWithSeed(instruction);
}

const FORMS: readonly Form[] = [
  {
    discriminator: variant(0),
    length: U64 + U64 + KEY,
    accounts: ['signer', 'signer'],
    acts: (key, data) => {
      const [lamports, space, owner] = [data.uint64(), data.bytes(U64), data.bytes(KEY)];
      return created({ from: key(0), account: key(1), lamports, space, owner });
    },
  },
  {
    discriminator: variant(1),
    length: KEY,
    accounts: ['signer'],
    acts: (key, data) => assigned(key(0), data.bytes(KEY), new Uint8Array()),
  },
  {
    discriminator: variant(2),
    length: U64,
    accounts: ['signer', 'any'],
    acts: (key, data) => [paid({ by: key(0), from: key(0), to: key(1), amount: data.uint64() })],
  },
  {
    discriminator: ADVANCE_NONCE,
    length: 0,
    accounts: ['any', RECENT_BLOCKHASHES, 'signer'],
    acts: (key) => [{ act: 'advance-nonce', account: key(0), authority: key(2) }],
  },
  {
    discriminator: variant(5),
    length: U64,
    accounts: ['any', 'any', RECENT_BLOCKHASHES, RENT, 'signer'],
    acts: (key, data) => [paid({ by: key(4), from: key(0), to: key(1), amount: data.uint64() })],
  },
  {
    discriminator: variant(6),
    length: KEY,
    accounts: ['any', RECENT_BLOCKHASHES, RENT],
    acts: (key, data) => [nonceAuthority(key(0), data.bytes(KEY))],
  },
  {
    discriminator: variant(7),
    length: KEY,
    accounts: ['any', 'signer'],
    acts: (key, data) => [nonceAuthority(key(0), data.bytes(KEY))],
  },
  {
    discriminator: variant(8),
    length: U64,
    accounts: ['signer'],
    acts: (key, data) => [
      { act: 'give-up', account: key(0), what: 'an account with data can pay nothing by itself' },
      { act: 'other', what: `makes room for ${data.uint64()} bytes in an account` },
    ],
  },
];

type Created = {
  readonly from: Bytes;
  readonly account: Bytes;
  readonly lamports: bigint;
  /** Bytes of data that it has, as a number of eight bytes. */
  readonly space: Bytes;
  readonly owner: Bytes;
};

/** Its lamports go where the owner, a program, says. */
function created({ from, account, lamports, space, owner }: Created): readonly Act[] {
  return [paid({ by: from, from, to: account, amount: lamports }), ...assigned(account, owner, space)];
}

function assigned(account: Bytes, owner: Bytes, terms: Bytes): readonly Act[] {
  return [
    { act: 'give-up', account, what: 'a program that owns an account disposes of all that is in it' },
    { act: 'authority', account, role: 'program', to: owner, terms },
  ];
}

type Paid = { readonly by: Bytes; readonly from: Bytes; readonly to: Bytes; readonly amount: bigint };

function paid(transfer: Paid): Act {
  return { act: 'transfer', mint: null, ...transfer };
}

function nonceAuthority(account: Bytes, to: Bytes): Act {
  return { act: 'authority', account, role: 'nonce', to };
}

const WITH_SEED = variant(3);
/** Base, length of the seed, lamports, space, owner. */
const WITHOUT_SEED = VARIANT + KEY + U64 + U64 + U64 + KEY;

/** > CreateAccountWithSeed: payer, new account, and the base where it is not the payer. The only one whose data has no fixed length. */
function createdWithSeed(instruction: Instruction): Understood | undefined {
  const { accounts, data } = instruction;
  const seedBytes = data.length - WITHOUT_SEED;
  const isVariant = WITH_SEED.every((byte, at) => data[at] === byte);
  if (!isVariant || seedBytes < 0 || seedBytes > MAX_SEED || accounts.length < 2 || accounts.length > 3)
    return undefined;
  const read = reader(data.subarray(VARIANT), 'MESSAGE_MALFORMED');
  const base = read.bytes(KEY);
  if (read.uint64() !== BigInt(seedBytes)) return undefined;
  const seed = read.bytes(seedBytes);
  const [lamports, space, owner] = [read.uint64(), read.bytes(U64), read.bytes(KEY)];
  const key = keysOf(instruction);
  const [payer, account] = [key(0), key(1)];
  const signs = accounts[0]?.isSigner === true && accounts.at(-1)?.isSigner === (accounts.length === 3);
  if (!signs || !isEqual(accounts.length === 3 ? key(2) : payer, base)) return undefined;
  if (!isEqual(account, sha256(concatBytes(base, seed, owner)))) return undefined;
  return { acts: created({ from: payer, account, lamports, space, owner }), discriminator: VARIANT };
}
