/** One GET of the Beacon API: what came, in which form, or why nothing did. */

import { Retryable } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Answer } from './beaconAnswers.ts';
import { NoAnswer } from './failures.ts';
import { bytesOf, type Endpoint, reach, TooLong, within } from './http.ts';

/** An answer that has not come for so long is given up, in milliseconds. */
const TIMEOUT = 10_000;
/** Bytes of an error that anybody reads. */
const ERROR_CAP = 4_096;

/** `cap` in bytes. @throws Retryable BEACON_UNAVAILABLE, BEACON_BUSY, BEACON_UNKNOWN, BEACON_NONSENSE */
export async function get(endpoint: Endpoint, path: string, cap: number, clock: Clock): Promise<Answer> {
  try {
    return await within(clock, TIMEOUT, (signal) => answer(endpoint, path, cap, signal));
  } catch (cause) {
    if (cause instanceof TooLong) throw new Retryable('BEACON_NONSENSE', `${path}: ${cause.message}`, { cause });
    if (cause instanceof NoAnswer) throw new Retryable('BEACON_UNAVAILABLE', `${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Below whatever path the address has: providers put the keys of their customers there. */
export function addressOf({ address }: Endpoint, path: string): URL {
  const [pathname = '', query = ''] = path.split('?');
  const url = new URL(address);
  url.pathname = url.pathname.replace(/\/$/, '') + pathname;
  for (const [name, value] of new URLSearchParams(query)) url.searchParams.append(name, value);
  return url;
}

async function answer(endpoint: Endpoint, path: string, cap: number, signal: AbortSignal): Promise<Answer> {
  const headers = { ...endpoint.headers, accept: 'application/octet-stream, application/json;q=0.9' };
  const response = await reach(addressOf(endpoint, path), { headers, signal });
  if (response.status !== 200) throw await refusal(response, path);
  const type = response.headers.get('content-type') ?? '';
  const form = type.startsWith('application/octet-stream')
    ? 'ssz'
    : type.startsWith('application/json')
      ? 'json'
      : null;
  if (form === null) {
    await bytesOf(response, ERROR_CAP);
    throw new Retryable('BEACON_NONSENSE', `${path}: an answer of type ${JSON.stringify(type.slice(0, 60))}`);
  }
  return { form, body: await bytesOf(response, cap) };
}

async function refusal(response: Response, path: string): Promise<Retryable> {
  const { status } = response;
  await response.body?.cancel();
  if (status === 404) return new Retryable('BEACON_UNKNOWN', `${path}: it has none, or serves no light clients`);
  if (status === 429) return new Retryable('BEACON_BUSY', `${path}: too many requests`);
  const hint =
    status >= 300 && status < 400 ? ': it sends elsewhere; put the address that answers into chain.beacon' : '';
  return new Retryable('BEACON_UNAVAILABLE', `${path}: HTTP status ${status}${hint}`);
}
