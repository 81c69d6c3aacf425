/** What the access manager lists is what it holds, after any history. */

import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { expect } from 'chai';
import fc from 'fast-check';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { world } from '../support/chain.ts';
import { fresh } from '../support/fresh.ts';

type Act =
  | { readonly act: 'grant' | 'revoke' | 'renounce'; readonly role: number; readonly account: number }
  | { readonly act: 'wait'; readonly seconds: number }
  | { readonly act: 'delay'; readonly role: number }
  | { readonly act: 'allow'; readonly target: number; readonly selector: number; readonly role: number };

const ROLE_COUNT = 4;
const ACCOUNTS = 4;
const SELECTORS = ['0x11111111', '0x22222222', '0x33333333'];
const role = fc.nat(ROLE_COUNT - 1);
const holding = { role, account: fc.nat(ACCOUNTS - 1) };
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('grant' as const), ...holding }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('revoke' as const, 'renounce' as const), ...holding }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('wait' as const), seconds: fc.constantFrom(500, 6 * 86400) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delay' as const), role }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('allow' as const), target: fc.nat(1), selector: fc.nat(2), role }),
  },
);

describe('QuorateAccessManager', () => {
  const made = fresh(async () => ({ it: await world() }));
  const manager = () => made().it.accessManager;
  const byDao = () => manager().connect(made().it.dao);
  const accounts = () => made().it.operators.slice(0, ACCOUNTS);
  const targets = async () => [await made().it.keyRegistry.getAddress(), made().it.anyone.address];

  async function perform(it: Act): Promise<void> {
    if (it.act === 'wait') await made().it.helpers.time.increase(it.seconds);
    else if (it.act === 'delay') await byDao().setGrantDelay(it.role, 1000);
    else if (it.act === 'allow')
      await byDao().setTargetFunctionRole((await targets())[it.target]!, [SELECTORS[it.selector]!], it.role);
    else await hold(it.act, it.role, accounts()[it.account]!);
  }

  async function hold(act: 'grant' | 'revoke' | 'renounce', id: number, account: HardhatEthersSigner): Promise<void> {
    if (act === 'grant') await byDao().grantRole(id, account, 0);
    else if (act === 'revoke') await byDao().revokeRole(id, account);
    else await manager().connect(account).renounceRole(id, account);
  }

  async function requireListsAgree(): Promise<void> {
    const now = BigInt(await made().it.helpers.time.latest());
    const listed = await manager().roles(0, 100);
    for (let id = 0; id < ROLE_COUNT; ++id) {
      const members = await manager().members(id, 0, 100);
      expect(listed.find((each) => each.id === BigInt(id))?.memberCount ?? 0n).to.equal(members.length);
      for (const account of [...accounts(), made().it.dao, made().it.guardian, made().it.deployer]) {
        const member = members.find((each) => each.account === account.address);
        const { isMember, executionDelay } = await manager().hasRole(id, account);
        expect(isMember, `${account.address} of ${id}`).to.equal(member !== undefined && member.since <= now);
        expect(member?.executionDelay ?? 0n).to.equal(executionDelay);
      }
    }
    const functions = await manager().functionRoles(0, 100);
    for (const target of await targets())
      for (const selector of SELECTORS) {
        const found = functions.filter((each) => each.target === target && each.selector === selector);
        const held = await manager().getTargetFunctionRole(target, selector);
        expect(found.map((each) => each.role)).to.deep.equal(held === 0n ? [] : [held]);
      }
  }

  it('lists who holds a role and what a role may call, after any history of grants, revocations and renouncements [G3]', async function () {
    this.timeout(600_000);
    const { helpers } = made().it;
    await byDao().setGrantDelay(ROLE_COUNT - 1, 1000); // in effect after five days
    await helpers.time.increase(6 * 86400);
    let start = await helpers.takeSnapshot();
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 10, maxLength: 30 }), async (history) => {
        await start.restore();
        start = await helpers.takeSnapshot();
        for (const act of history) await perform(act);
        await requireListsAgree();
      }),
      { numRuns: 25, seed: 20261125 },
    );
  });

  it('forgets a role with its last member, and knows it again with the next', async () => {
    const [account] = accounts();
    const ids = async () => (await manager().roles(0, 100)).map(({ id }) => id);
    expect(await ids()).to.not.include(7n);
    await byDao().grantRole(7, account!, 0);
    expect([await ids(), await manager().roleCount()]).to.deep.equal([[0n, 1n, 2n, 3n, 4n, 7n], 6n]);
    await byDao().grantRole(7, account!, 0); // again: nothing changes
    await manager().connect(account!).renounceRole(7, account!);
    await manager().connect(account!).renounceRole(7, account!);
    expect([await ids(), await manager().roleCount()]).to.deep.equal([[0n, 1n, 2n, 3n, 4n], 5n]);
    await byDao().grantRole(7, account!, 0);
    expect(await ids()).to.include(7n);
  });

  it('shows a grant that is not in effect yet, and its execution delay', async () => {
    const { helpers } = made().it;
    await byDao().setGrantDelay(7, 1000);
    await helpers.time.increase(6 * 86400);
    await byDao().grantRole(7, accounts()[0]!, 60);
    const time = BigInt(await helpers.time.latest());
    const [member] = await manager().members(7, 0, 10);
    expect([...member!]).to.deep.equal([accounts()[0]!.address, time + 1000n, 60n]);
    expect((await manager().hasRole(7, accounts()[0]!)).isMember).to.equal(false);
  });

  it('shows labels, administrators and guardians of roles', async () => {
    await byDao().grantRole(7, accounts()[0]!, 0);
    await expect(byDao().labelRole(7, 'SEVEN')).to.emit(manager(), 'RoleLabel').withArgs(7, 'SEVEN');
    await byDao().setRoleAdmin(7, ROLES.guardian);
    await byDao().setRoleGuardian(7, ROLES.enclaveRegistry);
    const [found] = (await manager().roles(5, 1)).map((each) => [...each]);
    expect(found).to.deep.equal([7n, 'SEVEN', ROLES.guardian, ROLES.enclaveRegistry, 1n]);
    await expect(manager().connect(accounts()[1]!).labelRole(7, 'KING')).to.be.revertedWithCustomError(
      manager(),
      'AccessManagerUnauthorizedAccount',
    );
  });

  it('gives the same list in pages of any size, and nothing beyond [G3]', async () => {
    for (const account of accounts()) await byDao().grantRole(7, account, 0);
    const lists = {
      roles: (offset: number, limit: number) => manager().roles(offset, limit),
      members: (offset: number, limit: number) => manager().members(7, offset, limit),
      functionRoles: (offset: number, limit: number) => manager().functionRoles(offset, limit),
    };
    for (const [name, list] of Object.entries(lists)) {
      const whole = (await list(0, 100)).map(String);
      expect(whole.length, name).to.be.above(3);
      for (const size of [1, 2, 3]) {
        const pages: string[] = [];
        for (let offset = 0; offset <= whole.length; offset += size)
          pages.push(...(await list(offset, size)).map(String));
        expect(pages, name).to.deep.equal(whole);
      }
      expect([...(await list(whole.length, 5)), ...(await list(0, 0))], name).to.deep.equal([]);
    }
    expect(await manager().functionRoleCount()).to.equal((await manager().functionRoles(0, 100)).length);
  });
});
