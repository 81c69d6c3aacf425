/** What a report of signatures says, such as out/demo.json, and what comes of checking it. */

import type { Hex, Wire } from '../../formats/hex.ts';
import type { Effect } from '../../formats/request.ts';

export type ReportedKey = {
  readonly keyId: Hex;
  readonly scheme?: string;
  readonly publicKey: Hex;
  readonly prefix: number;
};
/** What the id commits to beside the fields of `Request`. */
type Committed = {
  readonly counter: string;
  readonly effects: readonly Wire<Effect>[];
  /** seconds */
  readonly deadline: number;
  readonly consumer: Hex;
  readonly callbackGas: number;
  readonly replaces: Hex;
};
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
  readonly postedTx?: string | null;
  readonly asked?: Committed;
};
export type Report = {
  readonly chainId: number;
  readonly contracts: Readonly<Record<string, Hex>>;
  readonly keys: readonly ReportedKey[];
  readonly signers?: readonly Readonly<Record<string, string>>[];
  readonly requests: readonly ReportedRequest[];
};
/** `isSigned` is false of what ended without a signature: then there is none to check, and none may be there. */
export type Finding = {
  readonly requestId: Hex;
  readonly ok: boolean;
  readonly isSigned: boolean;
  readonly problems: readonly string[];
  /** What the report does not say enough about to compute it again. */
  readonly unproven: readonly string[];
};
