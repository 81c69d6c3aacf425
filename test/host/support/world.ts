/** A host's context with everything faked: stages are tried one at a time, without ticks. */

import type { Status } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import type { Deployment } from '../../../signer/host/chain/deployment.ts';
import { applyEvent, createLedger } from '../../../signer/host/chain/ledger.ts';
import type { Context } from '../../../signer/host/context.ts';
import { isRetryable } from '../../../signer/host/errors.ts';
import type { Message } from '../../../signer/host/mail/messages.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import { relayRounds } from '../../../signer/host/path/relayRounds.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import type { Reply } from '../../../signer/host/ports/enclave.ts';
import { createSessionBook } from '../../../signer/host/sessions/book.ts';
import { createInvitations } from '../../../signer/host/sessions/invitations.ts';
import { DEFAULT_TIMES } from '../../../signer/host/settings.ts';
import { manualClock } from './clock.ts';
import { fakeChain, hash, word } from './fakeChain.ts';
import { MEMBERS } from './samples.ts';

type Called = { readonly name: string; readonly params: unknown };

const DEPLOYMENT = {
  ...{ chainId: 31_337, genesisHash: word(0), configuration: word(0xcf) },
  ...{ measurementRegistry: `0x${'01'.repeat(20)}`, enclaveRegistry: `0x${'02'.repeat(20)}` },
  ...{ keyRegistry: `0x${'03'.repeat(20)}`, signingRequests: `0x${'04'.repeat(20)}` },
  ...{ derivedKeys: `0x${'05'.repeat(20)}`, lateSignatures: `0x${'06'.repeat(20)}`, lenses: null },
} as unknown as Deployment;

export function world(self: Hex = MEMBERS[0]) {
  const chain = fakeChain();
  const clock = manualClock();
  const metrics = createMetrics();
  const calls: Called[] = [];
  const sent: [to: Hex, message: Message][] = [];
  /** What the enclave says; a test replaces it. */
  const enclave = { answer: (_: Called): Reply<never> => ({ ok: { session: hash('session') } as never }) };
  const context: Context = {
    ...{ chain, clock, metrics, store: openStore(':memory:'), log: () => {}, deployment: DEPLOYMENT },
    enclave: {
      start: async () => {},
      stop: async () => {},
      call: async (name, params) => {
        calls.push({ name, params });
        return enclave.answer({ name, params });
      },
    },
    peers: { start: async () => {}, stop: async () => {}, admit: () => {}, send: () => {}, isConnected: () => true },
    wallet: {
      operator: `0x${'0a'.repeat(20)}`,
      gasAccount: `0x${'0b'.repeat(20)}`,
      signRegistration: async () => '0x5151',
      signTransaction: async ({ nonce, maxFeePerGas, to }) => {
        const raw = `0x${hash(`${nonce} ${maxFeePerGas} ${to}`).slice(2)}` as const;
        return { raw, hash: hash(raw) };
      },
    },
    mail: {
      sign: () => {},
      send: (to, message) => void sent.push([to, message]),
      resend: () => {},
      handlers: { received: () => {}, connected: () => {} },
    },
    settings: {
      ...{ region: word(1), endpoint: 'wss://me:1', tlsKey: word(2), replaceIdentity: false, concurrency: 2 },
      scan: { startBlock: 0, chunkBlocks: 100, overlapBlocks: 2, sweepMillis: 1e9, sweepBlocks: 10 },
      times: { ...DEFAULT_TIMES, poll: 1_000, invite: 5_000, attempt: 60_000, post: 30_000, bump: 60_000 },
    },
    relay: relayRounds(() => context, 1_000_000),
    book: createSessionBook(metrics),
    invitations: createInvitations(),
    ...{ errands: new Map(), ceremonies: new Map(), problems: new Map() },
    wake: () => {},
    spawn: (_name, work) => void work.catch((error) => (isRetryable(error) ? undefined : Promise.reject(error))),
    ...{
      ledger: createLedger([]),
      head: null,
      shown: 0,
      isServing: true,
      isStopping: false,
      isCaughtUp: true,
      sweptAt: 0,
      weighedAt: 0,
    },
    self: { id: self, status: { nonce: '0x00' } as unknown as Status },
  };
  /** Mines a block with these events, and lets the host see it. */
  const see = (...events: ChainEvent[]) => {
    context.head = chain.mine(...events);
    for (const event of events) applyEvent(context.ledger, event);
  };
  return { context, chain, clock, metrics, calls, sent, enclave, see, store: context.store };
}
