/** Which account a payload is signed with, and that whoever proposes it is told so. */

import { p2tr, p2wpkh, TEST_NETWORK } from '@scure/btc-signer';
import { expect } from 'chai';
import { computeAddress, encodeBase58, getAddress } from 'ethers';
import { accountOf, type KeyPoint } from '../../../signer/cli/payload/account.ts';
import { pathFindings } from '../../../signer/cli/payload/usedPaths.ts';
import { tellPayload } from '../../../signer/cli/payload/words.ts';
import { amountWords, hashed } from '../../../signer/cli/words/assets.ts';
import { assetsIn } from '../../../signer/cli/words/assetsIn.ts';
import { effectWords, tellingOf } from '../../../signer/cli/words/effectWords.ts';
import { fromHex, type Hex, toHex } from '../../../signer/formats/hex.ts';
import { PAYLOAD_KINDS, type PayloadKind } from '../../../signer/formats/kinds.ts';
import { deriveKey } from '../../../signer/payload/derivedKey.ts';
import { decide, json } from '../../payload/support/evm.ts';
import { BOB, permit, tokenCall, transaction } from '../../payload/support/evmPayloads.ts';

const X: Hex = '0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798';
const BIRTH: Hex = `0x${'0b'.repeat(32)}`;
const REQUESTER: Hex = `0x${'aa'.repeat(20)}`;
const PATH: Hex = `0x${'01'.repeat(32)}`;
const OTHER: Hex = `0x${'02'.repeat(32)}`;
const [BIP340, ED25519, ECDSA] = [1, 2, 3];

const key = (scheme: number): KeyPoint => ({ scheme, publicKeyPrefix: 2, publicKeyX: X, birth: BIRTH });
const point = (path: Hex) =>
  deriveKey({ prefix: 2, x: fromHex(X) }, fromHex(BIRTH), { requester: fromHex(REQUESTER), path: fromHex(path) }).point;
const asker = (kind: PayloadKind, path = PATH) => ({ requester: REQUESTER, path, kind: PAYLOAD_KINDS[kind].number });

describe('the account that signs', () => {
  it('is written as the chain of the payload does, as other libraries have it', async () => {
    const telling = await tellingOf({ network: 'testnet' }, null);
    const compressed = point(PATH).toBytes(true);
    const of = (scheme: number, kind: PayloadKind) => accountOf(key(scheme), asker(kind), telling);
    expect(of(BIP340, 'bitcoin-psbt')).to.equal(p2tr(compressed.subarray(1), undefined, TEST_NETWORK).address);
    expect(of(ECDSA, 'bitcoin-psbt')).to.equal(p2wpkh(compressed, TEST_NETWORK).address);
    for (const kind of ['evm-transaction', 'eip712', 'eip712-unbound', 'eip191', 'raw-digest'] as const)
      expect(of(ECDSA, kind), kind).to.equal(computeAddress(toHex(compressed)));
    expect(of(ED25519, 'solana-message')).to.equal(encodeBase58(X));
  });

  it('is none of a key that is not made, of no point, or of a scheme that has none of that kind', async () => {
    const telling = await tellingOf({}, null);
    const unmade = { ...key(ECDSA), publicKeyX: `0x${'00'.repeat(32)}` as Hex };
    const wrong = { ...key(ECDSA), publicKeyX: `0x${'ff'.repeat(32)}` as Hex };
    for (const one of [unmade, wrong, key(9)]) expect(accountOf(one, asker('eip191'), telling)).to.equal(null);
    expect(accountOf(key(BIP340), asker('evm-transaction'), telling)).to.equal(null);
  });

  it('is warned of where its path was never used and others of the key were, with their accounts', async () => {
    const telling = await tellingOf({}, null);
    const found = (scheme: number, used: readonly Hex[]) =>
      pathFindings(key(scheme), asker('evm-transaction'), used, telling);
    const [warned] = found(ECDSA, [OTHER]);
    expect(warned?.is).to.equal('warning');
    expect(warned?.words)
      .to.include('--path')
      .and.include(`${OTHER} (${computeAddress(toHex(point(OTHER).toBytes(true)))})`);
    expect(found(ECDSA, [])).to.deep.equal([]);
    expect(found(ECDSA, [OTHER, PATH])).to.deep.equal([]);
    expect(found(ED25519, [OTHER]), 'has one account').to.deep.equal([]);
  });
});

describe('assets of a payload', () => {
  it('are called by what the payload names, and not by their hash', () => {
    const id = 'eip155:31337/slip44:60';
    expect(amountWords(10n ** 17n, hashed(id), [id])).to.equal(`0.1 coin of chain 31337 (${id})`);
    expect(amountWords(10n ** 18n, hashed(id), [id])).to.equal(`1 coin of chain 31337 (${id})`);
    expect(amountWords(0n, hashed(id), [id])).to.equal(`0 coin of chain 31337 (${id})`);
    const token = `eip155:5/erc20:${BOB.toLowerCase()}`;
    expect(amountWords(7n, hashed(token), [id, token])).to.equal(`7 units of ${token}`);
    expect(assetsIn(PAYLOAD_KINDS['evm-transaction'].number, Uint8Array.of(2, 1))).to.deep.equal([]);
  });

  const samples: Readonly<Record<string, [PayloadKind, Uint8Array]>> = {
    'a payment': ['evm-transaction', transaction({ to: BOB, value: 5n })],
    'a payment of tokens': ['evm-transaction', tokenCall('transfer', BOB, 5n)],
    'an approval': ['evm-transaction', tokenCall('approve', BOB, 5n)],
    'a permit': ['eip712', json(permit())],
  };
  for (const [what, [kind, bytes]] of Object.entries(samples))
    it(`are all said once, and by name, of ${what}`, async () => {
      const telling = { ...(await tellingOf({}, null)), assets: assetsIn(PAYLOAD_KINDS[kind].number, bytes) };
      const { effects, verifyingKey } = decide(kind, bytes);
      const { words } = tellPayload(PAYLOAD_KINDS[kind].number, bytes, verifyingKey, telling, 0);
      expect(new Set(words).size).to.equal(words.length);
      for (const effect of effects) {
        expect(effectWords(effect, telling), 'no hash').to.not.include(toHex(effect.asset));
        // what is left out of a preview is in the decoder's own words
        if (effect.recipient.length === 20) expect(words.join('\n')).to.include(getAddress(toHex(effect.recipient)));
        expect(words.join('\n')).to.include(String(effect.amount));
      }
    });
});
