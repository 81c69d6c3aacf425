/** One request over http: nothing followed, given up in time, no more read than an answer may have. */

import { describe } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { NoAnswer } from './failures.ts';

/** What an answer had too much of. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

export type Endpoint = { readonly address: URL; readonly headers: Readonly<Record<string, string>> };

/** fetch takes no address with user and password in it. */
export function endpointOf(url: string): Endpoint {
  const address = new URL(url);
  const headers: Record<string, string> = {};
  if (address.username !== '' || address.password !== '') {
    const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  address.username = '';
  address.password = '';
  return { address, headers };
}

/** @throws NoAnswer after so many milliseconds */
export async function within<T>(
  clock: Clock,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const cancel = clock.after(milliseconds, () => abort.abort(new NoAnswer('it took too long')));
  try {
    return await work(abort.signal);
  } finally {
    cancel();
  }
}

/** @throws NoAnswer */
export async function reach(address: URL, call: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...call, redirect: 'manual' });
  } catch (cause) {
    throw unreached(cause);
  }
}

/** @throws NoAnswer, TooLong */
export async function bytesOf({ body }: Response, cap: number): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      // Leaving the loop cancels the rest.
      if (size > cap) throw new TooLong(`an answer of over ${cap} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof TooLong ? cause : unreached(cause);
  }
  return Buffer.concat(chunks);
}

/** A kept connection that the other side has let go, as one finds out by using it: nobody may have heard the question. */
export function isClosed(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  return (typeof code === 'string' && CLOSED.has(code)) || isClosed(cause);
}

const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

export function unreached(cause: unknown): NoAnswer {
  if (cause instanceof NoAnswer) return cause;
  return new NoAnswer(`no connection: ${describe(cause)}`, { cause });
}
