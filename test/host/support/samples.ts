/** Events of an ordinary day. */

import type { Request } from '../../../signer/enclave/api.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { word } from './fakeChain.ts';

export const KEY = word(0x11);
export const MEMBERS = [word(0xa1), word(0xa2), word(0xa3)] as const;
export const REQUESTER = `0x${'ee'.repeat(20)}` as const;

/** Of the requester's row, when things are asked for. */
export const EPOCH = 4;

export const request: Request = {
  ...{ keyId: KEY, requester: REQUESTER, counter: '1', path: word(0), kind: 1, payload: '0x70736274' },
  ...{
    digests: [word(0xd1)],
    effects: [],
    deadline: 9_000_000,
    consumer: `0x${'00'.repeat(20)}`,
    callbackGas: 0,
    replaces: word(0),
  },
};

export const requested = (id: number, readyAt = 0): ChainEvent => ({
  event: 'SignatureRequested',
  id: word(id),
  epoch: EPOCH,
  readyAt,
  request,
});
export const row = (epoch = EPOCH, kinds = 1 << 1): ChainEvent => ({
  ...{ event: 'RowSet', keyId: KEY, requester: REQUESTER, epoch, kinds, delay: 60 },
  ...{ guard: `0x${'6a'.repeat(20)}`, module: `0x${'00'.repeat(20)}` },
});
export const raised = (epoch = EPOCH + 1): ChainEvent => ({
  ...{ event: 'RowRaised', keyId: KEY, requester: REQUESTER, epoch },
});
export const removed = (epoch = EPOCH + 1): ChainEvent => ({
  ...{ event: 'RowRemoved', keyId: KEY, requester: REQUESTER, epoch },
});
export const ready = (id: number): ChainEvent => ({ event: 'RequestReady', id: word(id) });
export const fulfilled = (id: number): ChainEvent => ({ event: 'SignatureFulfilled', id: word(id) });

export const registered = (at: number): ChainEvent => ({
  ...{
    event: 'EnclaveRegistered',
    id: MEMBERS[at] ?? word(at),
    operator: `0x${`0${at}`.repeat(20)}`,
    identity: `0x${`1${at}`.repeat(20)}`,
  },
  ...{
    epoch: 1,
    tlsKey: word(0x7000 + at),
    endpoint: `wss://host-${at}:7000`,
    region: word(at),
    measurement: word(0x99),
  },
});
export const booted = (at: number, counter = 1): ChainEvent => ({
  ...{
    event: 'BootRecorded',
    id: MEMBERS[at] ?? word(at),
    counter: String(counter),
    nonce: `0x${`${counter}${at}`.repeat(16).slice(0, 32)}`,
  },
});
export const attested = (at: number, validUntil = 5_000_000): ChainEvent => ({
  event: 'EnclaveAttested',
  id: MEMBERS[at] ?? word(at),
  validUntil,
});
export const created: ChainEvent = { event: 'KeyCreated', keyId: KEY, scheme: 1 };
export const opened = (attempt = 1): ChainEvent => ({
  ...{ event: 'AttemptOpened', keyId: KEY, attempt, epoch: 1, threshold: 2, members: [...MEMBERS], deadline: 5_000 },
});
export const confirmed: ChainEvent = {
  event: 'KeyConfirmed',
  keyId: KEY,
  attempt: 1,
  publicKey: { prefix: 2, x: word(0x77) },
};
export const activated: ChainEvent = {
  event: 'KeyActivated',
  keyId: KEY,
  epoch: 1,
  publicKey: { prefix: 2, x: word(0x77) },
};
