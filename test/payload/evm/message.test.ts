/** Texts, sign-ins and raw digests. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { hashMessage as ethersHash, id, keccak256 } from 'ethers';
import fc from 'fast-check';
import { hashMessage } from 'viem';
import { createSiweMessage } from 'viem/siwe';
import { uintWord } from '../../../signer/formats/words.ts';
import { decodeMessage } from '../../../signer/payload/eip191/message.ts';
import { messageWords } from '../../../signer/payload/eip191/messageWords.ts';
import { isShown } from '../../../signer/payload/eip191/text.ts';
import { outcome } from '../../proof/support/refusals.ts';
import { bytesOf, decide, hex, type Shown, shown, utf8 } from '../support/evm.ts';
import { BOB } from '../support/evmPayloads.ts';

const ZERO = `0x${'00'.repeat(32)}`;
const effectOf = (text: string): Shown => shown(decide('eip191', utf8(text)).effects[0]!);
const refusal = (text: string | Uint8Array): string =>
  outcome(() => decide('eip191', typeof text === 'string' ? utf8(text) : text));

describe('a text', () => {
  it('is one effect, the hash of all of it', () => {
    expect(effectOf('hello')).to.deep.equal({
      kind: 'message',
      asset: ZERO,
      recipient: '0x',
      amount: 0n,
      detail: id('hello'),
    });
  });

  it('is signed over the digest of viem and ethers', () => {
    const characters = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 80 })
      .map((text) => [...text].filter((character) => isShown(character.codePointAt(0)!)).join(''));
    fc.assert(
      fc.property(
        characters.filter((text) => ![0, 32].includes(utf8(text).length)),
        (text) => {
          const digest = hex(decodeMessage(utf8(text)).digest);
          expect(digest).to.equal(hashMessage(text));
          expect(digest).to.equal(ethersHash(text));
        },
      ),
      { numRuns: 150, seed: 191 },
    );
  });

  const cases: Record<string, [string, string | Uint8Array]> = {
    'of nothing': ['TEXT_UNREADABLE', ''],
    'of bytes': ['TEXT_UNREADABLE', Uint8Array.of(0xff, 0x00)],
    'that overwrites its line': ['TEXT_UNREADABLE', 'Approve\u001b[2K\rCancel'],
    'with a tab': ['TEXT_UNREADABLE', 'a\tb'],
    'with a zero in it': ['TEXT_UNREADABLE', 'a\u0000'],
    'that turns round': ['TEXT_UNREADABLE', 'pay \u202eecila'],
    'with nothing to be seen in it': ['TEXT_UNREADABLE', 'pay\u200b'],
    'behind a byte order mark': ['TEXT_UNREADABLE', '\ufeffhello'],
    'of tags': ['TEXT_UNREADABLE', 'a\u{e0041}'],
    'that is a hash': ['TEXT_IS_HASH', `0x${'Ab'.repeat(32)}`],
    'that is as long as a hash': ['TEXT_IS_HASH', 'I have read the terms of the DAO'],
    'that is as long as a hash, in another script': ['TEXT_IS_HASH', 'ünïcödé in thirty-two bytes!'],
    'that is a hash without its beginning': ['TEXT_IS_HASH', `\n${'ab'.repeat(32)} `],
    'that is the preimage of another kind': ['TEXT_UNREADABLE', '\u0019Ethereum Signed Message:\n1a'],
    'that is too long to be read': ['PAYLOAD_TOO_LARGE', 'a'.repeat(8_193)],
  };
  for (const [name, [code, text]] of Object.entries(cases))
    it(`${name} is refused`, () => expect(refusal(text)).to.equal(code));

  it('of every other script and of 8,192 bytes is taken', () => {
    for (const text of [
      'Ünïcode',
      '投票',
      'голос',
      '🙂',
      'a'.repeat(8_192),
      `0x${'ab'.repeat(31)}`,
      `see 0x${'ab'.repeat(32)}`,
    ])
      expect(refusal(text), text.slice(0, 20)).to.equal('accepted');
  });

  it('that is a transaction is refused, though each of its bytes may stand in a text', () => {
    expect(refusal(bytesOf('c98080808080800a8080'))).to.equal('TEXT_IS_TRANSACTION');
  });
});

describe('a sign-in', () => {
  const given = {
    ...{
      address: BOB as `0x${string}`,
      chainId: 1,
      domain: 'example.com:8080',
      nonce: 'foobarbaz',
      uri: 'https://example.com:8080/path',
      version: '1' as const,
    },
    issuedAt: new Date('2026-02-01T00:00:00.000Z'),
  } as const;
  const plain = createSiweMessage(given);
  const whole = createSiweMessage({
    ...given,
    ...{ statement: 'I accept: https://example.com/tos', requestId: 'a-1', scheme: 'https' },
    ...{ expirationTime: new Date('2026-03-01T00:00:00Z'), notBefore: new Date('2026-02-01T00:00:00Z') },
    resources: ['https://example.com/a', 'ipfs://bafy/'],
  });

  it('is an effect of its own: the site, the chain, and the hash of the text', () => {
    const recipient = hex(utf8('example.com:8080'));
    const effect = {
      kind: 'sign-in',
      asset: id('eip155:1/slip44:60'),
      recipient,
      amount: 0n,
      detail: keccak256(utf8(plain)),
    };
    expect(effectOf(plain)).to.deep.equal(effect);
    expect(effectOf(whole).recipient).to.equal(hex(utf8('https://example.com:8080')));
  });

  it('is read whole', () => {
    const { signIn } = decodeMessage(utf8(whole));
    expect({ ...signIn, address: hex(signIn!.address) }).to.deep.equal({
      ...{
        domain: 'https://example.com:8080',
        address: BOB.toLowerCase(),
        statement: 'I accept: https://example.com/tos',
      },
      ...{ uri: given.uri, chain: 1n, issuedAt: '2026-02-01T00:00:00.000Z', expires: '2026-03-01T00:00:00.000Z' },
      resources: ['https://example.com/a', 'ipfs://bafy/'],
    });
  });

  const bends: Record<string, (text: string) => string> = {
    'with a user part before the site': (text) =>
      text.replace('https://example.com:8080 wants', 'example.com@evil.example wants'),
    'with a user part in the URI': (text) => text.replace('URI: https://', 'URI: https://example.com@'),
    'for a site that is none': (text) => text.replace('https://example.com:8080 wants', ' wants'),
    'with a line in the statement': (text) => text.replace('I accept', 'Welcome\n\nURI: https://evil.example'),
    'with a sign in the statement that is not allowed': (text) => text.replace('I accept', 'I "accept"'),
    'without a line before the statement': (text) => text.replace(`${BOB}\n\n`, `${BOB}\n`),
    'without checksum': (text) => text.replace(BOB, BOB.toLowerCase()),
    'for an address that is none': (text) => text.replace(BOB, BOB.slice(0, -1)),
    'of another version': (text) => text.replace('Version: 1', 'Version: 2'),
    'for chain 0': (text) => text.replace('Chain ID: 1', 'Chain ID: 0'),
    'with a short nonce': (text) => text.replace('foobarbaz', 'foo'),
    'without a nonce': (text) => text.replace('Nonce: foobarbaz\n', ''),
    'at no time': (text) => text.replace('Issued At: 2026-02-01', 'Issued At: 2026-13-01'),
    'until no time': (text) => text.replace('Expiration Time: 2026', 'Expiration Time: tomorrow'),
    'with lines in another order': (text) => text.replace('Version: 1\nChain ID: 1', 'Chain ID: 1\nVersion: 1'),
    'with another word': (text) => text.replace('wants you to sign in', 'Wants you to sign in'),
    'with blanks in the middle of it': (text) => text.replace('sign in with', 'sign  in with'),
    'with text behind it': (text) => `${text}\nand more`,
    'with a line behind it': (text) => `${text}\n`,
    'with a resource that is no URI': (text) => `${text}\n- nothing`,
  };
  for (const [name, bend] of Object.entries(bends))
    it(`${name} is refused, and not signed as a text`, () => {
      expect(bend(whole)).to.not.equal(whole);
      expect(refusal(bend(whole))).to.equal('SIGN_IN_MALFORMED');
    });

  it('with a wrong checksum is refused', () => {
    expect(refusal(whole.replace(BOB, BOB.replace('A', 'a')))).to.equal('ADDRESS_CHECKSUM');
  });

  it('in words says where, as whom and until when, and the whole text', () => {
    const words = (text: string) =>
      messageWords(decodeMessage(utf8(text))).map(({ text: said, isWarning }) => `${isWarning ? '! ' : ''}${said}`);
    expect(words(plain).slice(0, 4)).to.deep.equal([
      'signs in to example.com:8080 with an account on chain 1',
      `as ${BOB}, for https://example.com:8080/path`,
      '! the session has no end that is said',
      '> example.com:8080 wants you to sign in with your Ethereum account:',
    ]);
    expect(words(plain.replace('URI: https://example.com', 'URI: https://evil.example'))).to.include(
      '! the URI is of another host than example.com:8080',
    );
    expect(words(`login ${'ab'.repeat(32)}`)).to.include('! it has a hash in it, of what is not said');
  });
});

describe('a raw digest', () => {
  it('is signed as it is, and declared as blind', () => {
    const digest = bytesOf('ab'.repeat(32));
    const { messages, effects } = decide('raw-digest', digest);
    expect(messages).to.deep.equal([digest]);
    expect(effects.map(shown)).to.deep.equal([
      { kind: 'blind', asset: ZERO, recipient: '0x', amount: 0n, detail: hex(digest) },
    ]);
  });

  it('of another length is refused', () => {
    expect(outcome(() => decide('raw-digest', new Uint8Array(31)))).to.equal('RAW_DIGEST_LENGTH');
    for (const zero of [0n, secp256k1.Point.Fn.ORDER])
      expect(outcome(() => decide('raw-digest', uintWord(zero)))).to.equal('RAW_DIGEST_ZERO');
    expect(outcome(() => decide('raw-digest', new Uint8Array(33)))).to.equal('PAYLOAD_TOO_LARGE');
  });
});
