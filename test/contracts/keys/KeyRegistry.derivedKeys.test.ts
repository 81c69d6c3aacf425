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
  KEY_STATUS,
  KIND,
  outputSecret,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
} from '../support/keys.ts';
import { birthDomain } from '../support/preimages.ts';
import { vectorFile } from '../support/vectors.ts';

/** Keys of both parities, and enough of them that derived and output keys of every parity occur. */
const SECRETS = Array.from({ length: 8 }, (_, i) => secretOf(`derived ${i}`));
const PATHS = [ZeroHash, id('savings')];

describe('KeyRegistry: derived keys', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const place = { chainId: 31337n, contract: await it.keyRegistry.getAddress() };
    const ids = new Map<bigint, string>();
    for (const secret of SECRETS) ids.set(secret, await activeKey(it, members, secret, parametersOf(members)));
    const policy = { requesters: [], delegates: [], kinds: 1 << KIND.evm, delay: 0 };
    const ecdsa = await activeKey(it, members, SECRETS[0]!, parametersOf(members, { scheme: SCHEME.ecdsa, policy }));
    return { it, registry: it.keyRegistry, place, members, ids, ecdsa, requester: it.anyone.address };
  });

  const derive = (keyId: string, secret: bigint, path: string) =>
    derivedSecret(made().place, keyId, secret, made().requester, path);

  it('derives what the group says, for roots and points of either parity', async () => {
    const { registry, ids, requester, place } = made();
    const parities = new Set<string>();
    for (const [secret, keyId] of ids)
      for (const path of PATHS) {
        const root = publicKeyOf(secret);
        expect(await registry.birthDomain(keyId)).to.equal(birthDomain(place, keyId, root.prefix, root.x));
        const derived = derive(keyId, secret, path);
        expect(await registry.derivedAddress(keyId, requester, path)).to.equal(computeAddress(toBeHex(derived, 32)));
        const [point, output] = [publicKeyOf(derived), publicKeyOf(outputSecret(derived))];
        await expect(registry.claimDerivedKey(keyId, requester, path, derivedPoints(derived)))
          .to.emit(registry, 'DerivedKeyClaimed')
          .withArgs(keyId, requester, path, [point.prefix, point.x], [output.prefix, output.x]);
        const psbt = await registry.verifyingKey(keyId, requester, path, KIND.psbt);
        expect([psbt[0], [...psbt[1]]]).to.deep.equal([BigInt(SCHEME.bip340), [2n, output.x]]);
        const raw = await registry.verifyingKey(keyId, requester, path, KIND.raw);
        expect([...raw[1]]).to.deep.equal([2n, point.x]);
        expect([...(await registry.signerOf(keyId, requester, path, KIND.psbt))]).to.deep.equal([1n, output.x]);
        expect([...(await registry.signerOf(keyId, requester, path, KIND.raw))]).to.deep.equal([1n, point.x]);
        parities.add(`${root.prefix} ${point.prefix} ${output.prefix}`);
      }
    expect(parities.size, 'parities seen').to.be.at.least(6);
  });

  it('gives every requester and path a key of its own', async () => {
    const { it, registry, ids, requester } = made();
    const keyId = ids.get(SECRETS[0]!)!;
    const addresses = new Set([
      await registry.derivedAddress(keyId, requester, ZeroHash),
      await registry.derivedAddress(keyId, requester, id('savings')),
      await registry.derivedAddress(keyId, it.deployer, ZeroHash),
      await registry.derivedAddress(ids.get(SECRETS[1]!)!, requester, ZeroHash),
    ]);
    expect(addresses.size).to.equal(4);
  });

  it('refuses points that are not the derived ones', async () => {
    const { registry, ids, requester } = made();
    const secret = SECRETS[0]!;
    const keyId = ids.get(secret)!;
    const right = derivedPoints(derive(keyId, secret, ZeroHash));
    const other = derivedPoints(derive(keyId, secret, id('savings')));
    const field = 2n ** 256n - 2n ** 32n - 977n;
    const negated = (y: string) => toBeHex(field - BigInt(y), 32);
    const claim = (points: typeof right) => expect(registry.claimDerivedKey(keyId, requester, ZeroHash, points));
    for (const points of [
      other,
      { ...right, derivedX: other.derivedX },
      { ...right, derivedY: negated(right.derivedY) },
      { ...right, derivedX: ZeroHash, derivedY: ZeroHash },
    ])
      await claim(points).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongDerivedPoint');
    for (const points of [
      { ...right, outputX: other.outputX, outputY: other.outputY },
      { ...right, outputY: negated(right.outputY) },
      { ...right, outputX: right.derivedX, outputY: right.derivedY },
    ])
      await claim(points).to.be.revertedWithCustomError(registry, 'KeyRegistryWrongOutputPoint');
  });

  it('says who and what has not been claimed', async () => {
    const { registry, ids, requester } = made();
    const keyId = ids.get(SECRETS[0]!)!;
    for (const call of [
      () => registry.verifyingKey(keyId, requester, ZeroHash, KIND.psbt),
      () => registry.signerOf(keyId, requester, ZeroHash, KIND.psbt),
    ])
      await expect(call())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryUnclaimed')
        .withArgs(keyId, requester, ZeroHash);
  });

  it('keeps no Taproot output for an ECDSA key', async () => {
    const { registry, ecdsa, requester } = made();
    const derived = derive(ecdsa, SECRETS[0]!, ZeroHash);
    const point = publicKeyOf(derived);
    const points = { ...derivedPoints(derived), outputX: ZeroHash, outputY: ZeroHash };
    await expect(registry.claimDerivedKey(ecdsa, requester, ZeroHash, points))
      .to.emit(registry, 'DerivedKeyClaimed')
      .withArgs(ecdsa, requester, ZeroHash, [point.prefix, point.x], [0, ZeroHash]);
    const [, key] = await registry.verifyingKey(ecdsa, requester, ZeroHash, KIND.evm);
    expect([...key]).to.deep.equal([BigInt(point.prefix), point.x]);
    const [scheme, signer] = await registry.signerOf(ecdsa, requester, ZeroHash, KIND.evm);
    expect([scheme, signer]).to.deep.equal([3n, zeroPadValue(computeAddress(toBeHex(derived, 32)), 32).toLowerCase()]);
  });

  it('claims nothing before a key is active', async () => {
    const { it, registry, members, requester } = made();
    const keyId = await createKey(it, parametersOf(members));
    for (const call of [
      () => registry.claimDerivedKey(keyId, requester, ZeroHash, derivedPoints(1n)),
      () => registry.derivedAddress(keyId, requester, ZeroHash),
      () => registry.birthDomain(keyId),
      () => registry.verifyingKey(keyId, requester, ZeroHash, KIND.psbt),
    ])
      await expect(call())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(keyId, KEY_STATUS.generating, KEY_STATUS.active);
  });

  describe('the Taproot output key', () => {
    const text = vectorFile('bip341/wallet-test-vectors.json');
    if (text === null) it.skip('published vectors: ../shared/vectors/bip341 is absent');
    else
      it('is the one of BIP-341 where there is no script tree', () => {
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
