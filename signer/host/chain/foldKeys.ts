/** Keys and their attempts, from the events of KeyRegistry. */

import type { Hex } from '../../formats/hex.ts';
import type { ChainEvent } from '../ports/chain.ts';
import type { KeyRecord } from './ledger.ts';

type KeyEvent = Extract<ChainEvent, { readonly event: `Key${string}` | 'AttemptOpened' | 'DerivedKeyClaimed' }>;

export function applyKeyEvent(keys: Map<Hex, KeyRecord>, event: KeyEvent): void {
  if (event.event === 'KeyCreated') {
    keys.set(event.keyId, created(event.keyId, event.scheme));
    return;
  }
  const known = keys.get(event.keyId);
  if (known === undefined) return; // its creation was left out by an RPC; a later scan brings both in order
  keys.set(event.keyId, { ...known, ...changes(known, event) });
}

function changes(known: KeyRecord, event: Exclude<KeyEvent, { readonly event: 'KeyCreated' }>): Partial<KeyRecord> {
  switch (event.event) {
    case 'AttemptOpened': {
      const { epoch, attempt, threshold, members, deadline } = event;
      return { state: 'generating', epoch, attempt, threshold, members, deadline, confirmedBy: [] };
    }
    case 'KeyConfirmedBy':
      return event.attempt === known.attempt ? { confirmedBy: [...known.confirmedBy, event.member] } : {};
    case 'KeyConfirmed':
      return { state: 'confirmed', publicKey: event.publicKey };
    case 'KeyActivated':
      return { state: 'active', publicKey: event.publicKey };
    case 'KeyPaused':
    case 'KeySuspended':
      return { pausedUntil: event.pausedUntil };
    case 'DerivedKeyClaimed':
      return { claimed: new Set([...known.claimed, claimName(event.requester, event.path)]) };
  }
}

export function claimName(requester: Hex, path: Hex): string {
  return `${requester} ${path}`;
}

function created(id: Hex, scheme: number): KeyRecord {
  const attempt = { epoch: 0, attempt: 0, threshold: 0, members: [], deadline: 0 };
  return {
    id,
    scheme,
    state: 'generating',
    ...attempt,
    pausedUntil: 0,
    publicKey: null,
    confirmedBy: [],
    claimed: new Set(),
  };
}
