import { p256 } from '@noble/curves/nist.js';
import { expect } from 'chai';
import { concat, dataSlice, getBytes, id, toBeHex } from 'ethers';
import { network } from 'hardhat';
import { localOptions } from '../../../../scripts/deploy/options.ts';
import { deploy } from '../../../../scripts/deploy.ts';
import { DevelopmentVerifier__factory } from '../../../../types/factories/contracts/attestation/verifiers/development/DevelopmentVerifier__factory.ts';
import { MAX_AGE, world } from '../../support/chain.ts';
import {
  DEVELOPMENT_TEE,
  developmentRoot,
  evidence,
  P256_ORDER,
  type Statement,
  statementDigest,
} from '../../support/developmentTee.ts';
import { fresh } from '../../support/fresh.ts';
import { measurement } from '../../support/preimages.ts';

describe('DevelopmentVerifier', () => {
  const made = fresh(async () => {
    const it = await world();
    if (it.developmentVerifier === null) throw new Error('not deployed');
    return { it, verifier: it.developmentVerifier, now: await it.helpers.time.latest() };
  });

  const statement = (change: Partial<Statement> = {}): Statement => ({
    image: id('image'),
    configuration: id('configuration'),
    reportData: id('report data'),
    platformId: id('platform'),
    issuedAt: made().now,
    ...change,
  });

  it('names its TEE, its root and its age', async () => {
    const { verifier } = made();
    const { x, y } = developmentRoot(MAX_AGE);
    expect(await verifier.tee()).to.equal(DEVELOPMENT_TEE);
    expect([...(await verifier.root())]).to.deep.equal([x, y]);
    expect(await verifier.maxAge()).to.equal(MAX_AGE);
  });

  it('says what the statement says', async () => {
    const { verifier, now } = made();
    const proven = await verifier.verify(evidence(statement()));
    expect(proven.tee).to.equal(DEVELOPMENT_TEE);
    expect(proven.measurement).to.equal(measurement(DEVELOPMENT_TEE, id('image'), id('configuration')));
    expect(proven.reportData).to.equal(id('report data'));
    expect(proven.platformId).to.equal(id('platform'));
    expect([proven.notBefore, proven.validUntil]).to.deep.equal([BigInt(now), BigInt(now + MAX_AGE)]);
  });

  it('accepts either form of s', async () => {
    const bytes = evidence(statement());
    const s = P256_ORDER - BigInt(dataSlice(bytes, 192));
    await made().verifier.verify(concat([dataSlice(bytes, 0, 192), toBeHex(s, 32)]));
  });

  it('refuses a flipped bit in every word [E8]', async () => {
    const { verifier } = made();
    for (let word = 0; word < 7; word++) {
      const bytes = getBytes(evidence(statement()));
      bytes[word * 32 + 31]! ^= 1;
      await expect(verifier.verify(bytes), `word ${word}`).to.be.revertedWithCustomError(
        verifier,
        'DevelopmentVerifierInvalidSignature',
      );
    }
  });

  it('refuses another root', async () => {
    const { verifier } = made();
    const bytes = evidence(statement(), p256.utils.randomSecretKey(getBytes(new Uint8Array(48).fill(7))));
    await expect(verifier.verify(bytes))
      .to.be.revertedWithCustomError(verifier, 'DevelopmentVerifierInvalidSignature')
      .withArgs(statementDigest(statement()), dataSlice(bytes, 160, 192), dataSlice(bytes, 192));
  });

  it('refuses r or s of zero or of the order', async () => {
    const { verifier } = made();
    const bytes = evidence(statement());
    for (const bad of [toBeHex(0, 32), toBeHex(P256_ORDER, 32)])
      for (const forged of [
        concat([dataSlice(bytes, 0, 160), bad, dataSlice(bytes, 192)]),
        concat([dataSlice(bytes, 0, 192), bad]),
      ])
        await expect(verifier.verify(forged)).to.be.revertedWithCustomError(
          verifier,
          'DevelopmentVerifierInvalidSignature',
        );
  });

  it('refuses any other length', async () => {
    const { verifier } = made();
    const bytes = evidence(statement());
    for (const wrong of ['0x', dataSlice(bytes, 0, 223), concat([bytes, '0x00'])])
      await expect(verifier.verify(wrong))
        .to.be.revertedWithCustomError(verifier, 'DevelopmentVerifierInvalidLength')
        .withArgs((wrong.length - 2) / 2, 224);
  });

  it('refuses a statement from the future, and lets clocks differ by five minutes', async () => {
    const { verifier, now } = made();
    await verifier.verify(evidence(statement({ issuedAt: now + 299 })));
    await expect(verifier.verify(evidence(statement({ issuedAt: now + 400 }))))
      .to.be.revertedWithCustomError(verifier, 'DevelopmentVerifierFromTheFuture')
      .withArgs(now + 400, (time: bigint) => time < BigInt(now + 100));
    await expect(verifier.verify(evidence(statement({ issuedAt: 2n ** 256n - 1n })))).to.be.revertedWithCustomError(
      verifier,
      'DevelopmentVerifierFromTheFuture',
    );
  });

  it('refuses a statement that is too old', async () => {
    const { verifier, now } = made();
    await expect(verifier.verify(evidence(statement({ issuedAt: now - MAX_AGE - 1 })))).to.be.revertedWithCustomError(
      verifier,
      'DevelopmentVerifierExpired',
    );
  });

  it('takes the empty answer of a chain without the precompile for a refusal [E8]', async () => {
    const { ethers, networkHelpers } = await network.create({ override: { hardfork: 'prague' } });
    const [deployer] = await ethers.getSigners();
    const { x, y } = developmentRoot(MAX_AGE);
    const verifier = await new DevelopmentVerifier__factory(deployer!).deploy(x, y, MAX_AGE);
    const bytes = evidence(statement({ issuedAt: await networkHelpers.time.latest() }));
    await expect(verifier.verify(bytes)).to.be.revertedWithCustomError(verifier, 'DevelopmentVerifierInvalidSignature');
  });

  it('cannot be deployed off the local chain', async () => {
    const { ethers } = await network.create({ network: 'default', override: { chainId: 100 } });
    const [deployer] = await ethers.getSigners();
    const { x, y } = developmentRoot(MAX_AGE);
    const factory = new DevelopmentVerifier__factory(deployer!);
    await expect(factory.deploy(x, y, MAX_AGE))
      .to.be.revertedWithCustomError(factory, 'DevelopmentVerifierOnlyLocal')
      .withArgs(100);
    const options = localOptions([], developmentRoot(MAX_AGE));
    const problem = await deploy(deployer!, options).catch(String);
    expect(problem).to.include('a development root on chain 100');
  });
});
