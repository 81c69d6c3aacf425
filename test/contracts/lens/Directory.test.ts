/** What the directory of a deployment lists, how one finds it from any other contract, and what it refuses to list. */

import { expect } from 'chai';
import { keccak256, ZeroAddress } from 'ethers';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { QuorateAccessManager__factory } from '../../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { Directory__factory } from '../../../types/factories/contracts/lens/Directory__factory.ts';
import { world } from '../support/chain.ts';
import { fresh } from '../support/fresh.ts';

describe('Directory', () => {
  const made = fresh(async () => ({ it: await world() }));

  it('lists every contract of the record but itself, with its code, in the order of their creation', async () => {
    const { it } = made();
    const { directory: own, ...others } = it.record.contracts;
    expect(own?.address).to.equal(it.directory.target);
    const found = (await it.directory.entries()).map(({ name, account, codeHash }) => ({ name, account, codeHash }));
    expect(found).to.deep.equal(
      Object.entries(others).map(([name, { address, codeHash }]) => ({ name, account: address, codeHash })),
    );
  });

  it('is found from SigningRequests alone, and from there all others [D5]', async () => {
    const { it } = made();
    const manager = QuorateAccessManager__factory.connect(await it.signingRequests.authority(), it.ethers.provider);
    const role = (await manager.roles(0, 100)).find(({ label }) => label === 'DIRECTORY');
    expect(role?.id).to.equal(ROLES.directory);
    const members = await manager.members(role!.id, 0, 10);
    expect(members.map(({ account }) => account)).to.deep.equal([it.directory.target]);
    const directory = Directory__factory.connect(members[0]!.account, it.ethers.provider);
    expect(await directory.addressOf('keyRegistry')).to.equal(it.keyRegistry.target);
    expect(await directory.nameOf(it.governor)).to.equal('governor');
  });

  it('may call nothing: no function is for its role', async () => {
    const { it } = made();
    const functions = await it.accessManager.functionRoles(0, 1_000);
    expect(functions.filter(({ role }) => role === ROLES.directory)).to.deep.equal([]);
  });

  it('leads from each name to its account and back, from the first to the last', async () => {
    const { it } = made();
    const entries = await it.directory.entries();
    expect(entries.length).to.be.greaterThan(1);
    for (const { name, account } of entries) {
      expect(await it.directory.addressOf(name), name).to.equal(account);
      expect(await it.directory.nameOf(account), account).to.equal(
        entries.find((one) => one.account === account)?.name,
      );
    }
  });

  it('knows no name and no account that is not listed', async () => {
    const { it } = made();
    await expect(it.directory.addressOf('keyregistry'))
      .to.be.revertedWithCustomError(it.directory, 'DirectoryUnknownName')
      .withArgs('keyregistry');
    for (const account of [it.directory.target, ZeroAddress, it.anyone.address])
      expect(await it.directory.nameOf(account)).to.equal('');
  });

  const make = (names: readonly string[], addresses: readonly string[]) =>
    new Directory__factory(made().it.anyone).deploy([...names], [...addresses]);
  const at = () => String(made().it.keyRegistry.target);

  it('refuses no names, more than 64, and lists of two lengths', async () => {
    const { directory } = made().it;
    const many = Array.from({ length: 65 }, (_, index) => `name${index}`);
    const cases: [string[], string[], number][] = [
      [[], [], 0],
      [many, many.map(at), 65],
      [['a', 'b'], [at()], 1],
      [['a'], [at(), at()], 2],
    ];
    for (const [names, addresses, count] of cases)
      await expect(make(names, addresses)).to.be.revertedWithCustomError(directory, 'DirectoryCount').withArgs(count);
    await make(many.slice(1), many.slice(1).map(at));
  });

  it('refuses an empty name, a long one, and one that is taken', async () => {
    const { directory } = made().it;
    for (const name of ['', 'x'.repeat(32)])
      await expect(make([name], [at()]))
        .to.be.revertedWithCustomError(directory, 'DirectoryNameLength')
        .withArgs(name);
    await make(['x'.repeat(31)], [at()]);
    await expect(make(['a', 'b', 'a'], [at(), at(), at()]))
      .to.be.revertedWithCustomError(directory, 'DirectoryNameTaken')
      .withArgs('a');
  });

  it('refuses an account without code, or whose key can change it (EIP-7702)', async () => {
    const { it } = made();
    const { directory, helpers, anyone } = it;
    const delegating = it.operators[3]!.address;
    await helpers.setCode(delegating, `0xef0100${at().slice(2)}`);
    for (const account of [anyone.address, ZeroAddress, delegating])
      await expect(make(['a'], [account]))
        .to.be.revertedWithCustomError(directory, 'DirectoryNoCode')
        .withArgs('a', account);
  });

  it('says the code that was there when it was made, whatever is there now', async () => {
    const { it } = made();
    const before = keccak256(await it.ethers.provider.getCode(it.closed));
    await it.helpers.setCode(String(it.closed.target), '0x00');
    expect((await it.directory.entries()).find(({ name }) => name === 'closed')?.codeHash).to.equal(before);
  });
});
