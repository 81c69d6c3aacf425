/** JSON-RPC over http: one request a call, nothing followed, no more read than an answer may have. */

import { describe } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import { NoAnswer, NodeError } from './failures.ts';
import { ANSWER_CAP, callText, isNotice, nonsense, parseReply } from './reply.ts';
import { TIMEOUT, type Transport } from './transport.ts';

export function createHttpTransport(url: string, clock: Clock): Transport {
  const { address, headers } = endpointOf(url);
  let calls = 0;
  return {
    ask: (method, params) => {
      calls += 1;
      const id = calls;
      return within(clock, async (signal) => {
        const body = callText(id, method, params);
        const response = await reach(address, { method: 'POST', headers, body, signal, redirect: 'manual' });
        return resultOf(await textOf(response), response.status, id);
      });
    },
    onBlock: () => () => {},
    onReopened: () => {},
    close: () => {},
  };
}

/** fetch takes no address with user and password in it. */
function endpointOf(url: string) {
  const address = new URL(url);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (address.username !== '' || address.password !== '') {
    const pair = `${decodeURIComponent(address.username)}:${decodeURIComponent(address.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  address.username = '';
  address.password = '';
  return { address, headers };
}

async function within<T>(clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const cancel = clock.after(TIMEOUT, () => abort.abort(new NoAnswer('it took too long')));
  try {
    return await work(abort.signal);
  } finally {
    cancel();
  }
}

async function reach(address: URL, call: RequestInit): Promise<Response> {
  try {
    return await fetch(address, call);
  } catch (cause) {
    throw unreached(cause);
  }
}

async function textOf(response: Response): Promise<string> {
  const { body } = response;
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      // Leaving the loop cancels the rest.
      if (size > ANSWER_CAP) throw nonsense(`an answer of over ${ANSWER_CAP} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw size > ANSWER_CAP ? cause : unreached(cause);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Some nodes say what they mean with a status of 400 or 500; others only by the status. */
function resultOf(text: string, status: number, id: number): unknown {
  const isFine = status >= 200 && status < 300;
  if (!isFine && !text.startsWith('{')) throw refusedBy(status);
  const reply = parseReply(text);
  if (isNotice(reply)) throw nonsense('a notice instead of an answer');
  if (reply.error !== undefined) throw status === 429 ? refusedBy(status) : reply.error;
  if (!isFine) throw refusedBy(status);
  if (reply.id !== id) throw nonsense(`the answer to call ${reply.id} instead of ${id}`);
  return reply.result;
}

function refusedBy(status: number): Error {
  if (status === 429) return new NodeError('too many requests', status);
  if (status >= 500) return new NoAnswer(`HTTP status ${status}`);
  const hint = status >= 300 && status < 400 ? ': it sends elsewhere; put the address that answers into chain.rpc' : '';
  return new NodeError(`HTTP status ${status}${hint}`, null);
}

function unreached(cause: unknown): Error {
  if (cause instanceof NoAnswer) return cause;
  return new NoAnswer(`no connection: ${describe(cause)}`, { cause });
}
