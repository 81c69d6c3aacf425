/** Answers of beacon nodes, JSON or SSZ, as the bytes that an enclave reads. Whatever has another form is BEACON_NONSENSE. */

import { bytesToHex } from 'viem';
import { type Announced, announced, announcedBootstrap } from '../../finality/announced.ts';
import {
  fromBeaconJson,
  fromBeaconSsz,
  updatesFromBeaconSsz,
  withoutNextCommittee,
} from '../../finality/beaconApi/canonicalBytes.ts';
import type { FinalityConfig } from '../../finality/config.ts';
import { isRejection, type Rejection } from '../../finality/rejection.ts';
import { type Kind, largestInput } from '../../finality/wire.ts';
import { fromHex, type Hex } from '../../formats/hex.ts';
import { describe, Retryable } from '../errors.ts';
import type { Told } from '../ports/beacon.ts';
import { isModestJson } from './modestJson.ts';

export type Form = 'ssz' | 'json';
export type Answer = { readonly form: Form; readonly body: Uint8Array };

/** Hex of every byte, names and spaces: JSON of a container is a little over twice its SSZ. */
const JSON_PER_BYTE = 4;
const SPARE = 8_192;

/** Bytes that an answer of so many containers has at most, in either form. */
export function capOf(config: FinalityConfig, containers = 1): number {
  return SPARE + containers * JSON_PER_BYTE * largestInput(config);
}

export function toldOf(config: FinalityConfig, kind: Kind, answer: Answer, by: string): Told {
  const bytes =
    answer.form === 'ssz'
      ? fromBeaconSsz(config, kind, answer.body)
      : fromBeaconJson(config, kind, objectOf(parsed(answer.body)));
  return told(config, kind, requireFormed(bytes), by);
}

/** In order of their periods from `period` on, without gaps. */
export function updatesOf(
  config: FinalityConfig,
  answer: Answer,
  asked: { readonly period: number; readonly count: number },
  by: string,
): readonly Told[] {
  const found = requireFormed(
    answer.form === 'ssz' ? updatesFromBeaconSsz(config, answer.body) : listed(config, answer.body),
  );
  if (found.length === 0) throw new Retryable('BEACON_UNKNOWN', `${by} has no update of period ${asked.period}`);
  if (found.length > asked.count) throw nonsense(`${found.length} updates, ${asked.count} were asked for`);
  return found.map((bytes, at) => {
    const { attestedPeriod } = requireFormed(announced(config, bytes));
    if (attestedPeriod !== asked.period + at)
      throw nonsense(`an update of period ${attestedPeriod} where that of ${asked.period + at} belongs`);
    return told(config, 'update', bytes, by);
  });
}

/** A full update whose committee cannot be taken is still good for its finality. */
function told(config: FinalityConfig, kind: Kind, bytes: Uint8Array, by: string): Told {
  const said = requireFormed(kind === 'bootstrap' ? announcedBootstrap(config, bytes) : announced(config, bytes));
  const { slot, period, blockHash } = said;
  const isCommitteeFinal = kind === 'update' && isFinalInItsPeriod(said);
  const useful = kind === 'update' && !isCommitteeFinal ? requireFormed(withoutNextCommittee(config, bytes)) : bytes;
  return { bytes: bytesToHex(useful), slot, period, blockHash: bytesToHex(blockHash), isCommitteeFinal, by };
}

function isFinalInItsPeriod({ period, attestedPeriod }: Announced): boolean {
  return period === attestedPeriod;
}

function listed(config: FinalityConfig, body: Uint8Array): readonly Uint8Array[] {
  const value = parsed(body);
  if (!Array.isArray(value)) throw nonsense('no list of updates');
  return value.map((one) => requireFormed(fromBeaconJson(config, 'update', objectOf(one))));
}

/** What `/eth/v1/beacon/genesis` says, as far as it is measured. */
export function genesisOf(answer: Answer): { readonly time: string; readonly root: string } {
  if (answer.form !== 'json') throw nonsense('a genesis that is no JSON');
  const { genesis_time: time, genesis_validators_root: root } = dataOf(answer);
  if (typeof time !== 'string' || !/^\d{1,20}$/.test(time)) throw nonsense('a genesis without its time');
  if (typeof root !== 'string' || !/^0x[0-9a-fA-F]{64}$/.test(root)) throw nonsense('a genesis without its root');
  return { time, root: root.toLowerCase() };
}

/** What `/eth/v1/beacon/headers/finalized` says: the root of the newest final block. */
export function finalisedRootOf(answer: Answer): Uint8Array {
  if (answer.form !== 'json') throw nonsense('a header that is no JSON');
  const { root } = dataOf(answer);
  if (typeof root !== 'string' || !/^0x[0-9a-f]{64}$/.test(root)) throw nonsense('headers/finalized has no root');
  return fromHex(root as Hex);
}

function dataOf({ body }: Answer): Readonly<Record<string, unknown>> {
  const { data } = objectOf(parsed(body));
  if (data === undefined) throw nonsense('an answer without data, as no beacon node gives one');
  return objectOf(data);
}

function requireFormed<T>(found: T | Rejection): T {
  if (!isRejection(found)) return found;
  throw nonsense(`${found.code}: ${found.field}: ${found.found}, expected ${found.expected}`);
}

function parsed(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString('utf8');
  if (!isModestJson(text)) throw nonsense('an answer of too many parts');
  try {
    return JSON.parse(text);
  } catch {
    throw nonsense(`this is no JSON: ${JSON.stringify(text.slice(0, 60))}`); // the cause would say it again
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw nonsense(`an object was asked for, this came: ${describe(String(value)).slice(0, 60)}`);
}

function nonsense(detail: string): Retryable {
  return new Retryable('BEACON_NONSENSE', detail);
}
