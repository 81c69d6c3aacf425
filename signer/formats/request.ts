/** What governance asked for: the one declaration of a request, as bytes. On the wire it is `Wire<Request>`. */

type Bytes = Uint8Array;

export type Effect = {
  readonly kind: number;
  readonly asset: Bytes;
  readonly recipient: Bytes;
  readonly amount: bigint;
  readonly detail: Bytes;
};

/** A signing request as its event shows it; hashes to the request id (`requestId`). */
export type Request = {
  readonly keyId: Bytes;
  readonly requester: Bytes;
  /** The requester's, from 1: two requests with one content have two ids. */
  readonly counter: bigint;
  readonly path: Bytes;
  readonly kind: number;
  readonly payload: Bytes;
  readonly digests: readonly Bytes[];
  readonly effects: readonly Effect[];
  /** Seconds. */
  readonly deadline: number;
  readonly consumer: Bytes;
  readonly callbackGas: number;
  readonly replaces: Bytes;
};

/** What was asked, whoever asked. */
export type Intent = Omit<Request, 'requester' | 'counter'>;
/** Who asked, and how often before. */
export type Asker = Pick<Request, 'requester' | 'counter'>;
