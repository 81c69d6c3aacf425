/** The enclave process beside this host. */

import type { CallName, Event, Params, RefusalNotice, Result } from '../../enclave/api.ts';

export type Reply<N extends CallName> =
  | { readonly ok: Result<N>; readonly refusal?: never }
  | { readonly ok?: never; readonly refusal: RefusalNotice };

export type EnclaveHandlers = {
  /** In the order in which the enclave sent them, and before the answer of any later call. */
  event(event: Event): void;
  /** The process is gone, wanted or not; every call under way fails with ENCLAVE_DOWN. */
  exited(reason: string): void;
};

export type Enclave = {
  /** Starts a new life. The first call must be `boot`. */
  start(handlers: EnclaveHandlers): Promise<void>;
  /** One call at a time reaches the enclave; others wait. Fails with ENCLAVE_DOWN when there is none. */
  call<N extends CallName>(name: N, params: Params<N>): Promise<Reply<N>>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
};
