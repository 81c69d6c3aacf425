/** Addresses that the chain computes, against a library that wallets use. */

import * as btc from '@scure/btc-signer';
import { expect } from 'chai';
import {
  computeAddress,
  concat,
  encodeBase58,
  getBytes,
  hexlify,
  id,
  keccak256,
  toBeHex,
  ZeroAddress,
  ZeroHash,
  zeroPadValue,
} from 'ethers';
import fc from 'fast-check';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  createKey,
  ed25519KeyOf,
  NO_POINTS,
  outputSecret,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
} from '../support/keys.ts';

const secret = secretOf('addresses');
const NETWORKS = [btc.NETWORK, btc.TEST_NETWORK, { ...btc.TEST_NETWORK, bech32: 'bcrt' }];

describe('KeyAddresses', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const keyOf = (scheme: number) => activeKey(it, members, secret, parametersOf(members, { scheme }));
    const bip340 = await keyOf(SCHEME.bip340);
    const ecdsa = await keyOf(SCHEME.ecdsa);
    const ed25519 = await keyOf(SCHEME.ed25519);
    const generating = await createKey(it, parametersOf(members));
    const requester = it.anyone.address;
    return { it, members, addresses: it.keyAddresses, bip340, ecdsa, ed25519, generating, requester };
  });

  async function claim(keyId: string, path: string): Promise<bigint> {
    const { it, requester } = made();
    const derived = await claimDerived(it, keyId, secret, requester, path);
    return derived;
  }

  const claimUnderived = async () => {
    const { it, ed25519, requester } = made();
    await it.derivedKeys.claim(ed25519, requester, ZeroHash, NO_POINTS);
  };

  it('knows the derived keys that it reads', async () => {
    expect(await made().addresses.derivedKeys()).to.equal(await made().it.derivedKeys.getAddress());
  });

  it('gives the Taproot address of a bip340 key on every network, and its script [T5]', async () => {
    const { addresses, bip340, requester } = made();
    for (const path of Array.from({ length: 6 }, (_, i) => id(`${i}`))) {
      const derived = await claim(bip340, path);
      for (const network of NETWORKS) {
        const { address, script } = btc.p2tr(getBytes(publicKeyOf(derived).x), undefined, network);
        expect(await addresses.bitcoinAddress(bip340, requester, path, network.bech32)).to.equal(address);
        expect(await addresses.bitcoinScript(bip340, requester, path)).to.equal(hexlify(script));
      }
      expect(hexlify(btc.p2tr(getBytes(publicKeyOf(derived).x)).tweakedPubkey)).to.equal(
        publicKeyOf(outputSecret(derived)).x,
      );
    }
  });

  it('gives the P2WPKH address of an ECDSA key on every network, and its script', async () => {
    const { addresses, ecdsa, requester } = made();
    const prefixes = new Set<number>();
    for (const path of Array.from({ length: 6 }, (_, i) => id(`${i}`))) {
      const { prefix, x } = publicKeyOf(await claim(ecdsa, path));
      const compressed = getBytes(`${toBeHex(prefix, 1)}${x.slice(2)}`);
      for (const network of NETWORKS) {
        const { address, script } = btc.p2wpkh(compressed, network);
        expect(await addresses.bitcoinAddress(ecdsa, requester, path, network.bech32)).to.equal(address);
        expect(await addresses.bitcoinScript(ecdsa, requester, path)).to.equal(hexlify(script));
      }
      prefixes.add(prefix);
    }
    expect(prefixes).to.deep.equal(new Set([2, 3]));
  });

  it('gives the EVM address of an ECDSA key', async () => {
    const { addresses, ecdsa, requester } = made();
    const derived = await claim(ecdsa, ZeroHash);
    expect(await addresses.evmAddress(ecdsa, requester, ZeroHash)).to.equal(computeAddress(toBeHex(derived, 32)));
  });

  it('gives the Solana address of an Ed25519 key', async () => {
    const { addresses, ed25519, requester } = made();
    await claimUnderived();
    expect(await addresses.solanaAddress(ed25519, requester)).to.equal(encodeBase58(ed25519KeyOf(secret).x));
  });

  it('writes any 32 bytes in base 58, leading zeros too', async () => {
    const { addresses, ed25519, requester, it } = made();
    const { ethers, helpers } = it;
    await claimUnderived();
    const at = (key: string, slot: string) => keccak256(concat([zeroPadValue(key, 32), slot]));
    const slot = BigInt(at(ZeroHash, at(requester, at(ed25519, ZeroHash)))) + 1n;
    const registry = await it.derivedKeys.getAddress();
    const { x } = ed25519KeyOf(secret);
    expect(await ethers.provider.getStorage(registry, slot)).to.equal(x);
    const word = fc
      .tuple(fc.nat(32), fc.bigInt(0n, 2n ** 256n - 1n))
      .map(([zeros, value]) => value >> BigInt(8 * zeros) || 1n); // zero: not claimed
    await fc.assert(
      fc.asyncProperty(word, async (value) => {
        const bytes = toBeHex(value, 32);
        await helpers.setStorageAt(registry, slot, bytes);
        expect(await addresses.solanaAddress(ed25519, requester)).to.equal(encodeBase58(bytes));
      }),
      { numRuns: 60, seed: 58, examples: [[1n], [2n ** 256n - 1n]] },
    );
  });

  it('refuses a key whose scheme has no such address [T5]', async () => {
    const { addresses, bip340, ecdsa, ed25519, requester } = made();
    await claim(bip340, ZeroHash);
    await claim(ecdsa, ZeroHash);
    await claimUnderived();
    const refused = [
      [addresses.evmAddress(bip340, requester, ZeroHash), bip340, SCHEME.bip340],
      [addresses.evmAddress(ed25519, requester, ZeroHash), ed25519, SCHEME.ed25519],
      [addresses.bitcoinScript(ed25519, requester, ZeroHash), ed25519, SCHEME.ed25519],
      [addresses.bitcoinAddress(ed25519, requester, ZeroHash, 'bc'), ed25519, SCHEME.ed25519],
    ] as const;
    for (const [asked, keyId, scheme] of refused)
      await expect(asked).to.be.revertedWithCustomError(addresses, 'KeyAddressesWrongScheme').withArgs(keyId, scheme);
  });

  it('refuses a Solana address of a derived key, and of a requester that has not claimed it', async () => {
    const { it, addresses, bip340, ed25519, requester } = made();
    await claimUnderived();
    for (const [keyId, who] of [
      [bip340, requester],
      [ed25519, ZeroAddress],
    ] as const)
      await expect(addresses.solanaAddress(keyId, who))
        .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysUnclaimed')
        .withArgs(keyId, who, ZeroHash);
    await claim(bip340, ZeroHash);
    await expect(addresses.solanaAddress(bip340, requester))
      .to.be.revertedWithCustomError(addresses, 'KeyAddressesWrongScheme')
      .withArgs(bip340, SCHEME.bip340);
  });

  it('refuses what has not been claimed', async () => {
    const { it, addresses, bip340, ecdsa, requester } = made();
    for (const [asked, keyId] of [
      [addresses.bitcoinScript(bip340, requester, ZeroHash), bip340],
      [addresses.bitcoinAddress(bip340, requester, ZeroHash, 'bc'), bip340],
      [addresses.bitcoinScript(ecdsa, requester, ZeroHash), ecdsa],
      [addresses.evmAddress(ecdsa, requester, ZeroHash), ecdsa],
    ] as const)
      await expect(asked)
        .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysUnclaimed')
        .withArgs(keyId, requester, ZeroHash);
  });

  it('refuses every address of a key that is not active: nothing of it is claimed', async () => {
    const { it, addresses, generating, requester } = made();
    for (const keyId of [id('no key'), generating])
      for (const asked of [
        addresses.evmAddress(keyId, requester, ZeroHash),
        addresses.bitcoinScript(keyId, requester, ZeroHash),
        addresses.bitcoinAddress(keyId, requester, ZeroHash, 'bc'),
        addresses.solanaAddress(keyId, requester),
      ])
        await expect(asked)
          .to.be.revertedWithCustomError(it.derivedKeys, 'DerivedKeysUnclaimed')
          .withArgs(keyId, requester, ZeroHash);
  });
});
