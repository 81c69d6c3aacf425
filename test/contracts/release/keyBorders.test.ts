/** Borders of keys that mutants survived at. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { concat, id, toBeHex } from 'ethers';
import { network } from 'hardhat';
import { EcdsaVerifier__factory } from '../../../types/factories/contracts/signatures/verifiers/EcdsaVerifier__factory.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { confirm, confirmationOf, createKey, parametersOf, publicKeyOf, secretOf } from '../support/keys.ts';

const { Point } = secp256k1;
const ORDER = Point.Fn.ORDER;
const VALID = '0x024ad318'; // the selector of verify(bytes,bytes32,bytes)

/** A hash that makes this s right: h = s k - r d. */
function signedWith(s: bigint) {
  const [secret, nonce] = [BigInt(id('secret')) % ORDER, BigInt(id('nonce')) % ORDER];
  const R = Point.BASE.multiply(nonce).toAffine();
  const hash = toBeHex(Point.Fn.create(s * nonce - R.x * secret), 32);
  const signature = concat([toBeHex(R.x, 32), toBeHex(s, 32), toBeHex(27n + (R.y & 1n), 1)]);
  return { key: `0x${Point.BASE.multiply(secret).toHex(true)}`, hash, signature };
}

describe('borders of keys', () => {
  it('take half the order for a low s, and one more for a high one', async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const verifier = await new EcdsaVerifier__factory(deployer!).deploy();
    const answer = async ({ key, hash, signature }: ReturnType<typeof signedWith>) =>
      (await verifier.verify(key, hash, signature)) === VALID;
    expect(await answer(signedWith(ORDER / 2n))).to.equal(true);
    expect(await answer(signedWith(ORDER / 2n + 1n))).to.equal(false);
  });

  describe('an attempt', () => {
    const made = fresh(async () => {
      const it = await world();
      const members = await eligibleEnclaves(it, 2);
      const keyId = await createKey(it, parametersOf(members));
      const { attemptDeadline: deadline } = await it.keyRegistry.key(keyId);
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secretOf('borders')));
      return { it, registry: it.keyRegistry, members, keyId, deadline, confirmation };
    });

    it('runs in the second of its deadline: members still confirm', async () => {
      const { it, registry, members, keyId, deadline, confirmation } = made();
      await it.helpers.time.setNextBlockTimestamp(deadline);
      await confirm(it, members[0]!, confirmation);
      expect((await registry.key(keyId)).confirmations).to.equal(1n);
    });

    it('has parties that count from 1, in the order of seats', async () => {
      const { registry, members, keyId } = made();
      const digest = id('what a member says');
      for (const [seat, { id: member, identity }] of members.entries()) {
        const signature = identity.signingKey.sign(digest).serialized;
        const said = await registry.requireMemberSigned(keyId, member, digest, signature);
        expect([...said]).to.deep.equal([1n, BigInt(seat + 1), 2n, 2n]);
      }
    });

    it('cannot be replaced in the second of its deadline', async () => {
      const { it, registry, keyId, deadline } = made();
      await it.helpers.time.setNextBlockTimestamp(deadline);
      await expect(registry.openAttempt(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryAttemptRunning')
        .withArgs(keyId, 1, deadline, deadline);
    });

    it('is over a second later: nobody confirms, and anyone opens another', async () => {
      const { it, registry, members, keyId, deadline, confirmation } = made();
      const later = deadline + 1n;
      await it.helpers.time.setNextBlockTimestamp(later);
      await expect(confirm(it, members[0]!, confirmation))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryAttemptOver')
        .withArgs(keyId, 1, deadline, later);
      await registry.openAttempt(keyId);
      expect((await registry.key(keyId)).attempt).to.equal(2n);
    });
  });

  describe('the next attempt', () => {
    const made = fresh(async () => {
      const it = await world();
      const enclaves = await eligibleEnclaves(it, 4);
      const [members, reserve] = [enclaves.slice(0, 3), enclaves[3]!];
      const keyId = await createKey(it, parametersOf(members, { reserves: [reserve.operator.address] }));
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secretOf('borders')));
      return { it, registry: it.keyRegistry, members, reserve, keyId, confirmation };
    });

    /** Who sits after the attempt in which these confirmed. */
    async function nextAfter(confirming: readonly number[]): Promise<string[]> {
      const { it, registry, members, keyId, confirmation } = made();
      for (const seat of confirming) await confirm(it, members[seat]!, confirmation);
      await it.helpers.time.increase(601);
      await registry.openAttempt(keyId);
      return [...(await registry.key(keyId)).members];
    }

    for (const silent of [0, 1, 2])
      it(`puts the reserve in the place of member ${silent + 1}, who alone was silent`, async () => {
        const { members, reserve } = made();
        const expected = members.map(({ id }, seat) => (seat === silent ? reserve.id : id));
        expect(await nextAfter([0, 1, 2].filter((seat) => seat !== silent))).to.deep.equal(expected);
      });

    it('draws one seat where all confirmed and nobody activated', async () => {
      const { members, reserve } = made();
      const next = await nextAfter([0, 1, 2]);
      expect(next).to.include(reserve.id);
      expect(next.filter((id, seat) => id === members[seat]!.id)).to.have.length(2);
    });
  });
});
