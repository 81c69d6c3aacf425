/** What the lens of keys shows: each word where its contract keeps it, one key or a page of them. */

import { expect } from 'chai';
import { id, ZeroAddress, ZeroHash } from 'ethers';
import type { KeyLens } from '../../../types/contracts/lens/KeyLens.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  CEREMONY,
  committeeOf,
  createKey,
  KEY_STATUS,
  KIND,
  parametersOf,
  publicKeyOf,
  rowFor,
  secretOf,
} from '../support/keys.ts';
import { admitReleases, FOREIGN, ids, OWN, placed, promote, RELEASES, UNSEALED } from '../support/places.ts';

const secret = secretOf('key lens');

describe('KeyLens', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    const [alice, bob] = [it.operators[10]!, it.operators[11]!];
    const module = await it.mandates.getAddress();
    const reserves = [it.operators[12]!.address];
    const rows = [rowFor(alice.address, { delay: 5 }), rowFor(bob.address, { module })];
    const active = await activeKey(it, members, secret, parametersOf(members, { rows, reserves }));
    const pending = await createKey(it, parametersOf(members.slice(0, 2)));
    return { it, lens: it.keyLens, members, alice, bob, module, reserves, active, pending };
  });

  it('shows an active key with its members, seats, and who serves', async () => {
    const { it, lens, members, reserves, active } = made();
    const found = await lens.keyView(active);
    const [key, ceremony] = [await it.keyRegistry.key(active), await it.keyRegistry.ceremonyOf(active)];
    expect(found.id).to.equal(active);
    expect([...found.key]).to.deep.equal([...key]);
    expect([...found.ceremony]).to.deep.equal([...ceremony]);
    expect([key.status, key.publicKeyX]).to.deep.equal([KEY_STATUS.active, publicKeyOf(secret).x]);
    for (const list of [found.members, found.participants]) expect([...list]).to.deep.equal(ids(members));
    expect([...found.seats.operators]).to.deep.equal(members.map(({ operator }) => operator.address));
    expect([...found.seats.reserves]).to.deep.equal(reserves);
    expect([found.live, found.suspendableAt, found.announcedCommittee, found.announcedFrom]).to.deep.equal([
      3n,
      0n,
      ZeroHash,
      0n,
    ]);
  });

  it('shows a pending key: nobody holds it, and who is to', async () => {
    const { lens, members, pending } = made();
    const found = await lens.keyView(pending);
    expect([found.key.status, found.ceremony.status]).to.deep.equal([KEY_STATUS.pending, CEREMONY.open]);
    expect([[...found.members], [...found.participants]]).to.deep.equal([[], ids(members.slice(0, 2))]);
    expect(found.live).to.equal(2n);
  });

  it('shows nothing of a key that there is not', async () => {
    const found = await made().lens.keyView(id('none'));
    expect([found.id, found.key.status, found.ceremony.kind, found.live]).to.deep.equal([id('none'), 0n, 0n, 0n]);
    expect([[...found.members], [...found.seats.operators]]).to.deep.equal([[], []]);
  });

  it('shows a committee that a vote has announced, a suspension, and members that serve no more', async () => {
    const { it, lens, members, active } = made();
    await it.committeeVotes.connect(it.dao).propose(it.keyRegistry, active, committeeOf(members.slice(1)));
    await it.guardianContract.connect(it.guardian).suspend(active, 60);
    await it.enclaveRegistry.connect(it.dao).suspend(members[0]!.id);
    const found = await lens.keyView(active);
    expect([found.announcedCommittee, found.announcedFrom]).to.deep.equal([
      ...(await it.keyRegistry.proposedCommittee(active)),
    ]);
    expect(found.announcedCommittee).not.to.equal(ZeroHash);
    expect(found.suspendableAt).to.equal(await it.keyRegistry.suspendableAt(active));
    expect(found.suspendableAt - found.key.pausedUntil).to.equal(7 * 86_400);
    expect(found.live).to.equal(2n);
  });

  it('pages keys in the order of their creation', async () => {
    const { lens, active, pending } = made();
    const page = async (offset: bigint, limit: bigint) => (await lens.keys(offset, limit)).map((each) => each.id);
    const huge = 2n ** 256n - 1n;
    expect(await page(0n, 10n)).to.deep.equal([active, pending]);
    expect(await page(0n, 1n)).to.deep.equal([active]);
    expect(await page(1n, huge)).to.deep.equal([pending]);
    expect(await page(2n, 1n)).to.deep.equal([]);
    expect(await page(huge, huge)).to.deep.equal([]);
    expect(await page(0n, 0n)).to.deep.equal([]);
  });

  /** Largest, safe, survives: of region, vendor, platform, sealing source. */
  const exposures = async (lens: KeyLens, keyId: string) => {
    const { region, vendor, platform, sealing } = await lens.exposuresOf(keyId);
    return [region, vendor, platform, sealing].map((one) => [...one]);
  };

  it('says what members have in common, of holders and of those who are to be [I11]', async () => {
    const { lens, active, pending } = made();
    const [three, two] = [
      [3n, false, false],
      [2n, false, false],
    ];
    expect((await exposures(lens, active)).slice(0, 3)).to.deep.equal([three, three, three]);
    expect((await exposures(lens, pending)).slice(0, 3)).to.deep.equal([two, two, two]);
  });

  it('says that a key is safe from one thing and survives the loss of another [I11]', async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, RELEASES);
    const spots = [
      { region: 'a', platform: 'p', release: OWN },
      { region: 'b', platform: 'p', release: UNSEALED },
      { region: 'c', platform: 'p', release: FOREIGN },
      { region: 'd', platform: 'q', release: FOREIGN },
    ];
    const members = [];
    for (const [number, spot] of spots.entries()) members.push(await placed(it, number, spot));
    await promote(it, [OWN, UNSEALED, FOREIGN]);
    const keyId = await createKey(it, parametersOf(members, { threshold: 2 }));
    expect(await exposures(it.keyLens, keyId)).to.deep.equal([
      [1n, true, true],
      [2n, false, true],
      [3n, false, false],
      [2n, false, true],
    ]);
  });

  it('shows rows of whom it is asked for, with their modules', async () => {
    const { lens, alice, bob, module, active } = made();
    const rows = await lens.rows(active, [bob, alice, ZeroAddress]);
    const PSBT = BigInt(1 << KIND.psbt);
    expect(rows.map(({ requester, row, module: its }) => [requester, ...row, its])).to.deep.equal([
      [bob.address, ZeroAddress, 1n, PSBT, 0n, module],
      [alice.address, ZeroAddress, 1n, PSBT, 5n, ZeroAddress],
      [ZeroAddress, ZeroAddress, 0n, 0n, 0n, ZeroAddress],
    ]);
  });
});
