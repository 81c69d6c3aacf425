/** What the finalised chain says, folded from its events: nothing here is asked of an RPC twice. */

import type { Committee, Request } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { ChainEvent, LocatedEvent, PublicKey } from '../ports/chain.ts';
import { applyEnclaveEvent } from './foldEnclaves.ts';
import { applyKeyEvent } from './foldKeys.ts';
import { applyRequestEvent } from './foldRequests.ts';
import { applyRowEvent, rowName } from './foldRows.ts';

export type RequestState = 'queued' | 'ready' | 'fulfilled' | 'cancelled' | 'refused' | 'expired';
export type RequestRecord = {
  readonly id: Hex;
  readonly state: RequestState;
  /** its row's, when it was asked for */
  readonly epoch: number;
  readonly readyAt: number;
  /** Dropped once nobody needs it any more: payloads are large. */
  readonly request: Request | null;
  readonly keyId: Hex;
  readonly requester: Hex;
  /** signatures that came too late to be delivered are there for everybody to see */
  readonly isShownLate: boolean;
};

/** What a key allows one requester; without kinds, nothing. Its epoch only rises, through a removal too. */
export type RowRecord = {
  readonly keyId: Hex;
  readonly requester: Hex;
  readonly epoch: number;
  readonly guard: Hex;
  readonly module: Hex;
  readonly kinds: number;
  /** seconds */
  readonly delay: number;
};

export type KeyState = 'generating' | 'confirmed' | 'active';
export type KeyRecord = {
  readonly id: Hex;
  readonly scheme: number;
  readonly state: KeyState;
  readonly epoch: number;
  readonly attempt: number;
  readonly threshold: number;
  readonly members: readonly Hex[];
  /** seconds; of the open attempt */
  readonly deadline: number;
  /** seconds */
  readonly pausedUntil: number;
  readonly publicKey: PublicKey | null;
  readonly confirmedBy: readonly Hex[];
  /** `requester path` of derived keys that the chain has accepted */
  readonly claimed: ReadonlySet<string>;
};

export type EnclaveRecord = {
  readonly id: Hex;
  readonly operator: Hex;
  readonly identity: Hex;
  readonly epoch: number;
  readonly tlsKey: Hex;
  readonly endpoint: string;
  readonly region: Hex;
  readonly measurement: Hex;
  /** seconds; 0 before the first attestation and after a retirement or suspension */
  readonly validUntil: number;
  readonly boot: { readonly counter: bigint; readonly nonce: Hex } | null;
};

/** What holds for every key, in seconds. */
export type NetworkRecord = { readonly pausedUntil: number; readonly margin: number };

export type Ledger = {
  readonly requests: Map<Hex, RequestRecord>;
  readonly keys: Map<Hex, KeyRecord>;
  readonly rows: Map<string, RowRecord>;
  readonly enclaves: Map<Hex, EnclaveRecord>;
  /** measurements that a vote has ended for ever */
  readonly revoked: Set<Hex>;
  network: NetworkRecord;
};

/** `events` in chain order. */
export function createLedger(events: Iterable<LocatedEvent>): Ledger {
  const network = { pausedUntil: 0, margin: 0 };
  const ledger: Ledger = {
    requests: new Map(),
    keys: new Map(),
    rows: new Map(),
    enclaves: new Map(),
    revoked: new Set(),
    network,
  };
  for (const { data } of events) applyEvent(ledger, data);
  return ledger;
}

/** The next event in chain order. Events that arrive late need a new ledger. */
export function applyEvent(ledger: Ledger, event: ChainEvent): void {
  switch (event.event) {
    case 'SignatureRequested':
    case 'RequestReady':
    case 'SignatureFulfilled':
    case 'RequestCancelled':
    case 'RequestRefused':
    case 'RequestExpired':
    case 'RequestAbandoned':
    case 'LateSignatureRecorded':
      applyRequestEvent(ledger.requests, event);
      return;
    case 'KeyCreated':
    case 'AttemptOpened':
    case 'KeyConfirmedBy':
    case 'KeyConfirmed':
    case 'KeyActivated':
    case 'KeyPaused':
    case 'KeySuspended':
    case 'DerivedKeyClaimed':
      applyKeyEvent(ledger.keys, event);
      return;
    case 'RowSet':
    case 'RowRemoved':
    case 'RowRaised':
      applyRowEvent(ledger.rows, event);
      return;
    case 'NetworkPaused':
    case 'NetworkSuspended':
      ledger.network = { ...ledger.network, pausedUntil: event.pausedUntil };
      return;
    case 'BeatSet':
      ledger.network = { ...ledger.network, margin: event.margin };
      return;
    case 'MeasurementRevoked':
      ledger.revoked.add(event.measurement);
      return;
    case 'EnclaveRegistered':
    case 'EnclaveAttested':
    case 'EnclaveRetired':
    case 'EnclaveSuspended':
    case 'BootRecorded':
      applyEnclaveEvent(ledger.enclaves, event);
      return;
  }
}

/** Seconds: until then the chain takes no request of this key on to READY, and enclaves that see it sign none. */
export function pausedUntil({ keys, network }: Ledger, keyId: Hex): number {
  return Math.max(network.pausedUntil, keys.get(keyId)?.pausedUntil ?? 0);
}

/** What enclaves want of each member of a session at a block of this time, in seconds: a member that they refuse spoils it for all. */
export function serves({ enclaves, revoked }: Ledger, id: Hex, time: number): boolean {
  const enclave = enclaves.get(id);
  return enclave !== undefined && enclave.validUntil > time && !revoked.has(enclave.measurement);
}

/** The row has gone on since this was asked for: no enclave signs it, and whoever wants it asks anew. */
export function isOvertaken({ rows }: Ledger, { keyId, requester, epoch }: RequestRecord): boolean {
  return (rows.get(rowName(keyId, requester))?.epoch ?? 0) > epoch;
}

/** Preimage of the key's committee, or null while the registration of a member has not been seen. */
export function committeeOf(ledger: Ledger, key: KeyRecord): Committee | null {
  const members = key.members.flatMap((id) => {
    const enclave = ledger.enclaves.get(id);
    return enclave ? [{ id, operator: enclave.operator, identity: enclave.identity }] : [];
  });
  if (members.length !== key.members.length) return null;
  return { keyId: key.id, epoch: key.epoch, attempt: key.attempt, threshold: key.threshold, members };
}
