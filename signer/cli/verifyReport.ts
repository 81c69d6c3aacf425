/** A report of signatures as a file has it, read strictly: what is not there cannot be checked, and what is more is left alone. */

import { Fatal } from '../host/errors.ts';

export type Hex = `0x${string}`;
type Key = { readonly keyId: Hex; readonly publicKey: Hex; readonly prefix: number };
export type ReportedRequest = {
  readonly requestId: Hex;
  readonly keyId: Hex;
  readonly scheme: string;
  readonly requester: Hex;
  readonly path: Hex;
  readonly payloadKind: string;
  readonly payload?: Hex;
  readonly digests: readonly Hex[];
  readonly publicKey: Hex;
  readonly signatures: readonly Hex[];
  readonly state?: string;
};
export type Report = {
  readonly chainId: number;
  readonly contracts: Readonly<Record<string, Hex>>;
  readonly keys: readonly Key[];
  readonly requests: readonly ReportedRequest[];
};
type Fields = Readonly<Record<string, unknown>>;

const MOST_ENTRIES = 10_000;

/** @throws Fatal CONFIG_INVALID that names the place */
export function parseReport(text: string): Report {
  const found = objectOf(parsed(text), 'it');
  const { chainId, contracts } = found;
  if (typeof chainId !== 'number' || !Number.isSafeInteger(chainId) || chainId < 1)
    throw unusable('chainId is no number');
  const addresses = Object.entries(objectOf(contracts, 'contracts'));
  for (const [name, address] of addresses) requireHex(address, `contracts.${name}`);
  listOf(found.keys, 'keys').forEach((key, at) => void requireKey(key, `keys[${at}]`));
  listOf(found.requests, 'requests').forEach((request, at) => void requireRequest(request, `requests[${at}]`));
  return found as unknown as Report;
}

function requireKey(value: unknown, at: string): void {
  const { keyId, publicKey, prefix } = objectOf(value, at);
  requireHex(keyId, `${at}.keyId`);
  requireHex(publicKey, `${at}.publicKey`);
  if (typeof prefix !== 'number') throw unusable(`${at}.prefix is no number`);
}

function requireRequest(value: unknown, at: string): void {
  const request = objectOf(value, at);
  for (const name of ['requestId', 'keyId', 'requester', 'path', 'publicKey'])
    requireHex(request[name], `${at}.${name}`);
  for (const name of ['scheme', 'payloadKind'])
    if (typeof request[name] !== 'string') throw unusable(`${at}.${name} is no text`);
  for (const name of ['digests', 'signatures'])
    listOf(request[name], `${at}.${name}`).forEach((one, index) => void requireHex(one, `${at}.${name}[${index}]`));
  if (request.payload !== undefined) requireHex(request.payload, `${at}.payload`);
  if (request.state !== undefined && typeof request.state !== 'string') throw unusable(`${at}.state is no text`);
}

function requireHex(value: unknown, at: string): void {
  if (typeof value !== 'string' || !/^0x(?:[0-9a-fA-F]{2})*$/.test(value)) throw unusable(`${at} is not hexadecimal`);
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= MOST_ENTRIES) return value;
  throw unusable(`${at} is no list`);
}

function objectOf(value: unknown, at: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unusable(`${at} is no object`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unusable('it is not JSON', { cause });
  }
}

function unusable(detail: string, options?: ErrorOptions): Fatal {
  return new Fatal(
    'CONFIG_INVALID',
    `this is no report of signatures: ${detail}`,
    'Name a report with --report; the demo writes out/demo.json.',
    options,
  );
}
