/** What this enclave reads in a Solana message is what @solana/kit reads in it: no two meanings of the bytes that were voted. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import {
  type AccountRole,
  address,
  appendTransactionMessageInstructions,
  blockhash,
  compileTransaction,
  createTransactionMessage,
  decompileTransactionMessage,
  getCompiledTransactionMessageDecoder,
  getCompiledTransactionMessageEncoder,
  getProgramDerivedAddress,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageLifetimeUsingBlockhash,
} from '@solana/kit';
import { expect } from 'chai';
import { Refused } from '../../../signer/formats/refusal.ts';
import { base58 } from '../../../signer/payload/solana/base58.ts';
import { deedsOf } from '../../../signer/payload/solana/deeds.ts';
import { isOnCurve, programAddress } from '../../../signer/payload/solana/derivedAddress.ts';
import { meaningOf } from '../../../signer/payload/solana/meaning.ts';
import { decodeMessage, type Message } from '../../../signer/payload/solana/message.ts';
import * as programs from '../../../signer/payload/solana/programs.ts';
import { seeded } from '../../simulation/random.ts';
import { describePayloads } from '../support/sharedPayloads.ts';
import { compiled, type Meta, messageBytes, type RawInstruction, u16, u32, u64 } from '../support/solana.ts';

type Bytes = Uint8Array;

/** A million were tried once. */
const RUNS = process.env.QUORATE_MANY ? 1_000_000 : 2_000;

const random = seeded('solana readers');
const below = (n: number) => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) % n;
const any = <T>(list: readonly T[]): T => list[below(list.length)]!;
const bytes = (most: number) => random.bytes(below(most + 1));

const KEYS = Array.from({ length: 12 }, (_, at) => ed25519.getPublicKey(new Uint8Array(32).fill(at + 1)));
const PROGRAMS = [
  ...[programs.SYSTEM, programs.TOKEN, programs.TOKEN_2022, programs.ASSOCIATED_TOKEN, programs.STAKE],
  ...[programs.MEMO, programs.COMPUTE_BUDGET, programs.SIGNATURE_CHECKS[0]!, KEYS[11]!],
];
/** Without the program among them: kit compiles none that may be written. */
const ACCOUNTS = KEYS.slice(0, 11);
const SYSVARS = [programs.RENT, programs.CLOCK, programs.RECENT_BLOCKHASHES, programs.STAKE_HISTORY, programs.SYSTEM];

/** Data of known instructions, of about the right length, and of none. */
function data(): Bytes {
  const discriminators = [u32(below(13)), Uint8Array.of(below(28)), Uint8Array.of(26, 1), new Uint8Array()];
  const rests = [new Uint8Array(), u64(BigInt(below(1000))), KEYS[below(12)]!, bytes(60)];
  return concatBytes(any(discriminators), any(rests), below(3) === 0 ? bytes(9) : new Uint8Array());
}

function instruction(): RawInstruction {
  const accounts = Array.from({ length: below(6) }, (): Meta => {
    return below(3) === 0 ? [any(SYSVARS), ''] : [any(ACCOUNTS), any(['', 'w', 's', 'ws'] as const)];
  });
  return { program: any(PROGRAMS), accounts, data: data() };
}

/** Mostly right, then bent in a few bytes, mostly none. */
function bentMessage(): Bytes {
  const raw = compiled(KEYS[0]!, random.bytes(32), Array.from({ length: below(4) }, instruction));
  if (below(2)) raw.version = 0;
  if (below(20) === 0) raw.trailing = bytes(3);
  if (below(20) === 0) raw.tables = concatBytes(u16(1), KEYS[3]!, u16(1), Uint8Array.of(0), u16(0));
  const message = messageBytes(raw);
  for (let times = Math.max(0, below(5) - 2); times > 0; times--) message[below(message.length)] = below(256);
  return below(40) === 0 ? message.slice(0, below(message.length)) : message;
}

type Meaning = {
  readonly version: string;
  readonly lifetime: string;
  readonly payer: string;
  readonly calls: string[];
};

const RIGHTS = ['', 'w', 's', 'ws'] as const;
const rightsOf = (role: AccountRole) => RIGHTS[role];

function ours({ version, signers, lifetime, instructions }: Message): Meaning {
  return {
    version: `${version}`,
    lifetime: base58(lifetime),
    payer: base58(signers[0]!),
    calls: instructions.map(({ program, accounts, data }) => {
      const metas = accounts.map(
        ({ key, isSigner, isWritable }) => `${base58(key)} ${RIGHTS[(isSigner ? 2 : 0) + (isWritable ? 1 : 0)]}`,
      );
      return `${base58(program)} ${metas} ${bytesToHex(data)}`;
    }),
  };
}

function kits(message: Bytes): Meaning & { readonly again: Bytes } {
  const compiledMessage = getCompiledTransactionMessageDecoder().decode(message);
  const { version, feePayer, instructions } = decompileTransactionMessage(compiledMessage as never);
  return {
    version: `${version}`,
    lifetime: (compiledMessage as unknown as { lifetimeToken: string }).lifetimeToken,
    payer: feePayer.address,
    calls: instructions.map(({ programAddress: program, accounts = [], data = new Uint8Array() }) => {
      const metas = accounts.map((each) => `${each.address} ${rightsOf(each.role)}`);
      return `${program} ${metas} ${bytesToHex(Uint8Array.from(data))}`;
    }),
    again: Uint8Array.from(getCompiledTransactionMessageEncoder().encode(compiledMessage)),
  };
}

/** Undefined: refused, and by nothing else than a refusal. */
function read<T>(reader: () => T): T | undefined {
  try {
    return reader();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

describe('a Solana message that the enclave reads', () => {
  it(`means the same to @solana/kit, which writes the same bytes again: ${RUNS} messages`, function () {
    this.timeout(0);
    const compared = { read: 0, refused: 0, understood: 0 };
    for (let run = 0; run < RUNS; run++) {
      const bent = bentMessage();
      const message = read(() => decodeMessage(bent));
      read(() => meaningOf(bent, KEYS[0]!)); // whatever it is, it is a refusal or effects, never a bug
      if (message === undefined) {
        compared.refused += 1;
        continue;
      }
      compared.read += 1;
      const deeds = read(() => deedsOf(message)) ?? [];
      if (deeds.some(({ discriminator }) => discriminator !== null)) compared.understood += 1;
      const { again, ...meaning } = kits(bent);
      expect(meaning, bytesToHex(bent)).to.deep.equal(ours(message));
      expect(bytesToHex(again), bytesToHex(bent)).to.equal(bytesToHex(bent));
    }
    for (const count of Object.values(compared)) expect(count).to.be.greaterThan(RUNS / 10);
  });

  it('is what @solana/kit compiled', () => {
    for (let run = 0; run < 200; run++) {
      const [lifetime, payer] = [random.bytes(32), KEYS[0]!];
      const asked = Array.from({ length: below(4) }, instruction);
      const version = any(['legacy', 0] as const);
      const { messageBytes: message } = compileTransaction(
        pipe(
          createTransactionMessage({ version }),
          (each) => setTransactionMessageFeePayer(address(base58(payer)), each),
          (each) =>
            setTransactionMessageLifetimeUsingBlockhash(
              { blockhash: blockhash(base58(lifetime)), lastValidBlockHeight: 1n },
              each,
            ),
          (each) =>
            appendTransactionMessageInstructions(
              asked.map(({ program, accounts, data }) => ({
                programAddress: address(base58(program)),
                accounts: accounts.map(([key, right]) => ({
                  address: address(base58(key)),
                  role: RIGHTS.indexOf(right) as AccountRole,
                })),
                data,
              })),
              each,
            ),
        ) as never,
      );
      const read = decodeMessage(Uint8Array.from(message as unknown as Bytes));
      expect(read.version).to.equal(version);
      expect(read.lifetime).to.deep.equal(lifetime);
      expect(read.instructions.map(({ program, data }) => [program, data])).to.deep.equal(
        asked.map(({ program, data }) => [program, data]),
      );
      expect(read.instructions.map(({ accounts }) => accounts.map(({ key }) => key))).to.deep.equal(
        asked.map(({ accounts }) => accounts.map(([key]) => key)),
      );
    }
  });

  it('with any byte changed is refused, or means something else, to both of us alike', () => {
    const pay: RawInstruction = {
      program: programs.SYSTEM,
      accounts: [
        [KEYS[0]!, 'ws'],
        [KEYS[1]!, 'w'],
      ],
      data: concatBytes(u32(2), u64(7n)),
    };
    const good = messageBytes({ ...compiled(KEYS[0]!, KEYS[5]!, [pay]), version: 0 });
    const meant = JSON.stringify(ours(decodeMessage(good)));
    for (let at = 0; at < good.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const bent = Uint8Array.from(good);
        bent[at] = bent[at]! ^ (1 << bit);
        const message = read(() => decodeMessage(bent));
        if (message === undefined) continue;
        const { again, ...meaning } = kits(bent);
        expect(meaning, `${at}`).to.deep.equal(ours(message));
        expect(bytesToHex(again)).to.equal(bytesToHex(bent));
        // The last number of the header gives and takes the program's own rights, of which the runtime makes nothing.
        if (at !== 3) expect(JSON.stringify(ours(message)), `${at}.${bit}`).to.not.equal(meant);
      }
  });
});

/** Of so many bytes of each message one is tried; all, where it is asked for. */
const STEP = process.env.QUORATE_EVERY_BYTE === '1' ? 1 : 23;

type Shared = { readonly payload: { readonly hex: string }; readonly expect: string };

describePayloads<Shared>('messages of wallets, bent', 'solana-messages.json', (cases) => {
  it(`mean the same to @solana/kit, or are refused: every byte of ${STEP}`, function () {
    this.timeout(0);
    let [compared, refused] = [0, 0];
    for (const { payload } of cases.filter((each) => each.expect !== 'refuse')) {
      const good = hexToBytes(payload.hex.slice(2));
      expect(kits(good)).to.deep.include(ours(decodeMessage(good)));
      for (let at = below(STEP); at < good.length; at += STEP) {
        const bent = Uint8Array.from(good);
        bent[at] = bent[at]! ^ (1 + below(255));
        const message = read(() => decodeMessage(bent));
        if (message === undefined) {
          refused += 1;
          continue;
        }
        compared += 1;
        for (const signer of message.signers) read(() => meaningOf(bent, signer));
        const { again, ...meaning } = kits(bent);
        expect(meaning, `${payload.hex} ${at}`).to.deep.equal(ours(message));
        expect(bytesToHex(again)).to.equal(bytesToHex(bent));
      }
    }
    expect(compared).to.be.greaterThan(100);
    expect(refused).to.be.greaterThan(10);
  });
});

describe('addresses that programs derive', () => {
  it('are those of @solana/kit', async () => {
    for (let run = 0; run < 300; run++) {
      const [program, seeds] = [any(PROGRAMS), [random.bytes(32), bytes(32), bytes(8)]];
      const [derived] = await getProgramDerivedAddress({ programAddress: address(base58(program)), seeds });
      expect(base58(programAddress(seeds, program)!)).to.equal(derived);
    }
  });

  it('are none of the curve, read as laxly as the runtime reads points', () => {
    const field = 2n ** 255n - 19n;
    const little = (value: bigint) =>
      Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
    // y = 1 and its forms beyond the field, and zero with a sign: strict readers take none but the first.
    for (const y of [1n, field + 1n, 1n + (1n << 255n), field + 1n + (1n << 255n), 0n, field])
      expect(isOnCurve(little(y)), `${y}`).to.equal(true);
    expect(isOnCurve(little(2n))).to.equal(false);
    for (const key of KEYS) expect(isOnCurve(key)).to.equal(true);
  });
});

describe('base58', () => {
  it('writes addresses as @solana/kit reads them', () => {
    for (let run = 0; run < 200; run++) {
      const key = concatBytes(new Uint8Array(below(4)), random.bytes(32)).slice(0, 32);
      expect(address(base58(key))).to.equal(base58(key));
    }
    expect(base58(new Uint8Array(32))).to.equal('1'.repeat(32));
    expect(base58(new Uint8Array())).to.equal('');
  });
});
