/** ERC-1271 over a DAO's key: only signatures nested for this account (ERC-7739) count. */

import { expect } from 'chai';
import {
  concat,
  dataLength,
  hashMessage,
  id,
  TypedDataEncoder,
  toBeHex,
  toUtf8Bytes,
  ZeroAddress,
  ZeroHash,
} from 'ethers';
import { network } from 'hardhat';
import type { KeyAccount } from '../../../types/contracts/accounts/KeyAccount.ts';
import type { Erc7913Verifier } from '../../../types/contracts/signatures/verifiers/Erc7913Verifier.ts';
import { KeyAccount__factory } from '../../../types/factories/contracts/accounts/KeyAccount__factory.ts';
import { Bip340Verifier__factory } from '../../../types/factories/contracts/signatures/verifiers/Bip340Verifier__factory.ts';
import { EcdsaVerifier__factory } from '../../../types/factories/contracts/signatures/verifiers/EcdsaVerifier__factory.ts';
import { Ed25519Verifier__factory } from '../../../types/factories/contracts/signatures/verifiers/Ed25519Verifier__factory.ts';
import { type SchemeName, type Signer, signerOf } from '../support/signers.ts';

const VALID = '0x1626ba7e';
const INVALID = '0xffffffff';
const CHAIN_ID = 31337n;

/** An application's own typed data. */
const APP = { name: 'An exchange', version: '3', chainId: CHAIN_ID, verifyingContract: toBeHex(0xe5, 20) };
const ORDER = [
  { name: 'sells', type: 'address' },
  { name: 'amount', type: 'uint256' },
];
const order = { sells: toBeHex(0x70, 20), amount: 5n };
const ORDER_TYPE = 'Order(address sells,uint256 amount)';

describe('KeyAccount', () => {
  let verifiers: Record<SchemeName, Erc7913Verifier>;
  let deployAccount: (verifier: string, key: string) => Promise<KeyAccount>;

  before(async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    verifiers = {
      ed25519: await new Ed25519Verifier__factory(deployer!).deploy(),
      bip340: await new Bip340Verifier__factory(deployer!).deploy(),
      ecdsa: await new EcdsaVerifier__factory(deployer!).deploy(),
    };
    deployAccount = (verifier, key) => new KeyAccount__factory(deployer!).deploy(verifier, key);
  });

  const accountOf = async ({ scheme, key }: Signer) => deployAccount(await verifiers[scheme].getAddress(), key);
  const domainOf = async (account: KeyAccount) => ({
    name: 'Quorate KeyAccount',
    version: '1',
    chainId: CHAIN_ID,
    verifyingContract: await account.getAddress(),
  });

  /** The signature of an order in an application, nested for one account: signature ‖ separator ‖ contents ‖ type ‖ its length. */
  async function signOrder(signer: Signer, account: KeyAccount): Promise<string> {
    const types = {
      TypedDataSign: [
        { name: 'contents', type: 'Order' },
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
        { name: 'salt', type: 'bytes32' },
      ],
      Order: ORDER,
    };
    const value = { contents: order, ...(await domainOf(account)), salt: ZeroHash };
    return concat([
      signer.sign(TypedDataEncoder.hash(APP, types, value)),
      TypedDataEncoder.hashDomain(APP),
      TypedDataEncoder.hashStruct('Order', { Order: ORDER }, order),
      toUtf8Bytes(ORDER_TYPE),
      toBeHex(ORDER_TYPE.length, 2),
    ]);
  }

  /** The signature of a personal message (EIP-191), nested for one account. */
  async function signText(signer: Signer, account: KeyAccount, text: string): Promise<string> {
    const prefixed = concat([toUtf8Bytes(`\x19Ethereum Signed Message:\n${text.length}`), toUtf8Bytes(text)]);
    const types = { PersonalSign: [{ name: 'prefixed', type: 'bytes' }] };
    return signer.sign(TypedDataEncoder.hash(await domainOf(account), types, { prefixed }));
  }

  const errors = { interface: KeyAccount__factory.createInterface() };
  const orderHash = TypedDataEncoder.hash(APP, { Order: ORDER }, order);

  for (const scheme of ['ed25519', 'bip340', 'ecdsa'] as const) {
    describe(`over a key of ${scheme}`, () => {
      const signer = signerOf(scheme, 'dao');

      it('accepts typed data that is nested for it', async () => {
        const account = await accountOf(signer);
        expect(await account.isValidSignature(orderHash, await signOrder(signer, account))).to.equal(VALID);
      });

      it('accepts a personal message that is nested for it', async () => {
        const account = await accountOf(signer);
        const signature = await signText(signer, account, 'hello');
        expect(await account.isValidSignature(hashMessage('hello'), signature)).to.equal(VALID);
        expect(await account.isValidSignature(hashMessage('other'), signature)).to.equal(INVALID);
      });

      it('refuses the signature of the bare hash', async () => {
        const account = await accountOf(signer);
        expect(await account.isValidSignature(orderHash, signer.sign(orderHash))).to.equal(INVALID);
      });

      it('refuses what is nested for another account over the same key', async () => {
        const [account, another] = [await accountOf(signer), await accountOf(signer)];
        expect(await another.isValidSignature(orderHash, await signOrder(signer, account))).to.equal(INVALID);
        const text = await signText(signer, account, 'hello');
        expect(await another.isValidSignature(hashMessage('hello'), text)).to.equal(INVALID);
      });

      it("refuses another key's signature, another hash, and what is no signature", async () => {
        const account = await accountOf(signer);
        const stranger = await signOrder(signerOf(scheme, 'stranger'), account);
        expect(await account.isValidSignature(orderHash, stranger)).to.equal(INVALID);
        expect(await account.isValidSignature(id('other'), await signOrder(signer, account))).to.equal(INVALID);
        for (const length of [0, 1, 64, 65, 96, 200]) {
          expect(await account.isValidSignature(orderHash, new Uint8Array(length)), `${length}`).to.equal(INVALID);
        }
      });

      it('runs out of gas rather than say no', async () => {
        const account = await accountOf(signer);
        const signature = await signOrder(signer, account);
        const enough = await account.isValidSignature.estimateGas(orderHash, signature);
        for (let step = 1n; step <= 40n; step++) {
          const gasLimit = 24_000n + ((enough - 24_000n) * step) / 40n;
          const answer = await account.isValidSignature(orderHash, signature, { gasLimit }).catch(() => 'reverted');
          expect(answer, `${gasLimit} gas`).to.be.oneOf([VALID, 'reverted']);
        }
      });

      it('shows its verifier, its key and its signer', async () => {
        const account = await accountOf(signer);
        const verifier = await verifiers[scheme].getAddress();
        expect(await account.verifier()).to.equal(verifier);
        expect(await account.key()).to.equal(signer.key);
        expect(await account.erc7913Signer()).to.equal(concat([verifier, signer.key]));
      });
    });
  }

  it('says that it nests: ERC-7739 asks by a hash of its own', async () => {
    const account = await accountOf(signerOf('bip340', 'dao'));
    expect(await account.isValidSignature(`0x${'7739'.repeat(16)}`, '0x')).to.equal('0x77390001');
  });

  it('keeps keys of 1 to 64 bytes as they are', async () => {
    const verifier = await verifiers.bip340.getAddress();
    for (const length of [1, 31, 32, 33, 63, 64]) {
      const key = concat([id('a key'), id('its end')]).slice(0, 2 + 2 * length);
      const account = await deployAccount(verifier, key);
      expect(await account.key()).to.equal(key);
      expect(dataLength(await account.erc7913Signer())).to.equal(20 + length);
    }
  });

  it('is not made without a key, with a longer one, or without a verifier', async () => {
    const verifier = await verifiers.bip340.getAddress();
    for (const length of [0, 65]) {
      await expect(deployAccount(verifier, `0x${'11'.repeat(length)}`))
        .to.be.revertedWithCustomError(errors, 'KeyAccountInvalidKeyLength')
        .withArgs(length);
    }
    for (const nobody of [ZeroAddress, toBeHex(0x1234, 20)]) {
      await expect(deployAccount(nobody, '0x01'))
        .to.be.revertedWithCustomError(errors, 'KeyAccountNoVerifier')
        .withArgs(nobody);
    }
  });
});
