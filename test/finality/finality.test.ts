import { deepEqual, equal } from 'node:assert/strict';
import { type Answer, bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { headerIn } from '../../scripts/local/beacon/block.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { hex, isEqual } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import type { LightClientUpdate } from '../../signer/finality/containers.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { encodeStore } from '../../signer/finality/store.ts';
import { decodeUpdate } from '../../signer/finality/wire.ts';
import { accepted, outcome } from './support/outcomes.ts';
import {
  alteredAnswer,
  blockAt,
  CONFIG,
  execution,
  flipped,
  GLOAS_SLOT,
  OLDER,
  scene,
  storeAt,
} from './support/scenes.ts';

const FORKS: readonly (readonly [string, FinalityConfig, number])[] = [
  ['Capella', OLDER, 8],
  ['Deneb', OLDER, 72],
  ['Electra', CONFIG, 8],
  ['Gloas', CONFIG, GLOAS_SLOT + 8],
];

for (const [name, config, start] of FORKS)
  describe(`the finality of ${name}`, () => {
    const store = storeAt(config, start, 'current');
    const { update, finalised: final, attested } = scene(config, { finalised: start + 8, attested: start + 16 });
    const apply = (answer: Answer<LightClientUpdate>, kind: 'update' | 'finality_update' = 'finality_update') =>
      applyUpdate(config, store, bytesOfAnswer(config, kind, answer));
    const changed = (path: string, change: (member: never) => unknown) =>
      outcome(() => apply(alteredAnswer(update, path, change)));

    it('moves the head to the finalised block', () => {
      for (const kind of ['update', 'finality_update'] as const) {
        const found = finalised(config, accepted(apply(update, kind)));
        equal(found.slot, start + 8);
        deepEqual(found.beaconRoot, final.root);
        deepEqual(found.blockHash, final.content.execution.block_hash);
        equal(found.isNextCommitteeKnown, kind === 'update');
      }
    });

    it('is refused where there is none', () => {
      const zero = (branch: readonly Uint8Array[]) => branch.map(() => new Uint8Array(32));
      equal(changed('finality_branch', zero), 'FINALITY_MISSING');
      const oneZero = (branch: readonly Uint8Array[]) => branch.with(0, new Uint8Array(32));
      equal(changed('finality_branch', oneZero), 'FINALITY_BRANCH', 'a node may be zero');
      equal(
        changed('finalized_header.beacon.slot', () => 0n),
        'FINALITY_MISSING',
      );
    });

    it('is refused for another header, however well formed', () => {
      const other = headerIn(update.shape, blockAt(config, start + 8, { execution: execution('another') }));
      equal(
        changed('finalized_header', () => other),
        'FINALITY_BRANCH',
      );
    });

    it('is refused for the attested header itself', () => {
      equal(
        changed('finalized_header', () => headerIn(update.shape, attested)),
        'FINALITY_BRANCH',
      );
    });

    it('is refused with a branch that is too short or too long', () => {
      const [short, long] = name === 'Gloas' ? ['SSZ_SIZE', 'BYTES_TOO_MANY'] : ['SSZ_OFFSET', 'SSZ_OFFSET'];
      equal(
        changed('finality_branch', (branch: Uint8Array[]) => branch.slice(1)),
        short,
      );
      equal(
        changed('finality_branch', (branch: Uint8Array[]) => branch.slice(0, -1)),
        short,
      );
      equal(
        changed('finality_branch', (branch: Uint8Array[]) => [...branch, new Uint8Array(32)]),
        long,
      );
      equal(
        changed('finality_branch', (branch: Uint8Array[]) => [new Uint8Array(32), ...branch]),
        long,
      );
    });

    it('is refused with any field changed, but for the slot of the signature within its fork and period', () => {
      const sealed = encodeStore(config, accepted(apply(update, 'update')));
      const { update: decoded } = decodeUpdate(config, bytesOfAnswer(config, 'update', update));
      for (const path of leavesOf(decoded)) {
        const change = (leaf: bigint | Uint8Array) =>
          typeof leaf === 'bigint' ? leaf ^ 1n : flipped(leaf, leaf.length - 1);
        const result = apply(alteredAnswer(update, path, change as never), 'update');
        if (!('rejection' in result))
          deepEqual([path, isEqual(encodeStore(config, result), sealed)], ['signature_slot', true]);
        else if (path === 'signature_slot') equal(result.code, 'SIGNED_BEFORE_ATTESTED');
      }
    });
  });

/** One path for each number and byte string of a value; of a committee's keys the first and last. */
function leavesOf(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'bigint' || value instanceof Uint8Array) return [path];
  const members = Object.entries(value as object);
  const some = members.length > 20 ? [members[0]!, members.at(-1)!] : members;
  return some.flatMap(([name, member]) => leavesOf(member, path ? `${path}.${name}` : name));
}

describe('a second finalised block', () => {
  it('at the slot of the first is a conflict, once it is proven, and only then', () => {
    const store = storeAt(CONFIG, 10);
    const first = blockAt(CONFIG, 10, { execution: execution('the other branch') });
    const { update } = scene(CONFIG, { finalised: 10, attested: 20, content: { finalisedRoot: first.root } });
    const other = alteredAnswer(update, 'finalized_header', () => headerIn('electra', first));
    const result = applyUpdate(CONFIG, store, bytesOfAnswer(CONFIG, 'finality_update', other)) as Rejection;
    equal(result.code, 'FINALITY_CONFLICT');
    deepEqual([result.expected, result.found], [hex(blockAt(CONFIG, 10).root), hex(first.root)]);

    const unsigned = alteredAnswer(other, 'sync_aggregate.sync_committee_bits', (bits: Uint8Array) => flipped(bits));
    equal(
      outcome(() => applyUpdate(CONFIG, store, bytesOfAnswer(CONFIG, 'finality_update', unsigned))),
      'SIGNATURE_INVALID',
    );
  });
});
