/** The first and the last value that keys take. */

import { expect } from 'chai';
import { id } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  confirm,
  confirmationOf,
  createKey,
  membersOf,
  parametersOf,
  publicKeyOf,
  secretOf,
} from '../support/keys.ts';

describe('KeyRegistry: to the last value', () => {
  describe('an attempt', () => {
    const made = fresh(async () => {
      const it = await world();
      const members = await eligibleEnclaves(it, 2);
      const keyId = await createKey(it, parametersOf(members));
      const { deadline } = await it.keyRegistry.ceremonyOf(keyId);
      const confirmation = await confirmationOf(it, keyId, publicKeyOf(secretOf('borders')));
      return { it, registry: it.keyRegistry, members, keyId, deadline, confirmation };
    });

    it('runs in the second of its deadline: members still confirm', async () => {
      const { it, registry, members, keyId, deadline, confirmation } = made();
      await it.helpers.time.setNextBlockTimestamp(deadline);
      await confirm(it, members[0]!, confirmation);
      expect((await registry.ceremonyOf(keyId)).confirmations).to.equal(1n);
    });

    it('has parties that count from 1, in the order of seats', async () => {
      const { it, registry, members } = made();
      const keyId = await activeKey(it, members, secretOf('parties'), parametersOf(members));
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
      expect((await registry.ceremonyOf(keyId)).attempt).to.equal(2n);
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
      return membersOf(it, keyId);
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
