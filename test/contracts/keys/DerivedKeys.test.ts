import { expect } from 'chai';
import { computeAddress, id, toBeHex, ZeroHash, zeroPadValue } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  createKey,
  derivedPoints,
  derivedSecret,
  ed25519KeyOf,
  KEY_STATUS,
  KIND,
  NO_POINTS,
  outputSecret,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  signBip340,
} from '../support/keys.ts';
import { birthDomain } from '../support/preimages.ts';
import { vectorFile } from '../support/vectors.ts';

/** Root keys of both parities. */
const SECRETS = [2, 3].map((prefix) => {
  for (let i = 0; ; ++i) {
    const secret = secretOf(`derived ${i}`);
    if (publicKeyOf(secret).prefix === prefix) return secret;
  }
});

/** Paths for which `derive` gives derived and output keys of every parity, found whatever the contract's address is. */
function pathsOfEveryParity(derive: (path: string) => bigint): string[] {
  const found = new Map<string, string>();
  for (let i = 0; found.size < 4; ++i) {
    const path = id(`path ${i}`);
    const derived = derive(path);
    found.set(`${publicKeyOf(derived).prefix} ${publicKeyOf(outputSecret(derived)).prefix}`, path);
  }
  return [...found.values()];
}

describe('DerivedKeys', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
    const ids = new Map<bigint, string>();
    for (const secret of SECRETS) ids.set(secret, await activeKey(it, members, secret, parametersOf(members)));
    const ecdsa = await activeKey(it, members, SECRETS[0]!, parametersOf(members, { scheme: SCHEME.ecdsa }));
    const { derivedKeys, keyRegistry: registry } = it;
    return { it, derivedKeys, registry, place, members, ids, ecdsa, requester: it.anyone.address };
  });

  const derive = (keyId: string, secret: bigint, path: string) =>
    derivedSecret(made().place, keyId, secret, made().requester, path);

  it('derives what the group says, for roots and points of either parity [T1 T2]', async () => {
    const { registry, derivedKeys, ids, requester, place } = made();
    const parities = new Set<string>();
    for (const [secret, keyId] of ids)
      for (const path of pathsOfEveryParity((one) => derive(keyId, secret, one))) {
        const root = publicKeyOf(secret);
        expect((await registry.key(keyId)).birth).to.equal(birthDomain(place, keyId, root.prefix, root.x));
        const derived = derive(keyId, secret, path);
        expect(await derivedKeys.derivedAddress(keyId, requester, path)).to.equal(computeAddress(toBeHex(derived, 32)));
        const [point, output] = [publicKeyOf(derived), publicKeyOf(outputSecret(derived))];
        await expect(derivedKeys.claim(keyId, requester, path, derivedPoints(derived)))
          .to.emit(derivedKeys, 'DerivedKeyClaimed')
          .withArgs(keyId, requester, path, [point.prefix, point.x], [output.prefix, output.x]);
        const psbt = await derivedKeys.verifyingKey(keyId, requester, path, KIND.psbt);
        expect([psbt[0], [...psbt[1]]]).to.deep.equal([BigInt(SCHEME.bip340), [2n, output.x]]);
        const raw = await derivedKeys.verifyingKey(keyId, requester, path, KIND.raw);
        expect([...raw[1]]).to.deep.equal([2n, point.x]);
        expect([...(await derivedKeys.signerOf(keyId, requester, path, KIND.psbt))]).to.deep.equal([1n, output.x]);
        expect([...(await derivedKeys.signerOf(keyId, requester, path, KIND.raw))]).to.deep.equal([1n, point.x]);
        parities.add(`${root.prefix} ${point.prefix} ${output.prefix}`);
      }
    expect(parities.size, 'parities seen').to.equal(8);
  });

  it('gives every requester and path a key of its own', async () => {
    const { it, derivedKeys, ids, requester } = made();
    const keyId = ids.get(SECRETS[0]!)!;
    const addresses = new Set([
      await derivedKeys.derivedAddress(keyId, requester, ZeroHash),
      await derivedKeys.derivedAddress(keyId, requester, id('savings')),
      await derivedKeys.derivedAddress(keyId, it.deployer, ZeroHash),
      await derivedKeys.derivedAddress(ids.get(SECRETS[1]!)!, requester, ZeroHash),
    ]);
    expect(addresses.size).to.equal(4);
  });

  it('refuses points that are not the derived ones [T1]', async () => {
    const { derivedKeys, ids, requester } = made();
    const secret = SECRETS[0]!;
    const keyId = ids.get(secret)!;
    const right = derivedPoints(derive(keyId, secret, ZeroHash));
    const other = derivedPoints(derive(keyId, secret, id('savings')));
    const field = 2n ** 256n - 2n ** 32n - 977n;
    const negated = (y: string) => toBeHex(field - BigInt(y), 32);
    const claim = (points: typeof right) => expect(derivedKeys.claim(keyId, requester, ZeroHash, points));
    for (const points of [
      other,
      { ...right, derivedX: other.derivedX },
      { ...right, derivedY: negated(right.derivedY) },
      { ...right, derivedX: ZeroHash, derivedY: ZeroHash },
    ])
      await claim(points).to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysWrongDerivedPoint');
    for (const points of [
      { ...right, outputX: other.outputX, outputY: other.outputY },
      { ...right, outputY: negated(right.outputY) },
      { ...right, outputX: right.derivedX, outputY: right.derivedY },
    ])
      await claim(points).to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysWrongOutputPoint');
  });

  it('says who and what has not been claimed', async () => {
    const { derivedKeys, ids, requester } = made();
    const keyId = ids.get(SECRETS[0]!)!;
    for (const call of [
      () => derivedKeys.verifyingKey(keyId, requester, ZeroHash, KIND.psbt),
      () => derivedKeys.signerOf(keyId, requester, ZeroHash, KIND.psbt),
    ])
      await expect(call())
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysUnclaimed')
        .withArgs(keyId, requester, ZeroHash);
  });

  it('keeps no Taproot output for an ECDSA key', async () => {
    const { derivedKeys, ecdsa, requester } = made();
    const derived = derive(ecdsa, SECRETS[0]!, ZeroHash);
    const point = publicKeyOf(derived);
    const points = { ...derivedPoints(derived), outputX: ZeroHash, outputY: ZeroHash };
    await expect(derivedKeys.claim(ecdsa, requester, ZeroHash, points))
      .to.emit(derivedKeys, 'DerivedKeyClaimed')
      .withArgs(ecdsa, requester, ZeroHash, [point.prefix, point.x], [0, ZeroHash]);
    const [, key] = await derivedKeys.verifyingKey(ecdsa, requester, ZeroHash, KIND.evm);
    expect([...key]).to.deep.equal([BigInt(point.prefix), point.x]);
    const [scheme, signer] = await derivedKeys.signerOf(ecdsa, requester, ZeroHash, KIND.evm);
    expect([scheme, signer]).to.deep.equal([3n, zeroPadValue(computeAddress(toBeHex(derived, 32)), 32).toLowerCase()]);
  });

  it('claims nothing before a key is active', async () => {
    const { it, derivedKeys, members, requester } = made();
    const keyId = await createKey(it, parametersOf(members));
    for (const call of [
      () => derivedKeys.claim(keyId, requester, ZeroHash, derivedPoints(1n)),
      () => derivedKeys.derivedAddress(keyId, requester, ZeroHash),
      () => derivedKeys.claim(keyId, requester, ZeroHash, NO_POINTS),
    ])
      await expect(call())
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysNotActive')
        .withArgs(keyId, KEY_STATUS.pending);
    await expect(derivedKeys.verifyingKey(keyId, requester, ZeroHash, KIND.psbt)).to.be.revertedWithCustomError(
      derivedKeys,
      'DerivedKeysUnclaimed',
    );
  });

  it('asks the registry at the claim alone, and a claim once made stays [I5 T2]', async () => {
    const { it, derivedKeys, registry, ids, requester } = made();
    const secret = SECRETS[0]!;
    const keyId = ids.get(secret)!;
    const points = derivedPoints(derive(keyId, secret, ZeroHash));
    await derivedKeys.connect(it.operators[9]!).claim(keyId, requester, ZeroHash, points);
    const before = [...(await derivedKeys.signerOf(keyId, requester, ZeroHash, KIND.psbt))];
    await it.ethers.provider.send('hardhat_setCode', [await registry.getAddress(), '0x']);
    expect([...(await derivedKeys.signerOf(keyId, requester, ZeroHash, KIND.psbt))]).to.deep.equal(before);
    expect((await derivedKeys.verifyingKey(keyId, requester, ZeroHash, KIND.psbt))[0]).to.equal(1n);
    await expect(derivedKeys.claim(keyId, requester, id('savings'), points)).to.be.revertedWithoutReason(it.ethers);
  });

  describe('an Ed25519 key', () => {
    const ed25519 = async () => {
      const { it, members } = made();
      const secret = secretOf('ed25519');
      const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ed25519 }));
      return { keyId, x: ed25519KeyOf(secret).x };
    };

    it('is claimed as it is, under path zero, and signs every kind itself [T3]', async () => {
      const { derivedKeys, requester } = made();
      const { keyId, x } = await ed25519();
      await expect(derivedKeys.signerOf(keyId, requester, ZeroHash, KIND.solana))
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysUnclaimed')
        .withArgs(keyId, requester, ZeroHash);
      await expect(derivedKeys.claim(keyId, requester, ZeroHash, NO_POINTS))
        .to.emit(derivedKeys, 'DerivedKeyClaimed')
        .withArgs(keyId, requester, ZeroHash, [0, x], [0, ZeroHash]);
      for (const kind of [KIND.solana, KIND.raw]) {
        const scheme = BigInt(SCHEME.ed25519);
        expect([...(await derivedKeys.signerOf(keyId, requester, ZeroHash, kind))]).to.deep.equal([scheme, x]);
        const [found, key] = await derivedKeys.verifyingKey(keyId, requester, ZeroHash, kind);
        expect([found, [...key]]).to.deep.equal([scheme, [0n, x]]);
      }
    });

    it('has no paths, no points and no address [T3]', async () => {
      const { derivedKeys, requester } = made();
      const { keyId } = await ed25519();
      const path = id('savings');
      await expect(derivedKeys.claim(keyId, requester, path, NO_POINTS))
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysNoDerivation')
        .withArgs(keyId, SCHEME.ed25519, requester, path);
      for (const point of ['derivedX', 'derivedY', 'outputX', 'outputY'])
        await expect(derivedKeys.claim(keyId, requester, ZeroHash, { ...NO_POINTS, [point]: toBeHex(1, 32) }), point)
          .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysPointsUnneeded')
          .withArgs(keyId, SCHEME.ed25519);
      await expect(derivedKeys.derivedAddress(keyId, requester, ZeroHash))
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysNoDerivation')
        .withArgs(keyId, SCHEME.ed25519, requester, ZeroHash);
    });
  });

  describe('requireSigned', () => {
    const claimed = async () => {
      const { derivedKeys, ids, requester } = made();
      const secret = SECRETS[0]!;
      const keyId = ids.get(secret)!;
      const derived = derive(keyId, secret, ZeroHash);
      await derivedKeys.claim(keyId, requester, ZeroHash, derivedPoints(derived));
      return { keyId, signer: outputSecret(derived), derived };
    };
    const digests = [id('one'), id('two')];

    it('takes one signature of the key for each digest, in order [T4]', async () => {
      const { derivedKeys, requester } = made();
      const { keyId, signer } = await claimed();
      const signatures = digests.map((digest) => signBip340(signer, digest));
      await derivedKeys.requireSigned(keyId, requester, ZeroHash, KIND.psbt, digests, signatures);
      await derivedKeys.requireSigned(keyId, requester, ZeroHash, KIND.psbt, [], []);
    });

    it('refuses more or fewer signatures, and says which digest has none of this key [T4]', async () => {
      const { derivedKeys, requester } = made();
      const { keyId, signer, derived } = await claimed();
      const [one, two] = digests.map((digest) => signBip340(signer, digest));
      const signed = (signatures: string[]) =>
        expect(derivedKeys.requireSigned(keyId, requester, ZeroHash, KIND.psbt, digests, signatures)).to.be;
      for (const signatures of [[one!], [one!, two!, two!], []])
        await signed(signatures)
          .revertedWithCustomError(derivedKeys, 'DerivedKeysSignatureCount')
          .withArgs(signatures.length, 2);
      for (const [signatures, index] of [
        [[two!, one!], 0],
        [[one!, one!], 1],
        [[one!, signBip340(derived, digests[1]!)], 1],
        [[one!, '0x'], 1],
      ] as const)
        await signed([...signatures])
          .revertedWithCustomError(derivedKeys, 'DerivedKeysInvalidSignature')
          .withArgs(keyId, requester, ZeroHash, index);
    });

    it('refuses what is not claimed, also for no digest', async () => {
      const { it, derivedKeys } = made();
      const { keyId } = await claimed();
      await expect(derivedKeys.requireSigned(keyId, it.deployer, ZeroHash, KIND.psbt, [], []))
        .to.be.revertedWithCustomError(derivedKeys, 'DerivedKeysUnclaimed')
        .withArgs(keyId, it.deployer, ZeroHash);
    });
  });

  describe('the Taproot output key', () => {
    const text = vectorFile('bip341/wallet-test-vectors.json');
    if (text === null) it.skip('published vectors: ../shared/vectors/bip341 is absent');
    else
      it('is the one of BIP-341 where there is no script tree [T1]', () => {
        type Vector = {
          given: { internalPubkey: string; scriptTree: unknown };
          intermediary: { tweakedPubkey: string };
        };
        type KeyPath = {
          inputSpending: {
            given: { internalPrivkey: string; merkleRoot: unknown };
            intermediary: { internalPubkey: string; tweakedPrivkey: string };
          }[];
        };
        const vectors = JSON.parse(text) as { scriptPubKey: Vector[]; keyPathSpending: KeyPath[] };
        const bare = vectors.keyPathSpending.flatMap((v) => v.inputSpending).filter((v) => v.given.merkleRoot === null);
        expect(bare.length).to.be.above(0);
        for (const { given, intermediary } of bare)
          expect(toBeHex(outputSecret(BigInt(`0x${given.internalPrivkey}`)), 32)).to.equal(
            `0x${intermediary.tweakedPrivkey}`,
          );
      });
  });
});
