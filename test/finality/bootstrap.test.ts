import { deepEqual, equal } from 'node:assert/strict';
import { bootstrapAt, bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { headerIn } from '../../scripts/local/beacon/block.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { hex } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { accepted, outcome } from './support/outcomes.ts';
import { alteredAnswer, blockAt, CONFIG, committeeOf, flipped, GLOAS_SLOT, OLDER, tag } from './support/scenes.ts';

const FORKS: readonly (readonly [string, FinalityConfig, number])[] = [
  ['Capella', OLDER, 10],
  ['Deneb', OLDER, 70],
  ['Electra', CONFIG, 10],
  ['Fulu', CONFIG, 70],
  ['Gloas', CONFIG, GLOAS_SLOT + 2],
];

for (const [name, config, slot] of FORKS)
  describe(`a bootstrap of ${name}`, () => {
    const block = blockAt(config, slot);
    const answer = bootstrapAt(block);
    const start = (changed = answer, trusted = block.root) =>
      bootstrap(config, trusted, bytesOfAnswer(config, 'bootstrap', changed));

    it('gives a store at the trusted block', () => {
      const found = finalised(config, accepted(start()));
      deepEqual(found, {
        slot,
        beaconRoot: block.root,
        blockHash: block.content.execution.block_hash,
        time: config.genesisTime + 12 * slot,
        period: Math.floor(slot / 32),
        isNextCommitteeKnown: false,
      });
    });

    it('is refused for another root, and says both', () => {
      const { code, field, expected, found } = start(answer, tag('another')) as Rejection;
      deepEqual({ code, field }, { code: 'TRUSTED_ROOT', field: 'header' });
      deepEqual({ expected, found }, { expected: hex(tag('another')), found: hex(block.root) });
    });

    it('is refused with another committee', () => {
      const other = alteredAnswer(
        answer,
        'current_sync_committee',
        () => committeeOf(Math.floor(slot / 32) + 1).committee,
      );
      equal(
        outcome(() => start(other)),
        'COMMITTEE_BRANCH',
      );
      const oneKey = alteredAnswer(answer, 'current_sync_committee.pubkeys.31', (key: Uint8Array) => flipped(key, 47));
      equal(
        outcome(() => start(oneKey)),
        'COMMITTEE_BRANCH',
      );
      const sum = alteredAnswer(answer, 'current_sync_committee.aggregate_pubkey', (key: Uint8Array) =>
        flipped(key, 47),
      );
      equal(
        outcome(() => start(sum)),
        'COMMITTEE_BRANCH',
      );
    });

    it('is refused with another execution block', () => {
      const path = name === 'Gloas' ? 'header.execution_block_hash' : 'header.execution.block_hash';
      const other = alteredAnswer(answer, path, (hash: Uint8Array) => flipped(hash));
      equal(
        outcome(() => start(other)),
        'EXECUTION_BRANCH',
      );
    });

    if (name !== 'Gloas')
      it('is refused with any field of the execution header altered', () => {
        const header = headerIn(block.shape, block);
        const fields = 'execution' in header ? Object.entries(header.execution) : [];
        for (const [field, value] of fields) {
          if (name === 'Capella' && field.includes('blob')) continue;
          const change = () => (typeof value === 'bigint' ? value ^ 1n : flipped(value));
          const other = alteredAnswer(answer, `header.execution.${field}`, change);
          equal(
            outcome(() => start(other)),
            'EXECUTION_BRANCH',
            field,
          );
        }
      });
  });

describe('a committee', () => {
  const start = (change: (key: Uint8Array) => Uint8Array, field = 'pubkeys.3') => {
    const honest = blockAt(CONFIG, 10).content.current;
    const [name = '', at] = field.split('.');
    const { value } = alteredAnswer({ shape: 'electra', value: honest }, at ? `${name}.${at}` : name, change as never);
    const block = blockAt(CONFIG, 10, { current: value });
    return outcome(() => bootstrap(CONFIG, block.root, bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAt(block))));
  };

  it('is refused when its aggregate is not the sum of its keys, though the state holds it', () => {
    equal(
      start(() => committeeOf(1).committee.aggregate_pubkey, 'aggregate_pubkey'),
      'COMMITTEE_AGGREGATE',
    );
    equal(
      start(() => committeeOf(1).committee.pubkeys[0]!),
      'COMMITTEE_AGGREGATE',
    );
  });

  it('is refused with the identity for a key', () => {
    equal(
      start(() => Uint8Array.of(0xc0, ...new Uint8Array(47))),
      'COMMITTEE_KEY',
    );
  });

  it('is refused with a key that is no point, or not compressed, or zero', () => {
    equal(
      start((key) => Uint8Array.of(key[0]! & 0x7f, ...key.subarray(1))),
      'COMMITTEE_KEY',
    );
    equal(
      start(() => new Uint8Array(48)),
      'COMMITTEE_KEY',
    );
    equal(
      start(() => Uint8Array.of(0x9f, ...new Uint8Array(47).fill(0xff))),
      'COMMITTEE_KEY',
    );
  });

  it('is refused with a key on the curve that is not in the subgroup', () => {
    // > y^2 = x^3 + 4: at x = 4 there is a point, of another order than r.
    const x4 = Uint8Array.of(0x80, ...new Uint8Array(46), 4);
    const block = blockAt(CONFIG, 10, { current: { ...committeeOf(0).committee, pubkeys: Array(32).fill(x4) } });
    const { code, field, expected } = bootstrap(
      CONFIG,
      block.root,
      bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAt(block)),
    ) as Rejection;
    deepEqual([code, field, expected], ['COMMITTEE_KEY', 'pubkeys[0]', 'a point of order r']);
  });
});
