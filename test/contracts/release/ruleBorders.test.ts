/** Borders of what a vote may say about a key that mutants survived at. Committees by `proposeCommittee`, which seats nobody. */

import { expect } from 'chai';
import { toBeHex } from 'ethers';
import type { CommitteeParametersStruct, PolicyStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, KIND, NO_RULE, parametersOf, SCHEME, secretOf } from '../support/keys.ts';

const DAY = 24 * 3600;

const addresses = (count: number, from = 1) => Array.from({ length: count }, (_, i) => toBeHex(from + i, 20));

describe('borders of what a vote may say about a key', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const keyId = await activeKey(it, members, secretOf('rules'), parametersOf(members));
    return { it, registry: it.keyRegistry.connect(it.dao), members, keyId };
  });

  const propose = (change: Partial<CommitteeParametersStruct>) =>
    made().registry.proposeCommittee(made().keyId, {
      threshold: 2,
      operators: addresses(3),
      reserves: [],
      attemptWindow: 600,
      diversity: NO_RULE,
      ...change,
    });
  const setPolicy = (change: Partial<PolicyStruct>) =>
    made().registry.setPolicy(made().keyId, {
      requesters: addresses(1),
      delegates: [],
      kinds: 1 << KIND.psbt,
      delay: 0,
      ...change,
    });

  it('seat 64 and no more, with 64 reserves and no more', async () => {
    const { registry } = made();
    await propose({ operators: addresses(64), reserves: addresses(64, 1000) });
    await expect(propose({ operators: addresses(65) }))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidThreshold')
      .withArgs(2, 65, 64);
    await expect(propose({ reserves: addresses(65, 1000) }))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidThreshold')
      .withArgs(2, 3, 64);
  });

  it('need two members at least, and all of them at most', async () => {
    const { registry } = made();
    for (const threshold of [2, 3]) await propose({ threshold });
    for (const threshold of [1, 4])
      await expect(propose({ threshold }))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidThreshold')
        .withArgs(threshold, 3, 64);
  });

  it('give an attempt 10 seconds to 30 days', async () => {
    const { registry } = made();
    for (const attemptWindow of [10, 30 * DAY]) await propose({ attemptWindow });
    for (const attemptWindow of [9, 30 * DAY + 1])
      await expect(propose({ attemptWindow }))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidWindow')
        .withArgs(attemptWindow, 10, 30 * DAY);
  });

  for (const cap of ['region', 'vendor', 'platform', 'sealing'] as const)
    it(`cap what a ${cap} may hold below the threshold`, async () => {
      const { registry } = made();
      await propose({ threshold: 3, diversity: { ...NO_RULE, [cap]: 2 } });
      await expect(propose({ threshold: 3, diversity: { ...NO_RULE, [cap]: 3 } })).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryInvalidDiversity',
      );
    });

  it('name each operator once, wherever the second time is', async () => {
    const { registry } = made();
    const [a, b, c] = addresses(3) as [string, string, string];
    const repeated: [string[], string[]][] = [
      [[a, a], []],
      [[a, b, a], []],
      [[a, b, b], []],
      [[a, b], [a]],
      [[a, b], [b]],
      [
        [a, b],
        [c, c],
      ],
    ];
    for (const [operators, reserves] of repeated)
      await expect(propose({ operators, reserves }), `${operators} ${reserves}`)
        .to.be.revertedWithCustomError(registry, 'KeyRegistryRepeatedOperator')
        .withArgs([...operators, ...reserves].find((one, i, all) => all.indexOf(one) < i));
    await propose({ operators: [a, b], reserves: [c] });
  });

  it('let 64 ask and no more, requesters and delegates together', async () => {
    const { registry } = made();
    await setPolicy({ requesters: addresses(64) });
    await setPolicy({ requesters: addresses(60), delegates: addresses(4, 1000) });
    await expect(setPolicy({ requesters: addresses(60), delegates: addresses(5, 1000) }))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidRequesters')
      .withArgs(SCHEME.bip340, 65, 64);
  });

  it('delay by a year at most', async () => {
    const { registry } = made();
    await setPolicy({ delay: 365 * DAY });
    await expect(setPolicy({ delay: 365 * DAY + 1 }))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidDelay')
      .withArgs(365 * DAY + 1, 365 * DAY);
  });

  it('leave a key without a scheme no kind to sign, not even the first', async () => {
    const { registry, members } = made();
    const policy = { requesters: addresses(1), delegates: [], kinds: 1, delay: 0 };
    await expect(registry.createKey(parametersOf(members, { scheme: 0, policy })))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryKindsUnfit')
      .withArgs(0, 1, 0);
  });

  for (const cap of ['region', 'vendor', 'platform', 'sealing'] as const)
    it(`keep a rule about a ${cap} with as many members as it says, and break it with one more`, async () => {
      const { it, members } = made();
      const ids = [members[0]!.id, members[1]!.id, members[0]!.id]; // three that share everything
      for (const [rule, obeyed] of [
        [0, true],
        [2, false],
        [3, true],
      ] as const)
        expect(await it.committees.obeys(ids, { ...NO_RULE, [cap]: rule }), `${rule}`).to.equal(obeyed);
    });
});
