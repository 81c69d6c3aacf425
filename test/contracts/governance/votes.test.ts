/** What a vote cannot do, or does by mistake: proposals that are too large, and guards that guard nothing. */

import { expect } from 'chai';
import { getCreateAddress, hexlify, id, keccak256, Wallet, ZeroHash } from 'ethers';
import { action, codeGuard, NothingToGuard } from '../../../scripts/local/vote.ts';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../support/keys.ts';
import { EFFECT, intentOf } from '../support/requests.ts';

const DAY = 86400;
/** EIP-7825 */
const TRANSACTION_GAS = 16_777_216n;
const NOTHING = keccak256('0x');
const OUT_OF_GAS = 'ran out of gas';

describe('votes: what they cannot do', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const timelock = await it.timelock.getAddress();
    const rows = [rowFor(timelock)];
    const keyId = await activeKey(it, members, secretOf('votes'), parametersOf(members, { rows }));
    await it.helpers.mine();
    return { it, keyId };
  });

  const largest = async (payload: number): Promise<IntentStruct> => {
    const { it, keyId } = made();
    const recipient = hexlify(new Uint8Array(34).fill(7));
    const effect = { kind: EFFECT.transfer, asset: id('asset'), recipient, amount: 1n, detail: ZeroHash };
    return intentOf(it, keyId, {
      payload: hexlify(new Uint8Array(payload).fill(7)),
      digests: Array.from({ length: 64 }, (_, i) => id(`${i}`)),
      effects: Array.from({ length: 32 }, () => effect),
      deadline: (await it.helpers.time.latest()) + DAY,
    });
  };
  const gasToPropose = async (intent: IntentStruct) => {
    const { it } = made();
    const call = await action(it.signingRequests, 'request', [intent]);
    const proposing = it.governor.connect(it.voters[0]);
    const sent = await proposing.propose([call.target], [0], [call.data], '# Sign', { gasLimit: TRANSACTION_GAS });
    return (await sent.wait())!.gasUsed;
  };

  // open: CO-59. A request may be of 32 KiB; GovernorStorage writes every word of a proposal, 22,100 gas each
  it('no vote of this governor can ask for the largest request, for its proposal does not fit into a transaction', async () => {
    const { it, keyId } = made();
    const intent = await largest(32 * 1024);
    const asked = await it.signingRequests.connect(it.dao).request(intent, { gasLimit: TRANSACTION_GAS });
    expect((await asked.wait())!.gasUsed, 'the request itself fits easily').to.be.lessThan(TRANSACTION_GAS / 4n);
    expect(await gasToPropose(intent).catch(String)).to.contain(OUT_OF_GAS);
    const plain = { ...intent, digests: intent.digests.slice(0, 1), effects: intent.effects.slice(0, 1) };
    expect(await gasToPropose(plain).catch(String), 'the payload alone is too much').to.contain(OUT_OF_GAS);
    expect(await gasToPropose({ ...plain, payload: hexlify(new Uint8Array(20 * 1024).fill(7)) })).to.be.lessThan(
      TRANSACTION_GAS,
    );
    expect(await it.keyRegistry.keyIdAt(1)).to.equal(keyId);
  });

  // open: CO-59. 64 inputs of about 125 bytes, and 32 recipients: a payment day
  it('nor for one of 12 KiB with 64 digests and 32 effects', async () => {
    expect(await gasToPropose(await largest(12 * 1024)).catch(String)).to.contain(OUT_OF_GAS);
  });

  it('the largest limits fit into a proposal, with scripts of 34 bytes', async () => {
    const { it, keyId } = made();
    const scripts = Array.from({ length: 32 }, (_, i) => hexlify(new Uint8Array(34).fill(i)));
    const caps = scripts.map((script) => ({ asset: keccak256(script), capacity: 1n, window: DAY, feeCap: 1n }));
    const limits = { expiresAt: 2n ** 40n, kinds: 2, maxUnsettled: 1, recipients: scripts, targets: scripts, caps };
    const call = await action(it.spendingLimits, 'setLimits', [
      await it.signingRequests.getAddress(),
      keyId,
      it.anyone.address,
      limits,
    ]);
    const proposing = it.governor.connect(it.voters[0]);
    await proposing.propose([call.target], [0], [call.data], '# Limits', { gasLimit: TRANSACTION_GAS });
    await it.dao.sendTransaction({ to: call.target, data: call.data, gasLimit: TRANSACTION_GAS });
  });

  it('no guard is made of an address without code, and none asks for nothing', async () => {
    const { it } = made();
    const nonce = await it.ethers.provider.getTransactionCount(it.anyone);
    const target = getCreateAddress({ from: it.anyone.address, nonce: nonce + 5 });
    const refused = async () => {
      const error = await codeGuard(it.codeHashGuard, it.ethers.provider, target).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(NothingToGuard);
      expect(String(error)).to.contain(`${target} has no code: a guard of it would guard nothing`);
      for (const expected of [NOTHING, ZeroHash])
        await expect(it.codeHashGuard.requireCode(target, expected))
          .to.be.revertedWithCustomError(it.codeHashGuard, 'CodeHashGuardNothingExpected')
          .withArgs(target, expected);
    };
    await refused();
    await it.anyone.sendTransaction({ to: target, value: 1n });
    await refused();
  });

  it('no guard is made of an account that delegates (EIP-7702), which is other code in the next transaction, and none passes', async () => {
    const { it } = made();
    const { chainId } = await it.ethers.provider.getNetwork();
    const owner = new Wallet(id('owner'));
    const payer = new Wallet(id('payer'), it.ethers.provider);
    await it.anyone.sendTransaction({ to: payer, value: 10n ** 18n });
    const delegate = async (address: string, nonce: number) => {
      const authorization = await owner.authorize({ address, nonce, chainId });
      const sent = await payer.sendTransaction({
        type: 4,
        to: payer,
        authorizationList: [authorization],
        gasLimit: 200_000,
      });
      await sent.wait();
    };
    await delegate(await it.codeHashGuard.getAddress(), 0);
    const code = await it.ethers.provider.getCode(owner.address);
    expect(code).to.equal(`0xef0100${String(it.codeHashGuard.target).slice(2).toLowerCase()}`);
    const error = await codeGuard(it.codeHashGuard, it.ethers.provider, owner.address).catch(String);
    expect(error).to.contain(`${owner.address} delegates to code that its key can change`);
    await expect(it.codeHashGuard.requireCode(owner.address, keccak256(code)))
      .to.be.revertedWithCustomError(it.codeHashGuard, 'CodeHashGuardDelegation')
      .withArgs(owner.address);
    await delegate(await it.spendReceipt.getAddress(), 1);
    const other = await it.ethers.provider.getCode(owner.address);
    expect(other).not.to.equal(code);
    await expect(it.codeHashGuard.requireCode(owner.address, keccak256(code)))
      .to.be.revertedWithCustomError(it.codeHashGuard, 'CodeHashGuardOtherCode')
      .withArgs(owner.address, keccak256(other), keccak256(code));
  });

  it('a role that is granted for later, and taken back before, leaves the lists as they were', async () => {
    const { it } = made();
    const manager = it.accessManager.connect(it.dao);
    const before = await manager.roles(0, 100);
    await manager.setGrantDelay(7, DAY);
    await it.helpers.time.increase(6 * DAY);
    await manager.grantRole(7, it.anyone, 60);
    expect((await manager.hasRole(7, it.anyone)).isMember).to.equal(false);
    expect((await manager.members(7, 0, 9)).map(({ account }) => account)).to.deep.equal([it.anyone.address]);
    await manager.grantRole(7, it.anyone, 120);
    expect((await manager.members(7, 0, 9)).length).to.equal(1);
    await manager.connect(it.anyone).renounceRole(7, it.anyone);
    await manager.revokeRole(7, it.anyone);
    expect(await manager.roles(0, 100)).to.deep.equal(before);
  });
});
