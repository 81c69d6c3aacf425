/** The envelope of JSON-RPC 2.0: a call's text, and what an answer's text says. */

import { Retryable } from '../errors.ts';
import { NodeError } from './failures.ts';
import { isModestJson } from './modestJson.ts';

/** Longest answer, in bytes: the logs of 2,000 blocks have room. */
export const ANSWER_CAP = 64 * 1024 * 1024;

export type Reply =
  | { readonly id: number | null; readonly result: unknown; readonly error?: never }
  | { readonly id: number | null; readonly error: NodeError; readonly result?: never };
/** Characters of an error that anybody looks at. */
const WORDS = 2_000;

/** What nobody asked for: news of a subscription. */
export type Notice = { readonly subscription: string };

export function callText(id: number, method: string, params: readonly unknown[]): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

/** @throws Retryable RPC_NONSENSE unless it is one answer or one notice */
export function parseReply(text: string): Reply | Notice {
  const { id = null, method, params, result, error } = objectOf(text);
  if (method !== undefined) return noticeOf(params);
  if (id !== null && !Number.isSafeInteger(id)) throw nonsense('the id of an answer is no number');
  if (error !== undefined && error !== null) return { id: id as number | null, error: errorOf(error) };
  if (result === undefined) throw nonsense('an answer has neither result nor error');
  return { id: id as number | null, result };
}

export function isNotice(reply: Reply | Notice): reply is Notice {
  return 'subscription' in reply;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  if (!isModestJson(text)) throw nonsense('an answer of too many parts');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw nonsense(`this is no JSON: ${JSON.stringify(text.slice(0, 60))}`); // the cause would say it again
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw nonsense('an answer is no object');
}

function noticeOf(params: unknown): Notice {
  const { subscription } = (params ?? {}) as { readonly subscription?: unknown };
  if (typeof subscription === 'string' && subscription.length <= 128) return { subscription };
  throw nonsense('a notice of no subscription');
}

function errorOf(error: unknown): NodeError {
  if (typeof error === 'string') return new NodeError(error.slice(0, WORDS), null);
  if (typeof error !== 'object' || error === null) throw nonsense('an error that is none');
  const { code, message, data } = error as Record<string, unknown>;
  const words = typeof message === 'string' && message !== '' ? message.slice(0, WORDS) : 'an error without words';
  return new NodeError(words, typeof code === 'number' ? code : null, data);
}

export function nonsense(detail: string, cause?: unknown): Retryable {
  return new Retryable('RPC_NONSENSE', detail, cause === undefined ? undefined : { cause });
}
