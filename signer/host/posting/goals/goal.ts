/** What can be wanted on chain, one file a kind. */

import type { Hex } from '../../../formats/hex.ts';

export type Register = {
  readonly kind: 'register';
  readonly enclave: Hex;
  readonly epoch: number;
  /** calldata of EnclaveRegistry.register: evidence and signatures */
  readonly data: Hex;
};
export type RecordBoot = {
  readonly kind: 'record-boot';
  readonly enclave: Hex;
  readonly nonce: Hex;
  readonly encryptionKey: Hex;
  readonly counter: string;
  readonly signature: Hex;
};
export type Confirm = {
  readonly kind: 'confirm';
  readonly keyId: Hex;
  readonly attempt: number;
  readonly member: Hex;
  /** calldata of KeyRegistry.confirm */
  readonly data: Hex;
};
export type Activate = {
  readonly kind: 'activate';
  readonly keyId: Hex;
  readonly attempt: number;
  readonly signature: Hex;
};
export type OpenAttempt = { readonly kind: 'open-attempt'; readonly keyId: Hex; readonly attempt: number };
export type ClaimKey = { readonly kind: 'claim-key'; readonly keyId: Hex; readonly requester: Hex; readonly path: Hex };
export type MarkReady = { readonly kind: 'mark-ready'; readonly request: Hex };
export type Fulfil = { readonly kind: 'fulfil'; readonly request: Hex; readonly signatures: readonly Hex[] };
export type RecordLate = { readonly kind: 'record-late'; readonly request: Hex; readonly signatures: readonly Hex[] };
export type Refuse = {
  readonly kind: 'refuse';
  readonly request: Hex;
  readonly member: Hex;
  readonly refusal: 'final' | 'unsupported';
  /** bytes32 */
  readonly code: Hex;
  readonly signature: Hex;
};
export type Expire = { readonly kind: 'expire'; readonly request: Hex };

export type Goal =
  | Register
  | RecordBoot
  | Confirm
  | Activate
  | OpenAttempt
  | ClaimKey
  | MarkReady
  | Fulfil
  | RecordLate
  | Refuse
  | Expire;
