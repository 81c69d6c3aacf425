/**
 * What a beacon node answers, in the one byte form that an enclave reads. Nothing is verified: a host converts, an enclave judges.
 * The caller caps the answer's size before it is parsed (`largestInput` bounds the SSZ; its JSON is about twice as long).
 */

import { type Bytes, bytesToUint } from '../bytes.ts';
import { type FinalityConfig, requireConfig, SHAPES, type Shape } from '../config.ts';
import { beaconBlockHeader } from '../containers.ts';
import { type Rejection, reject, rejectable } from '../rejection.ts';
import { forkAtSlot } from '../spec/computeForkVersion.ts';
import { decode } from '../ssz/decode.ts';
import { encode } from '../ssz/encode.ts';
import { fromJson } from '../ssz/fromJson.ts';
import { type ContainerSchema, fixedSize, headSize, type Value } from '../ssz/schema.ts';
import { type Kind, prefixed, schemaOf } from '../wire.ts';

/** @param answer `data` of a light-client answer, or the answer that has such a member */
export function fromBeaconJson(config: FinalityConfig, kind: Kind, answer: unknown): Bytes | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const data = member(answer, 'data') ?? answer;
    const schema = schemaOf(config, kind, shapeAt(config, slotIn(data, kind)));
    const { shape } = forkAtSlot(config, Number(slotIn(data, kind)));
    return prefixed(kind, shape, encode(schema, fromJson(schema, data, kind)));
  });
}

/** @param ssz a bare container, as `Accept: application/octet-stream` gets it for a bootstrap or a finality update */
export function fromBeaconSsz(config: FinalityConfig, kind: Kind, ssz: Bytes): Bytes | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const known = new Set(config.forks.map(({ shape }) => shape));
    const shape = SHAPES.filter((one) => known.has(one)).find((one) => isOfShape(config, kind, one, ssz));
    return prefixed(kind, shape ?? reject('FORK_FORMAT', kind, 'the format of a known fork', 'another'), ssz);
  });
}

const LENGTH_BYTES = 8;
const DIGEST_BYTES = 4;

/** The answer for many periods: > [length (8) ‖ fork digest (4) ‖ container]*, the length counting the digest. */
export function updatesFromBeaconSsz(config: FinalityConfig, answer: Bytes): readonly Bytes[] | Rejection {
  const updates: Bytes[] = [];
  for (let at = 0; at < answer.length; ) {
    const start = at + LENGTH_BYTES;
    const end = start + Number(bytesToUint(answer.subarray(at, start)));
    const found = rejectable(() => {
      if (start > answer.length || end > answer.length || end < start + DIGEST_BYTES)
        reject('BYTES_TOO_FEW', 'updates', `an update from byte ${at} on`, `${answer.length} bytes`);
      return fromBeaconSsz(config, 'update', answer.subarray(start + DIGEST_BYTES, end));
    });
    if (!(found instanceof Uint8Array)) return found;
    updates.push(found);
    at = end;
  }
  return updates;
}

/** The header whose slot says which format the container has stands where that format puts it. */
function isOfShape(config: FinalityConfig, kind: Kind, shape: Shape, ssz: Bytes): boolean {
  const schema = schemaOf(config, kind, shape);
  const at = fixedSize(schema) === null ? headSize(schema) : 0;
  const bytes = ssz.subarray(at, at + (fixedSize(beaconBlockHeader) ?? 0));
  const header = rejectable(() => decode(beaconBlockHeader, bytes, 'header'));
  if ('rejection' in header || !startsAsExpected(schema, ssz)) return false;
  return rejectable(() => shapeAt(config, header.slot)) === shape;
}

function startsAsExpected(schema: ContainerSchema, ssz: Bytes): boolean {
  return fixedSize(schema) === null
    ? bytesToUint(ssz.subarray(0, 4)) === BigInt(headSize(schema))
    : ssz.length === fixedSize(schema);
}

function shapeAt(config: FinalityConfig, slot: bigint): Shape {
  return forkAtSlot(config, Number(slot)).shape;
}

function slotIn(data: unknown, kind: Kind): bigint {
  const header = member(data, kind === 'bootstrap' ? 'header' : 'attested_header');
  return fromJson(beaconBlockHeader.fields.slot, member(member(header, 'beacon'), 'slot'), `${kind} slot`);
}

function member(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A full update's finality alone, for a committee that is not final in its period or is known already. */
export function withoutNextCommittee(config: FinalityConfig, update: Bytes): Bytes | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const shape = SHAPES[(update[1] ?? 0) - 1];
    if (shape === undefined) return reject('FORK_FORMAT', 'shape', `1 to ${SHAPES.length}`, update[1] ?? 0);
    const value: Value = decode(schemaOf(config, 'update', shape), update.subarray(2), 'update') as never;
    const ssz = encode(schemaOf(config, 'finality_update', shape), value as never);
    return prefixed('finality_update', shape, ssz);
  });
}
