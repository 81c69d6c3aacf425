/** What governance asked for: the one declaration of a request. Its types are those of these fields; on the wire it is `Wire<Request>`. */

import type { Fields, RecordOf } from './fields.ts';
import { MAX_DIGESTS, MAX_EFFECTS, MAX_MESSAGE, MAX_PAYLOAD, MAX_RECIPIENT } from './limits.ts';

export const EFFECT_FIELDS = {
  kind: { number: 8 },
  asset: { bytes: 32 },
  recipient: { bytesUpTo: MAX_RECIPIENT },
  amount: { bigint: 256 },
  detail: { bytes: 32 },
} as const satisfies Fields;

export const REQUEST_FIELDS = {
  keyId: { bytes: 32 },
  requester: { bytes: 20 },
  /** The requester's, from 1: two requests with one content have two ids. */
  counter: { bigint: 64 },
  path: { bytes: 32 },
  kind: { number: 8 },
  payload: { bytesUpTo: MAX_PAYLOAD },
  digests: { listOf: { bytesUpTo: MAX_MESSAGE }, upTo: MAX_DIGESTS },
  effects: { listOf: { fields: EFFECT_FIELDS }, upTo: MAX_EFFECTS },
  /** Seconds. */
  deadline: { number: 48 },
  consumer: { bytes: 20 },
  callbackGas: { number: 32 },
  replaces: { bytes: 32 },
} as const satisfies Fields;

export type Effect = RecordOf<typeof EFFECT_FIELDS>;
/** A signing request as its event shows it; hashes to the request id (`requestId`). */
export type Request = RecordOf<typeof REQUEST_FIELDS>;

/** What was asked, whoever asked. */
export type Intent = Omit<Request, 'requester' | 'counter'>;
/** Who asked, and how often before. */
export type Asker = Pick<Request, 'requester' | 'counter'>;
