/**
 * Every byte of what an enclave is given means something: changed, the whole is refused, or the outcome is the same to the byte.
 * The suite tries some; `QUORATE_EVERY_BYTE=1` tries all, in several ways each.
 */

import { ok } from 'node:assert/strict';
import { bootstrapAt, bytesOfAnswer } from '../../scripts/local/beacon/answers.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { isEqual } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { fixedSize, headSize } from '../../signer/finality/ssz/schema.ts';
import { encodeStore, type Store } from '../../signer/finality/store.ts';
import { type Kind, schemaOf } from '../../signer/finality/wire.ts';
import { accepted } from './support/outcomes.ts';
import { blockAt, CONFIG, flipped, GLOAS_SLOT, OLDER, scene, storeAt } from './support/scenes.ts';

const ALL = process.env.QUORATE_EVERY_BYTE === '1';
const MASKS = ALL ? [0x01, 0x10, 0x80, 0xff] : [0x01];
/** A prime step, so that each field is met at different bytes. */
const STEP = ALL ? 1 : 29;

type Bundle = {
  readonly name: string;
  readonly config: FinalityConfig;
  readonly bytes: Uint8Array;
  readonly apply: (bytes: Uint8Array) => Store | Rejection;
  /** Where the one field stands that means nothing within a fork and period. */
  readonly signatureSlotAt: number;
};

function bundlesOf(name: string, config: FinalityConfig, slot: number): readonly Bundle[] {
  const block = blockAt(config, slot);
  const store = storeAt(config, slot, 'current');
  const { update } = scene(config, { finalised: slot + 4, attested: slot + 8 });
  const applied = (kind: Kind): Bundle => ({
    name: `${kind} of ${name}`,
    config,
    bytes: bytesOfAnswer(config, kind, update),
    apply: (bytes) => applyUpdate(config, store, bytes),
    signatureSlotAt: 2 + headOf(config, kind, update.shape) - 8,
  });
  const first: Bundle = {
    name: `bootstrap of ${name}`,
    config,
    bytes: bytesOfAnswer(config, 'bootstrap', bootstrapAt(block)),
    apply: (bytes) => bootstrap(config, block.root, bytes),
    signatureSlotAt: Number.POSITIVE_INFINITY,
  };
  return [first, applied('update'), applied('finality_update')];
}

function headOf(config: FinalityConfig, kind: Kind, shape: Parameters<typeof schemaOf>[2]): number {
  const schema = schemaOf(config, kind, shape);
  return fixedSize(schema) ?? headSize(schema);
}

const bundles = [
  ...bundlesOf('Capella', OLDER, 8),
  ...bundlesOf('Electra', CONFIG, 8),
  ...bundlesOf('Gloas', CONFIG, GLOAS_SLOT + 8),
];

describe(`a byte changed${ALL ? '' : ' (some of them: QUORATE_EVERY_BYTE=1 for all)'}`, () => {
  for (const { name, config, bytes, apply, signatureSlotAt } of bundles)
    it(`is refused, or means nothing: ${name}`, function () {
      this.timeout(ALL ? 3_600_000 : 60_000);
      const honest = encodeStore(config, accepted(apply(bytes)));
      let refused = 0;
      for (let at = 0; at < bytes.length; at += STEP)
        for (const mask of MASKS) {
          const result = apply(flipped(bytes, at, mask));
          if ('rejection' in result) refused++;
          else {
            ok(at >= signatureSlotAt && at < signatureSlotAt + 8, `byte ${at} ^ ${mask} was accepted`);
            ok(isEqual(encodeStore(config, result), honest), `byte ${at} ^ ${mask} changed the outcome`);
          }
        }
      ok(refused > 10);
    });

  for (const { name, bytes, apply } of bundles)
    it(`less or more is refused: ${name}`, () => {
      const shorter = [0, 1, 2, 3, 6, 100, bytes.length >> 1, bytes.length - 1].map((end) => bytes.slice(0, end));
      for (const wrong of [...shorter, Uint8Array.of(...bytes, 0), new Uint8Array(0), new Uint8Array(2 ** 20).fill(1)])
        ok('rejection' in apply(wrong), `${wrong.length} bytes were accepted`);
    });
});
