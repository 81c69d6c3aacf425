/**
 * The one byte form that an enclave is given:  kind (1) ‖ shape (1) ‖ SSZ of the standard container of that shape.
 * The shape is a claim; it must be that of the fork at the header's own slot.
 */

import type { Bytes } from './bytes.ts';
import { concat } from './bytes.ts';
import { type FinalityConfig, MAX_SLOT, SHAPES, type Shape } from './config.ts';
import {
  type LightClientBootstrap,
  type LightClientFinalityUpdate,
  type LightClientUpdate,
  lightClientBootstrap,
  lightClientFinalityUpdate,
  lightClientUpdate,
} from './containers.ts';
import { reject } from './rejection.ts';
import { forkAtSlot } from './spec/computeForkVersion.ts';
import { decode } from './ssz/decode.ts';
import { type ContainerSchema, largestSize } from './ssz/schema.ts';

/** In the order of their numbers, from 1. */
export const KINDS = ['bootstrap', 'update', 'finality_update'] as const;
export type Kind = (typeof KINDS)[number];
const PREFIX = 2;

export type Bootstrap = { readonly shape: Shape; readonly bootstrap: LightClientBootstrap };
export type Update = { readonly shape: Shape } & (
  | { readonly kind: 'update'; readonly update: LightClientUpdate }
  | { readonly kind: 'finality_update'; readonly update: LightClientFinalityUpdate }
);

export function schemaOf(config: FinalityConfig, kind: Kind, shape: Shape): ContainerSchema {
  switch (kind) {
    case 'bootstrap':
      return lightClientBootstrap(config, shape);
    case 'update':
      return lightClientUpdate(config, shape);
    case 'finality_update':
      return lightClientFinalityUpdate(config, shape);
  }
}

export function prefixed(kind: Kind, shape: Shape, ssz: Bytes): Bytes {
  return concat(Uint8Array.of(KINDS.indexOf(kind) + 1, SHAPES.indexOf(shape) + 1), ssz);
}

/** No configuration has longer ones: for whoever caps them before there is one. */
export const MAX_INPUT_BYTES = 65_536;

/** No well-formed input of this chain is longer: the cap for whoever reads the bytes off a stream. */
export function largestInput(config: FinalityConfig): number {
  const sizes = KINDS.flatMap((kind) => SHAPES.map((shape) => largestSize(schemaOf(config, kind, shape))));
  return PREFIX + Math.max(...sizes);
}

/** @throws Rejected */
export function decodeBootstrap(config: FinalityConfig, bytes: Bytes): Bootstrap {
  const { kind, shape, ssz } = opened(config, bytes);
  if (kind !== 'bootstrap') reject('BYTES_KIND', 'kind', 'bootstrap', kind);
  const bootstrap = decode(lightClientBootstrap(config, shape), ssz, kind);
  requireShape(config, shape, 'header', bootstrap.header.beacon.slot);
  return { shape, bootstrap };
}

/** @throws Rejected */
export function decodeUpdate(config: FinalityConfig, bytes: Bytes): Update {
  const { kind, shape, ssz } = opened(config, bytes);
  if (kind === 'bootstrap') reject('BYTES_KIND', 'kind', 'update or finality_update', kind);
  const decoded: Update =
    kind === 'update'
      ? { shape, kind, update: decode(lightClientUpdate(config, shape), ssz, kind) }
      : { shape, kind, update: decode(lightClientFinalityUpdate(config, shape), ssz, kind) };
  const { attested_header, finalized_header, signature_slot } = decoded.update;
  requireShape(config, shape, 'attested_header', attested_header.beacon.slot);
  requireSlot('finalized_header', finalized_header.beacon.slot);
  requireSlot('signature_slot', signature_slot);
  return decoded;
}

type Opened = { readonly kind: Kind; readonly shape: Shape; readonly ssz: Bytes };

function opened(config: FinalityConfig, bytes: Bytes): Opened {
  const [kindNumber = 0, shapeNumber = 0] = bytes;
  const kind = KINDS[kindNumber - 1];
  const shape = SHAPES[shapeNumber - 1];
  if (kind === undefined) reject('BYTES_KIND', 'kind', `1 to ${KINDS.length}`, kindNumber);
  if (shape === undefined) reject('FORK_FORMAT', 'shape', `1 to ${SHAPES.length}`, shapeNumber);
  const most = PREFIX + largestSize(schemaOf(config, kind, shape));
  if (bytes.length > most) reject('BYTES_TOO_MANY', kind, `at most ${most} bytes`, bytes.length);
  return { kind, shape, ssz: bytes.subarray(PREFIX) };
}

function requireShape(config: FinalityConfig, shape: Shape, field: string, slot: bigint): void {
  requireSlot(field, slot);
  const { shape: expected } = forkAtSlot(config, Number(slot));
  if (shape !== expected) reject('FORK_FORMAT', field, `${expected} at slot ${slot}`, shape);
}

function requireSlot(field: string, slot: bigint): void {
  if (slot > MAX_SLOT) reject('INTEGER_TOO_LARGE', `${field} slot`, `at most ${MAX_SLOT}`, `${slot}`);
}
