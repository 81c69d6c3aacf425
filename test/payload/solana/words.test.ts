/** `quorate payload solana`: what a voter is told, and what should make one hesitate. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { payloadSolana } from '../../../signer/cli/payload/solana.ts';
import { effectWords, tellingOf } from '../../../signer/cli/words/effectWords.ts';
import type { Fatal } from '../../../signer/host/errors.ts';
import { base58 } from '../../../signer/payload/solana/base58.ts';
import { associatedAccount } from '../../../signer/payload/solana/derivedAddress.ts';
import { meaningOf } from '../../../signer/payload/solana/meaning.ts';
import * as programs from '../../../signer/payload/solana/programs.ts';
import { solanaWords } from '../../../signer/payload/solana/solanaWords.ts';
import { compiled, decodeFor, messageBytes, type RawInstruction, u16, u32, u64 } from '../support/solana.ts';

type Bytes = Uint8Array;

const [DAO, ALICE, BOB, MINT, NONCE] = [1, 2, 3, 4, 5].map((seed) =>
  ed25519.getPublicKey(new Uint8Array(32).fill(seed)),
) as [Bytes, Bytes, Bytes, Bytes, Bytes];
const LIFETIME = new Uint8Array(32).fill(9);

const pay = (from: Bytes, to: Bytes, amount: bigint): RawInstruction => ({
  program: programs.SYSTEM,
  accounts: [
    [from, 'ws'],
    [to, 'w'],
  ],
  data: concatBytes(u32(2), u64(amount)),
});
const advance: RawInstruction = {
  program: programs.SYSTEM,
  accounts: [
    [NONCE, 'w'],
    [programs.RECENT_BLOCKHASHES, ''],
    [DAO, 's'],
  ],
  data: u32(4),
};
const memo = (text: string): RawInstruction => ({ program: programs.MEMO, accounts: [], data: utf8ToBytes(text) });
const message = (...instructions: RawInstruction[]) => messageBytes(compiled(DAO, LIFETIME, instructions));

const said = (payload: Bytes, warnings: boolean): string[] =>
  solanaWords(meaningOf(payload, DAO), DAO)
    .filter(({ isWarning }) => isWarning === warnings)
    .map(({ text }) => text);

describe('solanaWords', () => {
  it('say who gets how much, what it costs, and that it has no end', () => {
    const payload = message(advance, pay(DAO, ALICE, 1_500_000_000n));
    expect(said(payload, false)).to.deep.equal([
      `pays 1.500000000 SOL to ${base58(ALICE)}`,
      'fee at most 0.000005000 SOL, paid by the key',
      'a message does not name its network: what is signed holds wherever its block or nonce is',
    ]);
    expect(said(payload, true)).to.deep.equal([
      `no end: valid until nonce account ${base58(NONCE)} is advanced from ${base58(LIFETIME)}, which only the key can do`,
    ]);
  });

  it('warn of a block that is forgotten before the vote is over', () => {
    expect(said(message(pay(DAO, ALICE, 1n)), true)[0]).to.match(/^valid for about a minute/);
  });

  it('warn of other signers, and say what they pay', () => {
    const payload = message(pay(ALICE, BOB, 5n));
    expect(said(payload, false)[0]).to.equal(
      `pays 0.000000005 SOL from ${base58(ALICE)} to ${base58(BOB)}, for which ${base58(ALICE)} signs`,
    );
    expect(said(payload, true).at(-1)).to.equal(`needs the signatures of ${base58(ALICE)} too`);
  });

  it('name the wallet of a token account only where the message makes it', () => {
    const account = associatedAccount({ wallet: ALICE, program: programs.TOKEN, mint: MINT })!;
    const open: RawInstruction = {
      program: programs.ASSOCIATED_TOKEN,
      accounts: [
        [DAO, 'ws'],
        [account, 'w'],
        [ALICE, ''],
        [MINT, ''],
        [programs.SYSTEM, ''],
        [programs.TOKEN, ''],
      ],
      data: Uint8Array.of(1),
    };
    const send: RawInstruction = {
      program: programs.TOKEN,
      accounts: [
        [BOB, 'w'],
        [MINT, ''],
        [account, 'w'],
        [DAO, 's'],
      ],
      data: concatBytes(Uint8Array.of(12), u64(7n), Uint8Array.of(0)),
    };
    const to = `pays 7 units of token ${base58(MINT)} from ${base58(BOB)} to ${base58(account)}`;
    expect(said(message(open, send), false)[1]).to.equal(`${to}, the token account of ${base58(ALICE)}`);
    expect(said(message(send), false)[0]).to.equal(`${to}, a token account`);
  });

  it('warn of unknown programs that are lent the signature, of authorities and of all that a closed account holds', () => {
    const unknown: RawInstruction = { program: BOB, accounts: [[DAO, 's']], data: Uint8Array.of(1) };
    const close: RawInstruction = {
      program: programs.TOKEN,
      accounts: [
        [ALICE, 'w'],
        [BOB, 'w'],
        [DAO, 's'],
      ],
      data: Uint8Array.of(9),
    };
    const give: RawInstruction = {
      program: programs.TOKEN,
      accounts: [
        [ALICE, 'w'],
        [DAO, 's'],
      ],
      data: Uint8Array.of(6, 0, 0),
    };
    const warned = said(message(unknown, close, give), true).slice(1);
    expect(warned[0]).to.contain('lends it the signature: it may take everything');
    expect(warned[1]).to.equal(`pays all that it holds from ${base58(ALICE)} to ${base58(BOB)}`);
    expect(warned[2]).to.equal(`gives the authority "mint" over ${base58(ALICE)} to nobody, for ever`);
  });

  it('T36 write what cannot be seen, or turns what stands beside it, as its number', () => {
    const [text] = said(message(memo('for \u202etxt.exe\u0000 "x"\u200b\\')), false);
    expect(text).to.equal('memo: "for \\u{202e}txt.exe\\u{0} \\u{22}x\\u{22}\\u{200b}\\u{5c}"');
    expect(said(message(memo('Grüße, 寄付')), false)[0]).to.equal('memo: "Grüße, 寄付"');
  });

  it('warn of a high fee', () => {
    const price: RawInstruction = {
      program: programs.COMPUTE_BUDGET,
      accounts: [],
      data: concatBytes(Uint8Array.of(3), u64(7_000_000_000n)),
    };
    expect(said(message(price, pay(DAO, ALICE, 1n)), true)).to.include('a high fee: 1.421005000 SOL');
  });
});

describe('effectWords', () => {
  it('have something to say of every effect of Solana', async () => {
    const telling = await tellingOf({}, null);
    const payload = message(advance, pay(DAO, ALICE, 3n), memo('x'), pay(BOB, ALICE, 1n));
    const told = decodeFor(DAO, payload).effects.map((effect) => effectWords(effect, telling));
    expect(told[0]).to.equal(`has no end: valid until nonce account ${base58(NONCE)} is advanced`);
    expect(told[1]).to.equal(`pays 0.000000003 SOL to ${base58(ALICE)}`);
    expect(told[2]).to.match(/^says something in a memo, 0x/);
    expect(told[3]).to.equal(`pays 0.000000001 SOL to ${base58(ALICE)}, out of ${base58(BOB)}`);
    expect(told[4]).to.match(/^pays a fee of 0.000010000 SOL, and others sign too, 0x/);
  });
});

describe('quorate payload solana', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-solana-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const run = (content: string | Bytes, address = base58(DAO)) => {
    const file = join(folder, 'message');
    writeFileSync(file, content);
    return payloadSolana.run({ address, file });
  };
  const failure = (content: string | Bytes, address?: string) =>
    run(content, address).then(
      () => expect.fail('it was taken'),
      (error: unknown) => error as Fatal,
    );
  const payload = message(advance, pay(DAO, ALICE, 3n));

  it('says the same of bytes, base64, hex, and a transaction that nobody has signed', async () => {
    const expected = await run(payload);
    const unsigned = concatBytes(u16(1), new Uint8Array(64), payload);
    for (const each of [Buffer.from(payload).toString('base64'), `0x${bytesToHex(payload)}`, unsigned])
      expect(await run(each)).to.deep.equal(expected);
    const { json } = expected as { json: { digests: string[]; effects: { amount: string }[] } };
    expect(json.digests).to.deep.equal([`0x${bytesToHex(payload)}`]);
    expect(json.effects.map(({ amount }) => amount)).to.deep.equal(['0', '3', '5000']);
  });

  it('refuses what enclaves refuse, with the same code, and what is signed already', async () => {
    expect((await failure(payload, base58(ALICE))).message).to.contain('MESSAGE_NOT_OWN');
    const signed = concatBytes(u16(1), new Uint8Array(64).fill(7), payload);
    expect((await failure(signed)).message).to.contain('enclaves refuse it with MESSAGE_');
    for (const bad of ['', 'x', '1'.repeat(31), `${base58(DAO)}1`, '0'.repeat(44), 'z'.repeat(44)])
      expect((await failure(payload, bad)).message).to.contain('is no address');
  });
});
