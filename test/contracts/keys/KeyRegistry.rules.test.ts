/** Borders of what a vote may say about a key that mutants survived at. Committees by `CommitteeVotes.propose`, which seats nobody. */

import { expect } from 'chai';
import { toBeHex, ZeroHash } from 'ethers';
import type { CommitteeParametersStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, committeeOf, NO_RULE, parametersOf, rowFor, secretOf } from '../support/keys.ts';

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
    made()
      .it.committeeVotes.connect(made().it.dao)
      .propose(made().registry, made().keyId, {
        threshold: 2,
        operators: addresses(3),
        reserves: [],
        attemptWindow: 600,
        diversity: NO_RULE,
        ...change,
      });
  const setRow = (delay: number) => made().registry.setRow(made().keyId, rowFor(addresses(1)[0]!, { delay }));

  it('seat 64 and no more, with 64 reserves and no more', async () => {
    await propose({ operators: addresses(64), reserves: addresses(64, 1000) });
    await expect(propose({ operators: addresses(65) }))
      .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidThreshold')
      .withArgs(2, 65, 64);
    await expect(propose({ reserves: addresses(65, 1000) }))
      .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidThreshold')
      .withArgs(2, 3, 64);
  });

  it('need two members at least, and all of them at most', async () => {
    for (const threshold of [2, 3]) await propose({ threshold });
    for (const threshold of [1, 4])
      await expect(propose({ threshold }))
        .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidThreshold')
        .withArgs(threshold, 3, 64);
  });

  it('give an attempt 10 seconds to 30 days', async () => {
    for (const attemptWindow of [10, 30 * DAY]) await propose({ attemptWindow });
    for (const attemptWindow of [9, 30 * DAY + 1])
      await expect(propose({ attemptWindow }))
        .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidWindow')
        .withArgs(attemptWindow, 10, 30 * DAY);
  });

  for (const cap of ['region', 'vendor', 'platform', 'sealing'] as const)
    it(`cap what a ${cap} may hold below the threshold`, async () => {
      await propose({ threshold: 3, diversity: { ...NO_RULE, [cap]: 2 } });
      await expect(propose({ threshold: 3, diversity: { ...NO_RULE, [cap]: 3 } })).to.be.revertedWithCustomError(
        made().it.committees,
        'CommitteesInvalidDiversity',
      );
    });

  it('name each operator once, wherever the second time is', async () => {
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
        .to.be.revertedWithCustomError(made().it.committees, 'CommitteesRepeatedOperator')
        .withArgs([...operators, ...reserves].find((one, i, all) => all.indexOf(one) < i));
    await propose({ operators: [a, b], reserves: [c] });
  });

  it('delay by a year at most', async () => {
    const { registry } = made();
    await setRow(365 * DAY);
    await expect(setRow(365 * DAY + 1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidDelay')
      .withArgs(365 * DAY + 1, 365 * DAY);
  });

  it('make no key without a scheme, whatever its row says', async () => {
    const { registry, members } = made();
    const rows = [rowFor(addresses(1)[0]!, { kinds: 1 })];
    await expect(registry.createKey(parametersOf(members, { scheme: 0, rows }))).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryNoScheme',
    );
  });

  for (const cap of ['region', 'vendor', 'platform', 'sealing'] as const)
    it(`keep a rule about a ${cap} with as many members as it says, and break it with one more`, async () => {
      const { it, members } = made();
      const ids = [members[0]!.id, members[1]!.id, members[0]!.id]; // three that share everything
      for (const [rule, obeyed] of [
        [0, true],
        [2, false],
        [3, true],
      ] as const) {
        const committee = committeeOf([], {
          threshold: 4,
          operators: addresses(4),
          diversity: { ...NO_RULE, [cap]: rule },
        });
        await it.committees.connect(it.anyone).appoint(ZeroHash, committee);
        expect(await it.committees.obeys(it.anyone, ZeroHash, ids), `${rule}`).to.equal(obeyed);
      }
    });
});
