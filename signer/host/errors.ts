/** What can go wrong between the host and the world: worth another try, or not. Anything else that is thrown is a bug. */

import { redact } from './redact.ts';

export type RetryableCode =
  | 'RPC_UNAVAILABLE'
  | 'RPC_REFUSED'
  | 'RPC_BUSY'
  | 'RPC_NONSENSE'
  | 'RPC_OTHER_CHAIN'
  | 'RANGE_TOO_LONG'
  | 'HISTORY_PRUNED'
  | 'CHAIN_MOVED'
  | 'HEADER_MISMATCH'
  | 'PROOF_INCOMPLETE'
  | 'BEACON_UNAVAILABLE'
  | 'BEACON_BUSY'
  | 'BEACON_NONSENSE'
  | 'BEACON_OTHER_CHAIN'
  | 'BEACON_UNKNOWN'
  | 'FORK_UNKNOWN'
  | 'PERIOD_UNKNOWN'
  | 'PARENT_ROOT_UNNAMED'
  | 'TRANSACTION_REVERTS'
  | 'NONCE_USED'
  | 'UNDERPRICED'
  | 'GAS_ACCOUNT_EMPTY'
  | 'STORE_UNAVAILABLE'
  | 'ENCLAVE_DOWN'
  | 'ENCLAVE_REFUSED'
  | 'EVIDENCE_UNUSABLE'
  | 'COLLATERAL_UNAVAILABLE'
  | 'ABORTED';

export type FatalCode =
  | 'CONFIG_INVALID'
  | 'WRONG_CHAIN'
  | 'WRONG_DEPLOYMENT'
  | 'SCHEMA_NEWER'
  | 'STORE_DAMAGED'
  | 'STORE_ROLLED_BACK'
  | 'OTHER_IDENTITY'
  | 'CONFIGURATION_DIFFERS'
  | 'ENCLAVE_VERSION'
  | 'PORT_TAKEN';

/** Trying again later may help; the pipeline does so by itself. */
export class Retryable extends Error {
  override readonly name = 'Retryable';
  readonly code: RetryableCode;
  constructor(code: RetryableCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}

/** Only a person can help. `advice` says what to do next. */
export class Fatal extends Error {
  override readonly name = 'Fatal';
  readonly code: FatalCode;
  readonly advice: string;
  constructor(code: FatalCode, detail: string, advice: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.advice = advice;
  }
}

export function isRetryable(error: unknown, code?: RetryableCode): error is Retryable {
  return error instanceof Retryable && (code === undefined || error.code === code);
}

/** One line for people: the message and those of its causes, without what an address may give away. */
export function describe(error: unknown): string {
  return redact(sayings(error)).replace(/\s*\n\s*/g, ' ');
}

/** Nothing twice; and nothing more once the first of all causes is told. */
function sayings(error: unknown): string {
  const [own = '', ...causes] = messagesOf(error);
  const first = causes.at(-1);
  return causes.reduce(
    (said, one) => (said.includes(one) || (first !== undefined && said.includes(first)) ? said : `${said}: ${one}`),
    own,
  );
}

const MOST_CAUSES = 16;

/** From the last to the first; such as have no words are left out. */
function messagesOf(error: unknown): readonly string[] {
  const messages: string[] = [];
  for (let one = error; one !== undefined && messages.length < MOST_CAUSES; ) {
    messages.push(one instanceof Error ? one.message : String(one));
    one = one instanceof Error ? one.cause : undefined;
  }
  return messages.filter((message, at) => at === 0 || message !== '');
}
