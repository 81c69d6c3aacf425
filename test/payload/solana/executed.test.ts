/**
 * A real use: three enclaves make an Ed25519 key, two of them sign a transfer of SOL behind a durable nonce, and LiteSVM, which is the
 * runtime of Solana, executes it. What was not voted it does not.
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { address as addressOf, getTransactionDecoder, lamports } from '@solana/kit';
import { expect } from 'chai';
import type { Event, Result } from '../../../signer/enclave/api.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { PAYLOAD_KINDS } from '../../../signer/formats/kinds.ts';
import type { Effect, Request } from '../../../signer/formats/request.ts';
import { base58 } from '../../../signer/payload/solana/base58.ts';
import { associatedAccount } from '../../../signer/payload/solana/derivedAddress.ts';
import { decodeMessage } from '../../../signer/payload/solana/message.ts';
import * as programs from '../../../signer/payload/solana/programs.ts';
import { sign } from '../../enclave/support/life.ts';
import { deliverAll, fromHex, generate, type Network, networkOf, okOf, wireOf } from '../../enclave/support/network.ts';
import { ask } from '../../enclave/support/world.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { compiled, decodeFor, messageBytes, type RawInstruction, u16, u32, u64 } from '../support/solana.ts';

type Bytes = Uint8Array;
type Bendable = { -readonly [Name in keyof Effect]: Effect[Name] };
type LiteSvm = typeof import('litesvm').LiteSVM.prototype;

const SECRETS = {
  funder: new Uint8Array(32).fill(1),
  nonce: new Uint8Array(32).fill(2),
  mint: new Uint8Array(32).fill(3),
};
const [FUNDER, NONCE, MINT] = Object.values(SECRETS).map((each) => ed25519.getPublicKey(each)) as [Bytes, Bytes, Bytes];
const ALICE = ed25519.getPublicKey(new Uint8Array(32).fill(4));
const NONCE_BYTES = 80n;
const SOL = 1_000_000_000n;

/** A system of this kind without a binary of LiteSVM says so, and nothing else is passed over. */
async function liteSvm(): Promise<LiteSvm | undefined> {
  if (process.platform === 'win32') return undefined;
  const { LiteSVM } = await import('litesvm');
  return new LiteSVM();
}

const named = (key: Bytes) => addressOf(base58(key));
const balance = (svm: LiteSvm, key: Bytes): bigint => svm.getBalance(named(key)) ?? 0n;

/** The error that the runtime gives, or null: it was executed. */
function send(svm: LiteSvm, message: Bytes, signatures: readonly Bytes[]): string | null {
  const transaction = concatBytes(u16(signatures.length), ...signatures, message);
  const result = svm.sendTransaction(getTransactionDecoder().decode(transaction));
  return 'err' in result ? String(result.err()) : null;
}

function nonceOf(svm: LiteSvm): Bytes {
  const account = svm.getAccount(named(NONCE));
  if (!account.exists) throw new Error('there is no nonce account');
  return Uint8Array.from(account.data.slice(40, 72)); // > version, state, authority, nonce, fee
}

const pay = (from: Bytes, to: Bytes, amount: bigint): RawInstruction => ({
  program: programs.SYSTEM,
  accounts: [
    [from, 'ws'],
    [to, 'w'],
  ],
  data: concatBytes(u32(2), u64(amount)),
});

const advance = (authority: Bytes): RawInstruction => ({
  program: programs.SYSTEM,
  accounts: [
    [NONCE, 'w'],
    [programs.RECENT_BLOCKHASHES, ''],
    [authority, 's'],
  ],
  data: u32(4),
});

/** The funder pays the DAO 10 SOL and makes a nonce account whose authority is the DAO's key. */
function setUp(svm: LiteSvm, dao: Bytes): void {
  svm.airdrop(named(FUNDER), lamports(100n * SOL));
  const rent = svm.minimumBalanceForRentExemption(NONCE_BYTES);
  const create: RawInstruction = {
    program: programs.SYSTEM,
    accounts: [
      [FUNDER, 'ws'],
      [NONCE, 'ws'],
    ],
    data: concatBytes(u32(0), u64(rent), u64(NONCE_BYTES), programs.SYSTEM),
  };
  const initialise: RawInstruction = {
    program: programs.SYSTEM,
    accounts: [
      [NONCE, 'w'],
      [programs.RECENT_BLOCKHASHES, ''],
      [programs.RENT, ''],
    ],
    data: concatBytes(u32(6), dao),
  };
  sendAs(svm, [create, initialise, pay(FUNDER, dao, 10n * SOL)], [SECRETS.funder, SECRETS.nonce]);
}

function sendAs(svm: LiteSvm, instructions: RawInstruction[], secrets: readonly Bytes[]): void {
  const lifetime = fromBase58(svm.latestBlockhash());
  const message = messageBytes(compiled(FUNDER, lifetime, instructions));
  const signatures = secrets.map((secret) => ed25519.sign(message, secret));
  expect(send(svm, message, signatures)).to.equal(null);
}

function fromBase58(text: string): Bytes {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const value = [...text].reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n);
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}

/** A request for this message, with the digests and effects that it has, on a chain whose row allows it. */
function requestFor({ world }: Network, payload: Bytes, effects: readonly Effect[]): Request {
  const { facts } = world;
  facts.row.kinds = 1 << PAYLOAD_KINDS['solana-message'].number;
  const request = {
    ...facts.request,
    kind: PAYLOAD_KINDS['solana-message'].number,
    path: new Uint8Array(32),
    payload,
    digests: [payload],
    effects: [...effects],
  };
  ask(world, request);
  return request;
}

/** A block keeps what it said when it was first proven. */
let nextBlock = 3;

/** What enclaves 1 and 3 sign, or the code that they refuse with. */
async function signed(network: Network, request: Request): Promise<Bytes | string> {
  const pair = [network.nodes[0]!, network.nodes[2]!];
  const block = nextBlock++;
  for (const node of pair) {
    const { refused } = okOf<Result<'sign'>>(
      await sign(network, node, { block, parties: [1, 3], requests: [wireOf(request)] }),
    );
    if (refused) return refused[0]!.code;
  }
  await deliverAll(network);
  const events = pair.map(({ events }) => events.findLast(({ event }) => event === 'signature'));
  const [one, other] = events as Extract<Event, { event: 'signature' }>[];
  expect(one!.signatures).to.deep.equal(other!.signatures);
  return fromHex(one!.signatures[0]!);
}

const rootOf = ({ world }: Network): Bytes => world.facts.key.publicKeyX;

describe('a Solana transfer that a DAO has voted for', () => {
  let svm: LiteSvm;
  let network: Network;
  let dao: Bytes;

  before(async function () {
    this.timeout(60_000);
    const loaded = await liteSvm();
    if (loaded === undefined) {
      this.test!.title += ' [skipped: LiteSVM has no binary for this system]';
      this.skip();
    }
    svm = loaded;
    network = await networkOf(3, 2, 'ed25519');
    await generate(network);
    dao = rootOf(network);
    setUp(svm, dao);
  });

  it('is executed, long after its block is forgotten, and only once', async () => {
    const message = messageBytes(compiled(dao, nonceOf(svm), [advance(dao), pay(dao, ALICE, 3n * SOL)]));
    const { effects } = decodeFor(dao, message);
    const signature = (await signed(network, requestFor(network, message, effects))) as Bytes;
    for (let block = 0; block < 200; block++) svm.expireBlockhash();
    const before = balance(svm, dao);

    expect(send(svm, message, [signature])).to.equal(null);
    expect(balance(svm, ALICE)).to.equal(3n * SOL);
    expect(effects.map(({ amount }) => amount)).to.deep.equal([0n, 3n * SOL, 5_000n]);
    expect(before - balance(svm, dao)).to.equal(effects.reduce((sum, { amount }) => sum + amount, 0n));

    expect(send(svm, message, [signature]), 'again').to.not.equal(null);
    expect(balance(svm, ALICE)).to.equal(3n * SOL);
  });

  it('is not executed with any byte of it changed', async () => {
    svm.expireBlockhash();
    const message = messageBytes(compiled(dao, nonceOf(svm), [advance(dao), pay(dao, ALICE, 1n)]));
    const { effects } = decodeFor(dao, message);
    const signature = (await signed(network, requestFor(network, message, effects))) as Bytes;
    const before = balance(svm, dao);
    let sent = 0;
    for (let at = 0; at < message.length; at++) {
      const bent = Uint8Array.from(message);
      bent[at] = bent[at]! ^ 1;
      if (!isMessage(bent)) continue;
      sent += 1;
      expect(sendsNothing(bent, signature), `byte ${at}`).to.equal(true);
    }
    expect(sent).to.be.greaterThan(180);
    for (let at = 0; at < 64; at++) {
      const bent = Uint8Array.from(signature);
      bent[at] = bent[at]! ^ 1;
      expect(sendsNothing(message, bent), `byte ${at} of the signature`).to.equal(true);
    }
    expect(balance(svm, dao)).to.equal(before);
    expect(send(svm, message, [signature]), 'as it was').to.equal(null);
  });

  // What is none makes LiteSVM's binding abort the process.
  function isMessage(bytes: Bytes): boolean {
    return outcome(() => decodeMessage(bytes)) === 'accepted';
  }

  function sendsNothing(message: Bytes, signature: Bytes): boolean {
    try {
      return send(svm, message, [signature]) !== null;
    } catch {
      return true; // no transaction any more: kit does not read it
    }
  }

  it('is not signed where something else was voted: another amount, recipient, fee, or an end that it has not', async () => {
    const message = messageBytes(compiled(dao, nonceOf(svm), [advance(dao), pay(dao, ALICE, SOL)]));
    const { effects } = decodeFor(dao, message);
    const bends: Record<string, [string, (all: Bendable[]) => unknown]> = {
      amount: ['EFFECT_MISMATCH', (all) => (all[1]!.amount -= 1n)],
      recipient: ['EFFECT_MISMATCH', (all) => (all[1]!.recipient = FUNDER)],
      fee: ['EFFECT_MISMATCH', (all) => (all[2]!.amount -= 1n)],
      end: ['EFFECT_COUNT', (all) => all.shift()],
    };
    for (const [name, [code, bend]] of Object.entries(bends)) {
      const all = structuredClone(effects) as Bendable[];
      bend(all);
      expect(await signed(network, requestFor(network, message, all)), name).to.equal(code);
    }
  });

  it('is not signed where a stranger could end it or keep it alive', async () => {
    const message = messageBytes(compiled(dao, nonceOf(svm), [advance(FUNDER), pay(dao, ALICE, SOL)]));
    expect(await signed(network, requestFor(network, message, []))).to.equal('MESSAGE_NONCE');
  });

  it('costs what its effects say, with a compute budget, and a token account as much rent at most', async () => {
    svm.expireBlockhash();
    makeMint(svm);
    const account = associatedAccount({ wallet: ALICE, program: programs.TOKEN, mint: MINT })!;
    const message = messageBytes(
      compiled(dao, nonceOf(svm), [
        advance(dao),
        { program: programs.COMPUTE_BUDGET, accounts: [], data: concatBytes(Uint8Array.of(2), u32(100_000)) },
        { program: programs.COMPUTE_BUDGET, accounts: [], data: concatBytes(Uint8Array.of(3), u64(12_345n)) },
        openFor(ALICE, account, dao),
      ]),
    );
    const { effects } = decodeFor(dao, message);
    const signature = (await signed(network, requestFor(network, message, effects))) as Bytes;
    const before = balance(svm, dao);
    expect(send(svm, message, [signature])).to.equal(null);
    const [rent, fee] = effects.slice(-2);
    expect(fee!.amount).to.equal(5_000n + 1_235n);
    const spent = before - balance(svm, dao) - fee!.amount;
    expect(spent).to.equal(balance(svm, account));
    expect(Number(spent)).to.be.at.most(Number(rent!.amount)).and.above(1_000_000);
    expect(toHex(rent!.detail)).to.equal(toHex(account));
  });

  it('costs what its effects say where no limit is given, and for signatures that programs check', async () => {
    const checked = new Uint8Array(32).fill(6);
    const [publicKey, signature] = [ed25519.getPublicKey(checked), ed25519.sign(checked, checked)];
    const place = (at: number) => Uint8Array.of(at & 0xff, at >> 8);
    const here = Uint8Array.of(0xff, 0xff);
    const [atKey, atSignature, atMessage] = [16, 48, 112].map(place) as [Bytes, Bytes, Bytes];
    const offsets = concatBytes(atSignature, here, atKey, here, atMessage, place(32), here);
    const check: RawInstruction = {
      program: programs.SIGNATURE_CHECKS[0]!,
      accounts: [],
      data: concatBytes(Uint8Array.of(1, 0), offsets, publicKey, signature, checked),
    };
    const price: RawInstruction = {
      program: programs.COMPUTE_BUDGET,
      accounts: [],
      data: concatBytes(Uint8Array.of(3), u64(1_000_000n)),
    };
    const memo: RawInstruction = { program: programs.MEMO, accounts: [], data: Uint8Array.of(0x78) };
    const feeOf = (instructions: RawInstruction[]): { said: bigint; paid: bigint } => {
      svm.expireBlockhash();
      const message = messageBytes(compiled(FUNDER, fromBase58(svm.latestBlockhash()), instructions));
      const before = balance(svm, FUNDER);
      expect(send(svm, message, [ed25519.sign(message, SECRETS.funder)])).to.equal(null);
      return { said: decodeFor(FUNDER, message).effects.at(-1)!.amount, paid: before - balance(svm, FUNDER) };
    };
    expect(feeOf([check])).to.deep.equal({ said: 10_000n, paid: 10_000n });
    expect(feeOf([memo, price])).to.deep.equal({ said: 208_000n, paid: 208_000n });
    const { said, paid } = feeOf([pay(FUNDER, FUNDER, 0n), memo, price]);
    expect(said >= paid, `${said} ${paid}`).to.equal(true);
  });

  /** > InitializeMint2: decimals, authority, no freeze authority. */
  function makeMint(svm: LiteSvm): void {
    const rent = svm.minimumBalanceForRentExemption(82n);
    const create: RawInstruction = {
      program: programs.SYSTEM,
      accounts: [
        [FUNDER, 'ws'],
        [MINT, 'ws'],
      ],
      data: concatBytes(u32(0), u64(rent), u64(82n), programs.TOKEN),
    };
    const initialise: RawInstruction = {
      program: programs.TOKEN,
      accounts: [[MINT, 'w']],
      data: concatBytes(Uint8Array.of(20, 6), FUNDER, Uint8Array.of(0)),
    };
    sendAs(svm, [create, initialise], [SECRETS.funder, SECRETS.mint]);
  }
});

const openFor = (wallet: Bytes, account: Bytes, payer: Bytes): RawInstruction => ({
  program: programs.ASSOCIATED_TOKEN,
  accounts: [
    [payer, 'ws'],
    [account, 'w'],
    [wallet, ''],
    [MINT, ''],
    [programs.SYSTEM, ''],
    [programs.TOKEN, ''],
  ],
  data: Uint8Array.of(0),
});
