import { deepEqual, equal } from 'node:assert/strict';
import { bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { headerIn } from '../../scripts/local/beacon/block.ts';
import { toJson } from '../../scripts/local/beacon/toJson.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { fromBeaconJson } from '../../signer/finality/beaconApi/canonicalBytes.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { type FinalityConfig, type Fork, requireConfig } from '../../signer/finality/config.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import { validateLightClientHeader } from '../../signer/finality/spec/validateLightClientHeader.ts';
import { schemaOf } from '../../signer/finality/wire.ts';
import { accepted, outcome } from './support/outcomes.ts';
import {
  alteredAnswer,
  blockAt,
  CONFIG,
  FULU_SLOT,
  fork,
  GLOAS_SLOT,
  OLDER,
  scene,
  storeAt,
  tag,
} from './support/scenes.ts';

type Wanted = Parameters<typeof scene>[1];

function finality(config: FinalityConfig, wanted: Wanted): Uint8Array {
  return bytesOfAnswer(config, 'finality_update', scene(config, wanted).update);
}

function withForks(...forks: readonly Fork[]): FinalityConfig {
  return { ...CONFIG, forks };
}

for (const [name, config] of [
  ['Capella, Deneb and Electra', OLDER],
  ['Electra, Fulu and Gloas', CONFIG],
] as const)
  describe(`${name}`, () => {
    it('are crossed by one client, period after period', () => {
      let store = storeAt(config, 4);
      for (let slot = 36; slot < 200; slot += 32) {
        const { update, finalised: block } = scene(config, { finalised: slot, attested: slot + 16 });
        store = accepted(applyUpdate(config, store, bytesOfAnswer(config, 'update', update)));
        deepEqual(finalised(config, store).blockHash, block.content.execution.block_hash);
        equal(finalised(config, store).slot, slot);
      }
    });

    it('finalise blocks of the fork before in containers of the new one', () => {
      for (const boundary of [64, 128]) {
        const store = storeAt(config, boundary - 20);
        const { update, finalised: block } = scene(config, { finalised: boundary - 8, attested: boundary + 4 });
        const later = accepted(applyUpdate(config, store, bytesOfAnswer(config, 'finality_update', update)));
        deepEqual(finalised(config, later).blockHash, block.content.execution.block_hash);
      }
    });
  });

describe('a format', () => {
  const electraForEver = withForks(fork(0, 5, 'electra'), fork(8, 6, 'electra'), fork(16, 7, 'electra'));
  const gloasFromStart = withForks(fork(0, 5, 'gloas'), fork(8, 6, 'gloas'), fork(16, 7, 'gloas'));

  it('is refused after its fork', () => {
    const old = finality(electraForEver, { finalised: GLOAS_SLOT + 8, attested: GLOAS_SLOT + 16 });
    equal(
      outcome(() => applyUpdate(CONFIG, storeAt(CONFIG, GLOAS_SLOT), old)),
      'FORK_FORMAT',
    );
    const first = bytesOfAnswer(electraForEver, 'bootstrap', bootstrapAnswer(electraForEver, GLOAS_SLOT));
    equal(
      outcome(() => bootstrap(CONFIG, tag('any'), first)),
      'FORK_FORMAT',
    );
  });

  it('is refused before its fork', () => {
    const early = finality(gloasFromStart, { finalised: GLOAS_SLOT - 8, attested: GLOAS_SLOT - 1 });
    equal(
      outcome(() => applyUpdate(CONFIG, storeAt(CONFIG, 100), early)),
      'FORK_FORMAT',
    );
    const first = bytesOfAnswer(gloasFromStart, 'bootstrap', bootstrapAnswer(gloasFromStart, GLOAS_SLOT - 1));
    equal(
      outcome(() => bootstrap(CONFIG, tag('any'), first)),
      'FORK_FORMAT',
    );
  });

  it('is not what the first bytes claim', () => {
    const bytes = finality(CONFIG, { finalised: 16, attested: 24 });
    const claimed = (shape: number) => Uint8Array.of(bytes[0]!, shape, ...bytes.subarray(2));
    const store = storeAt(CONFIG, 10);
    const codes = [0, 1, 2, 3, 4, 5, 255].map((shape) => outcome(() => applyUpdate(CONFIG, store, claimed(shape))));
    deepEqual(codes, [
      'FORK_FORMAT',
      'BYTES_TOO_MANY',
      'SSZ_OFFSET',
      'accepted',
      'BYTES_TOO_MANY',
      'FORK_FORMAT',
      'FORK_FORMAT',
    ]);
  });

  it('with an execution header is none of Gloas, whatever container it came in', () => {
    const header = headerIn('electra', blockAt(electraForEver, GLOAS_SLOT));
    equal(
      outcome(() => validateLightClientHeader(CONFIG, header, 'header')),
      'FORK_FORMAT',
    );
    equal(
      outcome(() => validateLightClientHeader(electraForEver, header, 'header')),
      'accepted',
    );
  });

  it('of a fork that the configuration does not know is refused', () => {
    const known = withForks(...CONFIG.forks.slice(0, 2));
    const gloas = finality(CONFIG, { finalised: GLOAS_SLOT + 8, attested: GLOAS_SLOT + 16 });
    equal(
      outcome(() => applyUpdate(known, storeAt(known, GLOAS_SLOT), gloas)),
      'FORK_FORMAT',
    );
  });

  it('that stayed the same does not help a fork that the configuration does not know', () => {
    const known = withForks(CONFIG.forks[0]!);
    const fulu = finality(CONFIG, { finalised: FULU_SLOT + 8, attested: FULU_SLOT + 16 });
    equal(
      outcome(() => applyUpdate(known, storeAt(known, FULU_SLOT), fulu)),
      'SIGNATURE_INVALID',
    );
  });

  it('is none before the first fork that the configuration knows', () => {
    const late = withForks(...CONFIG.forks.slice(1));
    const first = bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAnswer(CONFIG, 10));
    equal(
      outcome(() => bootstrap(late, blockAt(CONFIG, 10).root, first)),
      'FORK_UNKNOWN',
    );
    const across = finality(CONFIG, { finalised: FULU_SLOT - 8, attested: FULU_SLOT + 4 });
    equal(
      outcome(() => applyUpdate(late, storeAt(late, FULU_SLOT), across)),
      'FORK_UNKNOWN',
    );
  });

  for (const [what, slot] of [
    ['Electra', 8],
    ['Gloas', GLOAS_SLOT + 8],
  ] as const)
    it(`of ${what} has branches of its own depths`, () => {
      const { update } = scene(CONFIG, { finalised: slot + 8, attested: slot + 16 });
      const schema = schemaOf(CONFIG, 'update', update.shape);
      for (const branch of ['finality_branch', 'next_sync_committee_branch', 'attested_header.execution_branch'])
        for (const change of [
          (nodes: Uint8Array[]) => nodes.slice(1),
          (nodes: Uint8Array[]) => [new Uint8Array(32), ...nodes],
        ]) {
          const other = alteredAnswer(update, branch, change as never);
          const spelled = toJson(schema, other.value as never) as Record<string, Record<string, unknown>>;
          if (branch.includes('.'))
            spelled.attested_header!.execution_branch = (at(other.value, branch) as Uint8Array[]).map(
              () => `0x${'00'.repeat(32)}`,
            );
          equal(
            outcome(() => fromBeaconJson(CONFIG, 'update', spelled)),
            'JSON_MALFORMED',
            branch,
          );
          const code = outcome(() =>
            applyUpdate(CONFIG, storeAt(CONFIG, slot), bytesOfAnswer(CONFIG, 'update', other)),
          );
          equal(['SSZ_OFFSET', 'SSZ_SIZE', 'BYTES_TOO_MANY'].includes(code), true, `${branch} ${code}`);
        }
    });
});

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce((inner, name) => (inner as Record<string, unknown>)[name], value);
}

function bootstrapAnswer(config: FinalityConfig, slot: number) {
  const { shape } = blockAt(config, slot);
  const { value } = scene(config, { finalised: slot, attested: slot + 1 }).update;
  return {
    shape,
    value: {
      header: headerIn(shape, blockAt(config, slot)),
      current_sync_committee: value.next_sync_committee,
      current_sync_committee_branch: value.next_sync_committee_branch,
    } as never,
  };
}

describe('a Fulu block in a Gloas container', () => {
  const store = storeAt(CONFIG, GLOAS_SLOT - 20);
  const { update } = scene(CONFIG, { finalised: GLOAS_SLOT - 8, attested: GLOAS_SLOT + 4 });
  const changed = (change: (branch: readonly Uint8Array[]) => readonly Uint8Array[]) => {
    const other = alteredAnswer(update, 'finalized_header.execution_branch', change as never);
    return outcome(() => applyUpdate(CONFIG, store, bytesOfAnswer(CONFIG, 'finality_update', other)));
  };

  it('has two zero nodes before the branch: eleven levels there, nine here', () => {
    equal(
      changed((branch) => branch),
      'accepted',
    );
  });

  it('is refused with padding that is not zero', () => {
    for (const place of [0, 1])
      equal(
        changed((branch) => branch.map((node, at) => (at === place ? tag('padding') : node))),
        'EXECUTION_PADDING',
      );
  });

  it('is refused with padding twice, or behind', () => {
    const zero = new Uint8Array(32);
    equal(
      changed((branch) => [zero, zero, ...branch.slice(0, -2)]),
      'EXECUTION_BRANCH',
    );
    equal(
      changed((branch) => [...branch.slice(2), zero, zero]),
      'EXECUTION_PADDING',
    );
    equal(
      changed((branch) => [zero, ...branch.slice(0, -1)]),
      'EXECUTION_BRANCH',
    );
  });

  it('is refused with a proof at the place where Gloas has its hash', () => {
    const gloas = withForks(
      fork(0, 5, 'gloas'),
      ...CONFIG.forks.slice(1).map(({ epoch, version }) => ({ epoch, version, shape: 'gloas' as const })),
    );
    const wrong = blockAt(gloas, GLOAS_SLOT - 8);
    const content = { finalisedRoot: wrong.root };
    const { update: signed } = scene(CONFIG, { finalised: GLOAS_SLOT - 8, attested: GLOAS_SLOT + 4, content });
    const other = alteredAnswer(signed, 'finalized_header', () => headerIn('gloas', wrong));
    equal(
      outcome(() => applyUpdate(CONFIG, store, bytesOfAnswer(CONFIG, 'finality_update', other))),
      'EXECUTION_PADDING',
    );
  });
});

describe('a Gloas block', () => {
  it('is refused with a proof at the place where Fulu has its hash', () => {
    const fulu = withForks(...CONFIG.forks.slice(0, 2), fork(16, 7, 'electra'));
    const wrong = blockAt(fulu, GLOAS_SLOT + 8);
    const content = { finalisedRoot: wrong.root };
    const { update } = scene(CONFIG, { finalised: GLOAS_SLOT + 8, attested: GLOAS_SLOT + 16, content });
    const other = alteredAnswer(update, 'finalized_header', () => headerIn('gloas', wrong));
    equal(
      outcome(() => applyUpdate(CONFIG, storeAt(CONFIG, GLOAS_SLOT), bytesOfAnswer(CONFIG, 'finality_update', other))),
      'EXECUTION_BRANCH',
    );
  });
});

describe('a Capella block in a Deneb container', () => {
  it('has no blobs', () => {
    const store = storeAt(OLDER, 50);
    const { update } = scene(OLDER, { finalised: 56, attested: 68 });
    for (const field of ['blob_gas_used', 'excess_blob_gas']) {
      const other = alteredAnswer(update, `finalized_header.execution.${field}`, () => 1n);
      equal(
        outcome(() => applyUpdate(OLDER, store, bytesOfAnswer(OLDER, 'finality_update', other))),
        'FORK_FIELD',
      );
    }
  });
});

describe('a configuration', () => {
  const refused = (change: Partial<FinalityConfig>) => outcome(() => requireConfig({ ...CONFIG, ...change }));

  it('is taken as it stands', () => {
    equal(refused({}), 'accepted');
  });

  const wrong: readonly (readonly [string, Partial<FinalityConfig>])[] = [
    ['no forks', { forks: [] }],
    ['forks out of order', { forks: [fork(8, 5, 'electra'), fork(0, 6, 'electra')] }],
    ['two forks at one epoch', { forks: [fork(8, 5, 'electra'), fork(8, 6, 'gloas')] }],
    ['a format that returns', { forks: [fork(0, 5, 'gloas'), fork(8, 6, 'electra')] }],
    ['a version of another length', { forks: [{ epoch: 0, version: new Uint8Array(5), shape: 'electra' }] }],
    ['an epoch that is no whole number', { forks: [fork(0.5, 5, 'electra')] }],
    ['less than two thirds', { minParticipants: 21 }],
    ['more participants than members', { minParticipants: 33 }],
    ['a committee that fills no bytes', { syncCommitteeSize: 30, minParticipants: 25 }],
    ['a committee of none', { syncCommitteeSize: 0 }],
    ['a genesis root of another length', { genesisValidatorsRoot: new Uint8Array(31) }],
    ['no time between slots', { secondsPerSlot: 0 }],
    ['epochs without slots', { slotsPerEpoch: 0 }],
    ['periods without epochs', { epochsPerSyncCommitteePeriod: Number.NaN }],
  ];
  for (const [what, change] of wrong)
    it(`is refused with ${what}`, () => {
      equal(refused(change), 'CONFIG_MALFORMED');
      equal(
        outcome(() => bootstrap({ ...CONFIG, ...change }, tag('any'), new Uint8Array())),
        'CONFIG_MALFORMED',
      );
    });
});
