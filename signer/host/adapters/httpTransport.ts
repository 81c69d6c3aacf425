/** JSON-RPC over http: one request a call, nothing followed, no more read than an answer may have. */

import type { Clock } from '../ports/clock.ts';
import { NoAnswer, NodeError } from './failures.ts';
import { bytesOf, endpointOf, isClosed, reach, TooLong, within } from './http.ts';
import { ANSWER_CAP, callText, isNotice, nonsense, parseReply } from './reply.ts';
import { TIMEOUT, type Transport } from './transport.ts';

export function createHttpTransport(url: string, clock: Clock): Transport {
  const { address, headers: own } = endpointOf(url);
  const headers = { ...own, 'content-type': 'application/json' };
  let calls = 0;
  const once = async (method: string, params: readonly unknown[], signal: AbortSignal) => {
    calls += 1;
    const id = calls;
    const body = callText(id, method, params);
    const response = await reach(address, { method: 'POST', headers, body, signal });
    return resultOf(await textOf(response), response.status, id);
  };
  return {
    ask: (method, params) =>
      within(clock, TIMEOUT, async (signal) => {
        try {
          return await once(method, params, signal);
        } catch (cause) {
          if (!READS.test(method) || !isClosed(cause)) throw cause;
          return once(method, params, signal);
        }
      }),
    onBlock: () => () => {},
    onReopened: () => {},
    close: () => {},
  };
}

/** What changes nothing, however often it is asked. What is sent may have arrived before its connection was closed. */
const READS = /^(eth_(?!send|sign)|net_|web3_)/;

/** @throws NoAnswer, or Retryable RPC_NONSENSE */
async function textOf(response: Response): Promise<string> {
  try {
    return (await bytesOf(response, ANSWER_CAP)).toString('utf8');
  } catch (cause) {
    throw cause instanceof TooLong ? nonsense(cause.message) : cause;
  }
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
