/** What is refused of a Solana message, what is told of it, and each trap that people elsewhere fell into. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { keccak256, solidityPacked, toUtf8Bytes } from 'ethers';
import type { Effect } from '../../../signer/formats/request.ts';
import { EFFECT_KIND_NUMBERS, named } from '../../../signer/formats/schemes.ts';
import { SOLANA_ASSET, solanaToken } from '../../../signer/payload/caip.ts';
import { decodePayload } from '../../../signer/payload/decodePayload.ts';
import { requireConflict } from '../../../signer/payload/requireConflict.ts';
import { base58 } from '../../../signer/payload/solana/base58.ts';
import { conflicts } from '../../../signer/payload/solana/conflicts.ts';
import { associatedAccount } from '../../../signer/payload/solana/derivedAddress.ts';
import { decodeMessage } from '../../../signer/payload/solana/message.ts';
import * as programs from '../../../signer/payload/solana/programs.ts';
import { EVERYTHING } from '../../../signer/payload/solana/solanaEffects.ts';
import { outcome } from '../../proof/support/refusals.ts';
import {
  askedOf,
  compiled,
  decodeFor,
  type Meta,
  messageBytes,
  type RawInstruction,
  type RawMessage,
  u16,
  u32,
  u64,
} from '../support/solana.ts';

type Bytes = Uint8Array;

const keyOf = (seed: number): Bytes => ed25519.getPublicKey(new Uint8Array(32).fill(seed));
const [DAO, ALICE, BOB, MINT, STRANGER, NONCE, UNKNOWN] = [1, 2, 3, 4, 5, 6, 7].map(keyOf) as [
  Bytes,
  Bytes,
  Bytes,
  Bytes,
  Bytes,
  Bytes,
  Bytes,
];
const LIFETIME = new Uint8Array(32).fill(0x77);
const DAO_TOKENS = associatedAccount({ wallet: DAO, program: programs.TOKEN, mint: MINT })!;

const pay = (to: Bytes, lamports: bigint, from = DAO): RawInstruction => ({
  program: programs.SYSTEM,
  accounts: [
    [from, 'ws'],
    [to, 'w'],
  ],
  data: concatBytes(u32(2), u64(lamports)),
});
const advance = (authority = DAO, data: Bytes = u32(4), rights: Meta[1] = 'w'): RawInstruction => ({
  program: programs.SYSTEM,
  accounts: [
    [NONCE, rights],
    [programs.RECENT_BLOCKHASHES, ''],
    [authority, 's'],
  ],
  data,
});
const budget = (...data: Bytes[]): RawInstruction => ({
  program: programs.COMPUTE_BUDGET,
  accounts: [],
  data: concatBytes(...data),
});
const limit = (units: number) => budget(Uint8Array.of(2), u32(units));
const price = (micro: bigint) => budget(Uint8Array.of(3), u64(micro));
const tokens = (amount: bigint, bend: Partial<RawInstruction> = {}): RawInstruction => ({
  program: programs.TOKEN,
  accounts: [
    [DAO_TOKENS, 'w'],
    [MINT, ''],
    [BOB, 'w'],
    [DAO, 's'],
  ],
  data: concatBytes(Uint8Array.of(12), u64(amount), Uint8Array.of(6)),
  ...bend,
});
const open = (wallet: Bytes, account: Bytes, payer = DAO, program: Bytes = programs.TOKEN): RawInstruction => ({
  program: programs.ASSOCIATED_TOKEN,
  accounts: [
    [payer, 'ws'],
    [account, 'w'],
    [wallet, ''],
    [MINT, ''],
    [programs.SYSTEM, ''],
    [program, ''],
  ],
  data: Uint8Array.of(1),
});
const unknown = (accounts: Meta[]): RawInstruction => ({ program: UNKNOWN, accounts, data: Uint8Array.of(9, 8, 7) });

function raw(instructions: RawInstruction[], bend: (message: RawMessage) => unknown = () => undefined): Bytes {
  const message = compiled(DAO, LIFETIME, instructions);
  bend(message);
  return messageBytes(message);
}

const refusal = (payload: Bytes, key = DAO): string => outcome(() => decodeFor(key, payload));
const effects = (payload: Bytes, key = DAO): readonly Effect[] => decodeFor(key, payload).effects;
const told = (payload: Bytes, key = DAO): string[] =>
  effects(payload, key).map(({ kind, recipient, amount }) =>
    `${named(EFFECT_KIND_NUMBERS, kind)} ${base58(recipient.subarray(0, 32))} ${amount}`.replace('  ', ' '),
  );
const kinds = (payload: Bytes): (string | undefined)[] =>
  effects(payload).map(({ kind }) => named(EFFECT_KIND_NUMBERS, kind));

describe('a Solana message', () => {
  it('is its own digest, signed by the root key without a tweak', () => {
    const payload = raw([pay(ALICE, 1n)]);
    const { messages, tweaks, verifyingKey } = decodeFor(DAO, payload);
    expect(messages).to.deep.equal([payload]);
    expect(tweaks).to.deep.equal([]);
    expect(verifyingKey).to.deep.equal(DAO);
  });

  it('pays SOL and its fee, to the last field of each effect', () => {
    const none = { asset: SOLANA_ASSET, detail: new Uint8Array(32) };
    expect(effects(raw([pay(ALICE, 5n)]))).to.deep.equal([
      { ...none, kind: 1, recipient: ALICE, amount: 5n },
      { ...none, kind: 2, recipient: new Uint8Array(), amount: 5_000n },
    ]);
  });

  it('names assets by CAIP-19', () => {
    const id = (text: string) => keccak256(toUtf8Bytes(`solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/${text}`));
    expect(`0x${bytesToHex(SOLANA_ASSET)}`).to.equal(id('slip44:501'));
    expect(`0x${bytesToHex(solanaToken(MINT))}`).to.equal(id(`token:${base58(MINT)}`));
  });

  it('is the same in version 0', () => {
    const legacy = effects(raw([pay(ALICE, 5n)]));
    expect(effects(raw([pay(ALICE, 5n)], (message) => (message.version = 0)))).to.deep.equal(legacy);
  });

  it('names a call by its program, the beginning of its data, and a hash of all that it is given', () => {
    const [call] = effects(
      raw([
        unknown([
          [ALICE, 'w'],
          [BOB, ''],
        ]),
      ]),
    );
    const account = (key: Bytes, rights: number) => keccak256(solidityPacked(['bytes32', 'uint8'], [key, rights]));
    const accounts = keccak256(solidityPacked(['bytes32', 'bytes32'], [account(ALICE, 2), account(BOB, 0)]));
    const data = keccak256(Uint8Array.of(9, 8, 7));
    expect(call).to.deep.equal({
      kind: 3,
      asset: SOLANA_ASSET,
      recipient: concatBytes(UNKNOWN, Uint8Array.of(9, 8, 7)),
      amount: 0n,
      detail: Uint8Array.from(
        Buffer.from(
          keccak256(solidityPacked(['bytes32', 'bytes32', 'bytes32'], [UNKNOWN, accounts, data])).slice(2),
          'hex',
        ),
      ),
    });
  });

  it('tells calls apart by rights, order and data', () => {
    const details = [
      unknown([
        [ALICE, 'w'],
        [BOB, ''],
      ]),
      unknown([
        [ALICE, ''],
        [BOB, ''],
      ]),
      unknown([
        [BOB, ''],
        [ALICE, 'w'],
      ]),
      unknown([[ALICE, 'w']]),
      {
        ...unknown([
          [ALICE, 'w'],
          [BOB, ''],
        ]),
        data: Uint8Array.of(9, 8, 6),
      },
    ].map((each) => bytesToHex(effects(raw([each]))[0]!.detail));
    expect(new Set(details).size).to.equal(5);
  });

  it('says who disposes of what: roles and accounts make details', () => {
    const set = (type: number, account: Bytes): RawInstruction => ({
      program: programs.TOKEN,
      accounts: [
        [account, 'w'],
        [DAO, 's'],
      ],
      data: concatBytes(Uint8Array.of(6, type, 1), BOB),
    });
    const all = [set(0, MINT), set(1, MINT), set(2, DAO_TOKENS), set(3, DAO_TOKENS), set(3, ALICE)].map(
      (each) => effects(raw([each]))[0]!,
    );
    expect(all.every(({ kind, recipient }) => kind === 201 && bytesToHex(recipient) === bytesToHex(BOB))).to.equal(
      true,
    );
    expect(new Set(all.map(({ detail }) => bytesToHex(detail))).size).to.equal(5);
    const [role, terms] = [keccak256(toUtf8Bytes('owner')), keccak256(new Uint8Array())];
    expect(`0x${bytesToHex(all[2]!.detail)}`).to.equal(
      keccak256(solidityPacked(['bytes32', 'bytes32', 'bytes32'], [role, DAO_TOKENS, terms])),
    );
    expect(told(raw([set(4, MINT)]))[0]).to.equal(`call ${base58(programs.TOKEN)} ${EVERYTHING}`);
  });

  it('has at most 63 effects and its fee', () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ ...unknown([]), data: new Uint8Array() }));
    expect(effects(raw(many(63)))).to.have.length(64);
    expect(refusal(raw(many(64)))).to.equal('MESSAGE_COUNT');
    expect(refusal(raw(many(65)))).to.equal('MESSAGE_COUNT');
  });

  it('may have no instruction at all: then it costs its fee', () => {
    expect(told(raw([]))).to.deep.equal(['fee 5000']);
  });
});

describe('a Solana message is refused', () => {
  const good = [pay(ALICE, 1n), tokens(5n)];

  it('for a path: an Ed25519 key has no derived keys', () => {
    const asked = askedOf(DAO, raw(good));
    asked.request.path[31] = 1;
    expect(outcome(() => decodePayload('ed25519', 2, asked))).to.equal('PATH_NOT_EMPTY');
  });

  it('for a root key that is no point, or of another prefix', () => {
    const asked = askedOf(new Uint8Array(32).fill(0xff), raw(good));
    expect(outcome(() => decodePayload('ed25519', 2, asked))).to.equal('PUBLIC_KEY_INVALID');
    const other = { ...askedOf(DAO, raw(good)), publicKey: { prefix: 2, x: DAO } };
    expect(outcome(() => decodePayload('ed25519', 2, other))).to.equal('PUBLIC_KEY_INVALID');
  });

  it('where the key does not sign', () => {
    expect(refusal(raw(good), STRANGER)).to.equal('MESSAGE_NOT_OWN');
    expect(refusal(raw([pay(STRANGER, 1n)]), STRANGER)).to.equal('MESSAGE_NOT_OWN');
  });

  it('over the size of a packet, with all of its signatures', () => {
    const memo = (length: number): RawInstruction => ({
      program: programs.MEMO,
      accounts: [],
      data: new Uint8Array(length).fill(0x61),
    });
    const length = raw([memo(900)]).length - 900;
    expect(refusal(raw([memo(1167 - length)]))).to.equal('accepted');
    expect(refusal(raw([memo(1168 - length)]))).to.equal('PAYLOAD_TOO_LARGE');
    const two = (bytes: number) => raw([memo(bytes), pay(BOB, 1n, ALICE)]);
    const rest = two(900).length - 900;
    expect(refusal(two(1167 - 64 - rest))).to.equal('accepted');
    expect(refusal(two(1168 - 64 - rest))).to.equal('PAYLOAD_TOO_LARGE');
  });

  const bends: Record<string, [string, (message: RawMessage) => unknown]> = {
    'without a signer': ['MESSAGE_HEADER', ({ header }) => (header[0] = 0)],
    'with a fee payer that is read-only': ['MESSAGE_HEADER', ({ header }) => (header[1] = 1)],
    'with more signers than accounts': ['MESSAGE_HEADER', ({ header }) => (header[0] = 10)],
    'with more read-only accounts than there are': ['MESSAGE_HEADER', ({ header }) => (header[2] = 10)],
    'with an account twice': ['MESSAGE_ACCOUNT_REPEATED', ({ keys }) => (keys[1] = keys[0]!)],
    'that calls its fee payer': ['MESSAGE_MALFORMED', ({ instructions }) => (instructions[0]!.program = 0)],
    'that calls what is not there': ['MESSAGE_MALFORMED', ({ instructions }) => (instructions[0]!.program = 99)],
    'that lists what is not there': ['MESSAGE_MALFORMED', ({ instructions }) => (instructions[0]!.accounts[1] = 99)],
    'with a byte at its end': ['MESSAGE_MALFORMED', (message) => (message.trailing = Uint8Array.of(0))],
    'with a lookup table': [
      'MESSAGE_LOOKUP_TABLE',
      (message) => Object.assign(message, { version: 0, tables: concatBytes(u16(1), ALICE, u16(1), u16(0), u16(0)) }),
    ],
    'with an account of a lookup table': [
      'MESSAGE_LOOKUP_TABLE',
      (message) => {
        message.instructions[0]!.accounts[1] = message.keys.length;
        Object.assign(message, { version: 0, tables: concatBytes(u16(1), ALICE, u16(1), Uint8Array.of(7), u16(0)) });
      },
    ],
  };
  for (const [name, [code, bend]] of Object.entries(bends))
    it(name, () => expect(refusal(raw(good, bend))).to.equal(code));

  it('of any other version', () => {
    const payload = raw(good, (message) => (message.version = 0));
    for (let version = 1; version < 128; version++) {
      payload[0] = 0x80 + version;
      expect(refusal(payload)).to.equal('MESSAGE_VERSION');
    }
  });

  it('cut off anywhere', () => {
    const payload = raw(good, (message) => (message.version = 0));
    for (let length = 0; length < payload.length; length++)
      expect(refusal(payload.slice(0, length)), `${length}`).to.equal('MESSAGE_MALFORMED');
  });
});

describe('the forms of instructions', () => {
  const callOf = (program: Bytes, amount = EVERYTHING) => `call ${base58(program)} ${amount}`;

  it('want the accounts of the chain that they name, and no other in their place', () => {
    const withdraw = (blocks: Bytes, rent: Bytes): RawInstruction => ({
      program: programs.SYSTEM,
      accounts: [
        [NONCE, 'w'],
        [ALICE, 'w'],
        [blocks, ''],
        [rent, ''],
        [DAO, 's'],
      ],
      data: concatBytes(u32(5), u64(9n)),
    });
    const [paid] = effects(raw([withdraw(programs.RECENT_BLOCKHASHES, programs.RENT)]));
    expect(paid).to.deep.include({ kind: 1, recipient: ALICE, amount: 9n, detail: NONCE });
    expect(told(raw([withdraw(programs.RENT, programs.RECENT_BLOCKHASHES)]))[0]).to.equal(callOf(programs.SYSTEM));
    expect(told(raw([withdraw(STRANGER, programs.RENT)]))[0]).to.equal(callOf(programs.SYSTEM));
  });

  const seed = utf8ToBytes('stake:0');
  type Seeded = { base: Bytes; seed: Bytes; account: Bytes; length: bigint; accounts: Meta[] };
  const derived = (base: Bytes, text: Bytes) => sha256(concatBytes(base, text, UNKNOWN));
  const withSeed = (bend: Partial<Seeded> = {}): RawInstruction => {
    const text = bend.seed ?? seed;
    const account = bend.account ?? derived(bend.base ?? DAO, text);
    return {
      program: programs.SYSTEM,
      accounts: bend.accounts ?? [
        [DAO, 'ws'],
        [account, 'w'],
      ],
      data: concatBytes(
        ...[u32(3), bend.base ?? DAO, u64(bend.length ?? BigInt(text.length)), text],
        ...[u64(9n), u64(200n), UNKNOWN],
      ),
    };
  };

  it('take an account with a seed where its address follows from base, seed and owner', () => {
    const account = derived(DAO, seed);
    const made = [`transfer ${base58(account)} 9`, `authority ${base58(UNKNOWN)} 0`, 'fee 5000'];
    expect(told(raw([withSeed()]))).to.deep.equal(made);
    const other = derived(ALICE, seed);
    const based = (rights: Meta[1]): RawInstruction =>
      withSeed({
        base: ALICE,
        accounts: [
          [DAO, 'ws'],
          [other, 'w'],
          [ALICE, rights],
        ],
      });
    expect(told(raw([based('s')])).slice(0, 1)).to.deep.equal([`transfer ${base58(other)} 9`]);
    expect(told(raw([based('')]))[0], 'base does not sign').to.equal(callOf(programs.SYSTEM));
    const long = new Uint8Array(33).fill(0x61);
    for (const [name, bend] of Object.entries<Partial<Seeded>>({
      'another address': { account: STRANGER },
      'another base than the payer': { base: ALICE },
      'another length of the seed': { length: 6n },
      'a longer seed than there may be': { seed: long },
      'a payer who does not sign': {
        accounts: [
          [BOB, 'w'],
          [account, 'w'],
        ],
      },
    }))
      expect(told(raw([withSeed(bend), pay(ALICE, 1n)]))[0], name).to.match(/^call /);
  });

  it('take the number that says whether there is a new authority, and none that says otherwise', () => {
    const set = (...data: (number | Bytes)[]): RawInstruction => ({
      program: programs.TOKEN,
      accounts: [
        [MINT, 'w'],
        [DAO, 's'],
      ],
      data: concatBytes(...data.map((each) => (typeof each === 'number' ? Uint8Array.of(each) : each))),
    });
    expect(told(raw([set(6, 0, 1, BOB)]))[0]).to.equal(`authority ${base58(BOB)} 0`);
    expect(told(raw([set(6, 0, 0)]))[0]).to.equal('authority 0');
    for (const each of [set(6, 0, 0, BOB), set(6, 0, 2, BOB), set(6, 0, 1), set(6, 0, 2)])
      expect(told(raw([each]))[0]).to.equal(callOf(programs.TOKEN));
  });

  it('take an approval that names its mint at its most, and one that does not as a call', () => {
    const approve = (account: Bytes): RawInstruction => ({
      program: programs.TOKEN,
      accounts: [
        [account, 'w'],
        [MINT, ''],
        [BOB, ''],
        [DAO, 's'],
      ],
      data: concatBytes(Uint8Array.of(13), u64(2n ** 64n - 1n), Uint8Array.of(6)),
    });
    const own = { kind: 4, asset: solanaToken(MINT), recipient: BOB, amount: EVERYTHING, detail: new Uint8Array(32) };
    expect(effects(raw([approve(DAO_TOKENS)]))[0]).to.deep.equal(own);
    expect(effects(raw([approve(STRANGER)]))[0]).to.deep.equal({ ...own, detail: STRANGER });
    const bare = { ...approve(DAO_TOKENS), data: concatBytes(Uint8Array.of(4), u64(1n)) };
    bare.accounts = bare.accounts.filter(([key]) => key !== MINT);
    expect(told(raw([bare]))[0]).to.equal(callOf(programs.TOKEN));
  });

  it('take a memo for which somebody signs who does not as a call', () => {
    const memo = (rights: Meta[1]): RawInstruction => ({
      program: programs.MEMO,
      accounts: [[ALICE, rights]],
      data: utf8ToBytes('x'),
    });
    expect(kinds(raw([memo('s')]))).to.deep.equal(['memo', 'fee']);
    expect(kinds(raw([memo('')]))).to.deep.equal(['call', 'fee']);
  });

  it('read stakes: who disposes of them, until when, and what is withdrawn', () => {
    const stake = (data: Bytes, ...accounts: Meta[]): RawInstruction => ({ program: programs.STAKE, accounts, data });
    const [clock, history] = [
      [programs.CLOCK, ''],
      [programs.STAKE_HISTORY, ''],
    ] as const;
    const initialise = (lockup: Bytes) =>
      stake(concatBytes(u32(0), ALICE, BOB, lockup), [NONCE, 'w'], [programs.RENT, '']);
    const none = new Uint8Array(48);
    expect(told(raw([initialise(none)]))).to.deep.equal([
      ...[`authority ${base58(ALICE)} 0`, `authority ${base58(BOB)} 0`, 'fee 5000'],
    ]);
    const locked = concatBytes(u64(1n), u64(0n), STRANGER);
    expect(told(raw([initialise(locked)]))[2]).to.equal(`authority ${base58(STRANGER)} 0`);
    const authorise = (role: number) => stake(concatBytes(u32(1), BOB, u32(role)), [NONCE, 'w'], clock, [DAO, 's']);
    expect(told(raw([authorise(0)]))[0]).to.equal(`authority ${base58(BOB)} 0`);
    expect(effects(raw([authorise(0)]))[0]).to.not.deep.equal(effects(raw([authorise(1)]))[0]);
    expect(told(raw([authorise(2)]))[0]).to.equal(callOf(programs.STAKE));
    const withdraw = stake(concatBytes(u32(4), u64(7n)), [NONCE, 'w'], [BOB, 'w'], clock, history, [DAO, 's']);
    expect(effects(raw([withdraw]))[0]).to.deep.include({ kind: 1, recipient: BOB, amount: 7n, detail: NONCE });
    const split = stake(concatBytes(u32(3), u64(7n)), [NONCE, 'w'], [BOB, 'w'], [DAO, 's']);
    expect(told(raw([split]))[0]).to.equal(callOf(programs.STAKE));
  });

  it('give nonce accounts another authority', () => {
    const authorise: RawInstruction = {
      program: programs.SYSTEM,
      accounts: [
        [NONCE, 'w'],
        [DAO, 's'],
      ],
      data: concatBytes(u32(7), BOB),
    };
    expect(told(raw([authorise]))[0]).to.equal(`authority ${base58(BOB)} 0`);
  });

  it('call a program with the rights that the header gives, to the last account', () => {
    const accounts: Meta[] = [
      [DAO, 'ws'],
      [ALICE, 'ws'],
      [BOB, 's'],
      [STRANGER, 'w'],
      [MINT, ''],
    ];
    const rights = accounts.map(([key, right]) =>
      keccak256(
        solidityPacked(['bytes32', 'uint8'], [key, (right.includes('s') ? 1 : 0) + (right.includes('w') ? 2 : 0)]),
      ),
    );
    const hash = keccak256(
      solidityPacked(
        ['bytes32', 'bytes32', 'bytes32'],
        [
          UNKNOWN,
          keccak256(
            solidityPacked(
              rights.map(() => 'bytes32'),
              rights,
            ),
          ),
          keccak256(Uint8Array.of(9, 8, 7)),
        ],
      ),
    );
    expect(`0x${bytesToHex(effects(raw([unknown(accounts)]))[0]!.detail)}`).to.equal(hash);
  });

  it('count no more read-only accounts than there are, to the last', () => {
    const most = compiled(DAO, LIFETIME, [pay(ALICE, 1n)]);
    const others = most.keys.length - most.header[0];
    expect(refusal(raw([pay(ALICE, 1n)], ({ header }) => (header[2] = others)))).to.equal('accepted');
    expect(refusal(raw([pay(ALICE, 1n)], ({ header }) => (header[2] = others + 1)))).to.equal('MESSAGE_HEADER');
  });
});

describe('traps that others fell into', () => {
  it('T37 durable nonce: it has no end, which is an effect, and nobody but the key ends it', () => {
    const payload = raw([advance(), pay(ALICE, 1n)]);
    const [first] = effects(payload);
    expect(first).to.deep.include({ kind: 200, recipient: NONCE, amount: 0n, detail: new Uint8Array(32) });
    expect(refusal(raw([advance(STRANGER), pay(ALICE, 1n)]))).to.equal('MESSAGE_NONCE');
    expect(kinds(raw([pay(ALICE, 1n), advance(STRANGER)]))).to.deep.equal(['transfer', 'instruction', 'fee']);
  });

  it('T37 durable nonce: what the runtime takes for one is never called something else', () => {
    expect(refusal(raw([advance(DAO, concatBytes(u32(4), Uint8Array.of(0)))]))).to.equal('MESSAGE_NONCE');
    expect(refusal(raw([advance(DAO, u32(4), '')]))).to.equal('MESSAGE_NONCE');
    const two = { ...advance(), accounts: advance().accounts.slice(0, 2) };
    expect(refusal(raw([two]))).to.equal('MESSAGE_NONCE');
    const more = { ...advance(), accounts: [...advance().accounts, [ALICE, '']] as Meta[] };
    expect(refusal(raw([more]))).to.equal('MESSAGE_NONCE');
  });

  it('T38 a proposal of a multisig is approved by a call that no cap lets through', () => {
    expect(
      told(
        raw([
          unknown([
            [ALICE, 'w'],
            [DAO, 's'],
          ]),
        ]),
      )[0],
    ).to.equal(`call ${base58(UNKNOWN)} ${EVERYTHING}`);
  });

  it('T39 lookup tables are refused whatever is in them', () => {
    const empty = (message: RawMessage) =>
      Object.assign(message, { version: 0, tables: concatBytes(u16(1), ALICE, u16(0), u16(0)) });
    expect(refusal(raw([pay(ALICE, 1n)], empty))).to.equal('MESSAGE_LOOKUP_TABLE');
  });

  it('T40 a program that is lent the signature can take everything; one that is not cannot', () => {
    expect(told(raw([unknown([[DAO, 'ws']])]))).to.deep.equal([`call ${base58(UNKNOWN)} ${EVERYTHING}`, 'fee 5000']);
    expect(told(raw([unknown([[ALICE, 'w']])]))).to.deep.equal([`call ${base58(UNKNOWN)} 0`, 'fee 5000']);
  });

  it('T41 the own account is never given away, and others only as an authority', () => {
    const assign = (account: Bytes): RawInstruction => ({
      program: programs.SYSTEM,
      accounts: [[account, 'ws']],
      data: concatBytes(u32(1), UNKNOWN),
    });
    const allocate: RawInstruction = {
      program: programs.SYSTEM,
      accounts: [[DAO, 'ws']],
      data: concatBytes(u32(8), u64(1n)),
    };
    const create = (account: Bytes): RawInstruction => ({
      program: programs.SYSTEM,
      accounts: [
        [ALICE, 'ws'],
        [account, 'ws'],
      ],
      data: concatBytes(u32(0), u64(9n), u64(80n), UNKNOWN),
    });
    for (const each of [assign(DAO), allocate, create(DAO)])
      expect(refusal(raw([each]))).to.equal('MESSAGE_OWN_ACCOUNT');
    expect(told(raw([assign(ALICE)]))[0]).to.equal(`authority ${base58(UNKNOWN)} 0`);
    expect(told(raw([create(BOB)])).slice(0, 2)).to.deep.equal([
      `transfer ${base58(BOB)} 9`,
      `authority ${base58(UNKNOWN)} 0`,
    ]);
  });

  it('T42 a transfer that does not name its mint is a call; one that does credits a token account', () => {
    const bare = tokens(5n, { data: concatBytes(Uint8Array.of(3), u64(5n)) });
    bare.accounts.splice(1, 1);
    expect(told(raw([bare]))[0]).to.equal(`call ${base58(programs.TOKEN)} ${EVERYTHING}`);
    const [sent] = effects(raw([tokens(5n)]));
    expect(sent).to.deep.equal({
      ...{ kind: 1, asset: solanaToken(MINT), recipient: BOB, amount: 5n },
      detail: new Uint8Array(32),
    });
  });

  it('T42 a wallet is named for a token account only where the address follows from it', () => {
    const account = associatedAccount({ wallet: ALICE, program: programs.TOKEN, mint: MINT })!;
    const [made] = effects(raw([open(ALICE, account)]));
    expect(made).to.deep.include({ kind: 202, recipient: ALICE, amount: 2_039_280n, detail: account });
    expect(refusal(raw([open(STRANGER, account)]))).to.equal('MESSAGE_DERIVATION');
    expect(refusal(raw([open(ALICE, account, DAO, programs.TOKEN_2022)]))).to.equal('MESSAGE_DERIVATION');
    expect(effects(raw([open(ALICE, account, STRANGER)]))[0]?.amount).to.equal(0n);
    const newer = associatedAccount({ wallet: ALICE, program: programs.TOKEN_2022, mint: MINT })!;
    const [more] = effects(raw([open(ALICE, newer, DAO, programs.TOKEN_2022)]));
    expect(more).to.deep.include({ kind: 202, recipient: ALICE, amount: 2_282_880n, detail: newer });
  });

  it('T43 accounts beyond the form, as hooks and multisigs have them, make it a call', () => {
    const extra = tokens(5n, { program: programs.TOKEN_2022 });
    extra.accounts.push([ALICE, '']);
    expect(told(raw([extra]))[0]).to.equal(`call ${base58(programs.TOKEN_2022)} ${EVERYTHING}`);
    const withFee = tokens(5n, {
      program: programs.TOKEN_2022,
      data: concatBytes(Uint8Array.of(26, 1), u64(500n), Uint8Array.of(6), u64(5n)),
    });
    expect(told(raw([withFee]))[0]).to.equal(`transfer ${base58(BOB)} 500`);
  });

  it('T44 what is no transaction is not signed as one: off-chain messages, text, signed transactions', () => {
    expect(refusal(concatBytes(Uint8Array.of(0xff), utf8ToBytes('solana offchain'), new Uint8Array(40)))).to.equal(
      'MESSAGE_VERSION',
    );
    expect(refusal(utf8ToBytes('Please sign in to example.org'))).to.equal('MESSAGE_MALFORMED');
    const signed = concatBytes(u16(1), new Uint8Array(64), raw([pay(ALICE, 1n)]));
    expect(refusal(signed)).not.to.equal('accepted');
    for (
      let seed = 0;
      seed < 100;
      seed++ // what a new key signs to become active has 32 bytes
    )
      expect(refusal(keyOf(seed))).not.to.equal('accepted');
  });

  it('T45 lengths in a longer form than they need are refused, each of them', () => {
    const payload = raw([pay(ALICE, 1n)]);
    const at = { keys: 3, instructions: 4 + 3 * 32 + 32 };
    for (const place of [at.keys, at.instructions, at.instructions + 2, at.instructions + 5]) {
      const value = payload[place]!;
      const long = (tail: number[]) =>
        concatBytes(payload.slice(0, place), Uint8Array.from(tail), payload.slice(place + 1));
      for (const tail of [
        [value | 0x80, 0],
        [value | 0x80, 0x80, 0],
        [value | 0x80, 0x80, 4],
      ])
        expect(refusal(long(tail)), `${place} ${tail}`).to.equal('MESSAGE_MALFORMED');
    }
  });

  it('T46 a fee is computed from all that is charged for, once', () => {
    const feeOf = (...instructions: RawInstruction[]) => effects(raw(instructions)).at(-1)!.amount;
    expect(feeOf(pay(ALICE, 1n), limit(1_000), price(1_000_000n))).to.equal(6_000n);
    expect(feeOf(pay(ALICE, 1n), limit(1), price(1n)), 'rounded up').to.equal(5_001n);
    expect(feeOf(pay(ALICE, 1n), price(1_000_000n)), 'no limit given').to.equal(208_000n);
    expect(feeOf(pay(ALICE, 1n), pay(ALICE, 2n), price(1_000_000n))).to.equal(408_000n);
    expect(feeOf(pay(ALICE, 1n), limit(4_000_000_000), price(1_000_000n)), 'clamped').to.equal(1_405_000n);
    expect(feeOf(pay(ALICE, 1n), limit(1_400_000), price(2n ** 64n - 1n))).to.equal(
      5_000n + ((2n ** 64n - 1n) * 1_400_000n + 999_999n) / 1_000_000n,
    );
    for (const program of programs.SIGNATURE_CHECKS)
      expect(feeOf({ program, accounts: [], data: Uint8Array.of(3) })).to.equal(20_000n);
    for (const bad of [
      [limit(1), limit(1)],
      [price(1n), price(2n)],
      [budget(Uint8Array.of(3), u64(1n), Uint8Array.of(0))],
      [budget(Uint8Array.of(3), u32(1))],
      [budget(Uint8Array.of(0), u64(1n))],
      [budget(Uint8Array.of(9))],
      [budget()],
    ])
      expect(refusal(raw([pay(ALICE, 1n), ...bad]))).to.equal('MESSAGE_BUDGET');
  });

  it('several signers: whose money leaves is said, and all who have to sign', () => {
    const payload = raw([pay(BOB, 7n, ALICE), pay(BOB, 8n)]);
    const both = keccak256(solidityPacked(['bytes32', 'bytes32'], [DAO, ALICE]));
    const [alices, daos, fee] = effects(payload);
    expect(alices).to.deep.include({ amount: 7n, detail: ALICE });
    expect(daos).to.deep.include({ amount: 8n, detail: new Uint8Array(32) });
    expect(fee?.amount).to.equal(10_000n);
    expect(`0x${bytesToHex(fee!.detail)}`).to.equal(both);
    const [hers, his, paid] = effects(payload, ALICE);
    expect(hers).to.deep.include({ detail: new Uint8Array(32) });
    expect(his).to.deep.include({ detail: DAO });
    expect(`0x${bytesToHex(paid!.detail)}`).to.equal(both);
  });

  it('a signer who has nothing to do in it, and could only keep it back, is in the fee', () => {
    const idle = raw([pay(BOB, 8n)], (message) => {
      message.keys.splice(1, 0, STRANGER);
      message.header[0] = 2;
      for (const each of message.instructions) {
        each.program += 1;
        each.accounts = each.accounts.map((at) => (at === 0 ? 0 : at + 1));
      }
    });
    const [, fee] = effects(idle);
    expect(effects(idle)[0]).to.deep.equal(effects(raw([pay(BOB, 8n)]))[0]);
    expect(fee?.detail).to.not.deep.equal(new Uint8Array(32));
  });

  it('what a mandate leaves to its executor changes no effect, and what changes the deed does', () => {
    const transferred = (from: Bytes) =>
      effects(raw([tokens(5n, { accounts: [[from, 'w'], ...tokens(5n).accounts.slice(1)] })]))[0]!.detail;
    expect(transferred(DAO_TOKENS)).to.deep.equal(new Uint8Array(32));
    expect(transferred(STRANGER), 'an account that is not the own one').to.deep.equal(STRANGER);
    const create = (space: bigint): RawInstruction => ({
      program: programs.SYSTEM,
      accounts: [
        [DAO, 'ws'],
        [ALICE, 'ws'],
      ],
      data: concatBytes(u32(0), u64(9n), u64(space), UNKNOWN),
    });
    const details = (...all: RawInstruction[]) =>
      all.map((each) =>
        effects(raw([each]))
          .map(({ detail }) => bytesToHex(detail))
          .join(),
      );
    const initialise = (mint: Bytes): RawInstruction => ({
      program: programs.TOKEN,
      accounts: [
        [ALICE, 'w'],
        [mint, ''],
      ],
      data: concatBytes(Uint8Array.of(18), DAO),
    });
    const stake = (time: bigint, epoch: bigint): RawInstruction => ({
      program: programs.STAKE,
      accounts: [
        [ALICE, 'w'],
        [programs.RENT, ''],
      ],
      data: concatBytes(u32(0), DAO, DAO, u64(time), u64(epoch), BOB),
    });
    const all = [
      create(80n),
      create(81n),
      initialise(MINT),
      initialise(BOB),
      stake(1n, 0n),
      stake(0n, 1n),
      stake(2n, 0n),
    ];
    expect(new Set(details(...all)).size).to.equal(all.length);
    const close = (account: Bytes): RawInstruction => ({
      program: programs.TOKEN,
      accounts: [
        [account, 'w'],
        [BOB, 'w'],
        [DAO, 's'],
      ],
      data: Uint8Array.of(9),
    });
    expect(new Set(details(close(DAO_TOKENS), close(STRANGER))).size).to.equal(2);
    const nonces = [LIFETIME, new Uint8Array(32).fill(1)].map((lifetime) =>
      effects(messageBytes(compiled(DAO, lifetime, [advance(), pay(ALICE, 1n)]))),
    );
    expect(nonces[0]).to.deep.equal(nonces[1]);
  });

  it('a closed token account gives whatever is in it, unless it returns to the key', () => {
    const close = (to: Bytes): RawInstruction => ({
      program: programs.TOKEN,
      accounts: [
        [DAO_TOKENS, 'w'],
        [to, 'w'],
        [DAO, 's'],
      ],
      data: Uint8Array.of(9),
    });
    expect(told(raw([close(BOB)])).slice(0, 2)).to.deep.equal([
      `transfer ${base58(BOB)} ${EVERYTHING}`,
      `instruction ${base58(programs.TOKEN)} 0`,
    ]);
    expect(told(raw([close(DAO)]))[0]).to.equal(`instruction ${base58(programs.TOKEN)} 0`);
  });

  it('a memo, by which exchanges credit, is an effect; one that is no text is refused', () => {
    const memo = (data: Bytes): RawInstruction => ({ program: programs.MEMO, accounts: [[DAO, 's']], data });
    const [said] = effects(raw([memo(utf8ToBytes('deposit 4711'))]));
    expect(said?.kind).to.equal(203);
    expect(`0x${bytesToHex(said!.detail)}`).to.equal(keccak256(toUtf8Bytes('deposit 4711')));
    for (const bad of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]])
      expect(refusal(raw([memo(Uint8Array.from(bad))]))).to.equal('MESSAGE_MEMO');
  });

  it('an instruction is understood in one form only: a byte more, a byte less, a signer less make it a call', () => {
    const call = `call ${base58(programs.SYSTEM)} ${EVERYTHING}`;
    for (const data of [concatBytes(u32(2), u64(1n), Uint8Array.of(0)), concatBytes(u32(2), u64(1n)).slice(0, 11)])
      expect(told(raw([{ ...pay(ALICE, 1n), data }]))[0]).to.equal(call);
    const unsigned = tokens(5n, { accounts: tokens(5n).accounts.map(([each]) => [each, ''] as const) });
    expect(told(raw([{ ...unsigned, accounts: [...unsigned.accounts.slice(0, 3), [ALICE, '']] }]))[0]).to.equal(
      `call ${base58(programs.TOKEN)} 0`,
    );
  });
});

describe('a replacement of a Solana message', () => {
  const message = (instructions: RawInstruction[], lifetime = LIFETIME) =>
    decodeMessage(messageBytes(compiled(DAO, lifetime, instructions)));
  const first = message([advance(), pay(ALICE, 1n)]);

  it('advances the same account, under the same authority, from the same value, first', () => {
    expect(conflicts(first, message([advance(), pay(ALICE, 1n), limit(9)]))).to.equal(true);
    expect(conflicts(first, message([advance()]))).to.equal(true);
  });

  it('is none otherwise', () => {
    const other = { ...advance(), accounts: [[STRANGER, 'w'], ...advance().accounts.slice(1)] as Meta[] };
    expect(conflicts(first, message([other, pay(ALICE, 1n)])), 'another account').to.equal(false);
    expect(conflicts(first, message([advance(ALICE), pay(ALICE, 1n)])), 'another authority').to.equal(false);
    expect(conflicts(first, message([advance(), pay(ALICE, 1n)], new Uint8Array(32))), 'another value').to.equal(false);
    expect(conflicts(first, message([pay(ALICE, 1n), advance()])), 'not first').to.equal(false);
    const plain = message([pay(ALICE, 1n)]);
    expect(conflicts(plain, plain), 'both of one block').to.equal(false);
  });

  it('is what a request that replaces another has to be', () => {
    const bytes = (instructions: RawInstruction[]) => messageBytes(compiled(DAO, LIFETIME, instructions));
    const stuck = bytes([advance(), pay(ALICE, 1n)]);
    const code = (payload: Bytes, replaced = stuck) => outcome(() => requireConflict(2, replaced, payload));
    expect(code(bytes([advance(), pay(ALICE, 1n), limit(9)]))).to.equal('accepted');
    expect(code(bytes([pay(ALICE, 1n)]))).to.equal('REPLACES_NO_CONFLICT');
    expect(code(stuck, bytes([pay(ALICE, 1n)])), 'a first that runs out').to.equal('REPLACES_NO_CONFLICT');
    expect(code(stuck, stuck.slice(0, -1))).to.equal('REPLACES_MALFORMED');
    expect(code(stuck, Uint8Array.of(0x81, ...stuck.slice(1)))).to.equal('REPLACES_UNSUPPORTED');
  });
});
