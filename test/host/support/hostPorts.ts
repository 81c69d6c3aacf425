/** Everything that a host is given, faked: a chain that a test writes by hand, an enclave that says what a test wants. */

import {
  API_VERSION,
  type CallName,
  type Params,
  type Status,
  type UnrootedStatus,
} from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { enclaveId } from '../../../signer/formats/wirePreimages.ts';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import type { Ports } from '../../../signer/host/host.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { Beacon, Told } from '../../../signer/host/ports/beacon.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import type { EnclaveHandlers, Reply } from '../../../signer/host/ports/enclave.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { DEFAULT_FEES, DEFAULT_TIMES, type Settings } from '../../../signer/host/settings.ts';
import { manualClock } from './clock.ts';
import { DEPLOYMENT } from './deployment.ts';
import { type FakeChain, fakeChain, hash, word } from './fakeChain.ts';
import { NO_PCS } from './noPcs.ts';

export const IDENTITY = `0x${'1d'.repeat(20)}` as const;
const OPERATOR = `0x${'0a'.repeat(20)}` as const;

export const SETTINGS: Settings = {
  ...{ region: word(1), endpoint: 'wss://me:1', tlsKey: word(2), replaceIdentity: false, concurrency: 2 },
  scan: { startBlock: 0, chunkBlocks: 100, overlapBlocks: 2, sweepMillis: 1e9, sweepBlocks: 10 },
  checkpoint: word(0xcc),
  fees: DEFAULT_FEES,
  times: { ...DEFAULT_TIMES, poll: 1_000, invite: 5_000, session: 60_000, post: 30_000, bump: 60_000 },
};

type Called = { readonly name: CallName; readonly params: unknown };

/** A beacon node that calls every block final, in slots of its number, unless a test holds it back. Its updates are their slots. */
export type FakeBeaconPort = Beacon & {
  /** nothing after this block is final */
  upTo: number;
  readonly disbelieved: string[];
  /** thrown instead of the next answers */
  readonly failures: Error[];
};

function tellingOf(chain: FakeChain) {
  const told = (slot: number): Told => {
    const blockHash = chain.providers[0]?.(slot)?.hash ?? word(0xbad);
    return { bytes: word(slot), slot, period: 0, blockHash, isCommitteeFinal: false, by: 'a beacon' };
  };
  const newest = async () => (await chain.finalized()).number;
  const failing = () => {
    const failure = beacon.failures.shift();
    if (failure !== undefined) throw failure;
  };
  const beacon: FakeBeaconPort = {
    ...{ upTo: Number.POSITIVE_INFINITY, disbelieved: [], failures: [] },
    bootstrap: async () => told(0),
    updates: async () => [told(0)],
    finality: async () => {
      failing();
      return told(Math.min(beacon.upTo, await newest()));
    },
    know: () => {},
    disbelieve: ({ by }) => void beacon.disbelieved.push(by),
    onFinality: () => () => {},
  };
  return { beacon, told };
}

export function hostPorts() {
  const chain = fakeChain();
  const lives: EnclaveHandlers[] = [];
  const calls: Called[] = [];
  const log: string[] = [];
  const id = enclaveId(DEPLOYMENT.chainId, DEPLOYMENT.enclaveRegistry, OPERATOR, IDENTITY);
  /** Of the life that is now. */
  const nonce = (): Hex => `0x${lives.length.toString(16).padStart(32, '0')}`;
  const { beacon, told } = tellingOf(chain);
  const process = { version: API_VERSION, configuration: DEPLOYMENT.configuration, schemes: [1], counters: {} };
  const unrooted = (): UnrootedStatus => ({ ...process, identity: null });
  const first = () => ({ slot: 0, blockHash: told(0).blockHash, period: 0, isNextCommitteeKnown: true });
  const status = (): Status => ({
    ...{ ...process, identity: IDENTITY, nonce: nonce(), encryptionKey: word(7) },
    ...{ trusted: { root: word(0xcc), blockHash: told(0).blockHash }, finality: first() },
    ...{ head: null, isFrozen: false, generation: 1, shares: [], pairs: [], sessions: 0 },
  });
  const answers: Partial<Record<CallName, (params: never) => object>> = {
    boot: ({ sealed }: Params<'boot'>) => (sealed === null ? unrooted() : status()),
    status,
    bootstrap: first,
    follow: ({ update }: Params<'follow'>) => {
      const { slot, blockHash, period } = told(Number(update));
      return { slot, blockHash, period, isNextCommitteeKnown: true };
    },
    prove: () => ({ number: 1, hash: word(1) }),
    attest: () => ({
      ...{ tee: word(1), challenge: word(2), challengeBlock: 1 },
      ...{ reportData: word(3), evidence: '0x01', identitySignature: '0x02' },
    }),
    recordBoot: () => ({
      ...{ enclave: id, nonce: nonce(), encryptionKey: word(7), counter: String(lives.length) },
      identitySignature: '0x03',
    }),
  };
  /** What the enclave says; a test replaces it. */
  const enclave = {
    answer: ({ name, params }: Called): Reply<never> => ({ ok: (answers[name]?.(params as never) ?? {}) as never }),
  };
  const ports: Ports = {
    ...{ chain, beacon, clock: manualClock(), metrics: createMetrics(), problems: createProblems() },
    store: openStore(':memory:'),
    log: (_, message) => void log.push(message),
    pcs: NO_PCS,
    enclave: {
      start: async (handlers) => void lives.push(handlers),
      stop: async () => {},
      call: async (name, params) => {
        calls.push({ name, params });
        return enclave.answer({ name, params });
      },
    },
    peers: { start: async () => {}, stop: async () => {}, admit: () => {}, send: () => {}, isConnected: () => true },
    wallet: {
      ...{ operator: OPERATOR, gasAccounts: [`0x${'0b'.repeat(20)}`] },
      signPresentation: async () => '0x5151',
      signTransaction: async (_account, { nonce, maxFeePerGas, to }) => {
        const raw = `0x${hash(`${nonce} ${maxFeePerGas} ${to}`).slice(2)}` as const;
        return { raw, hash: hash(raw) };
      },
    },
  };
  const { region, endpoint, tlsKey } = SETTINGS;
  const registration = (change: object = {}): ChainEvent => ({
    ...{ event: 'EnclaveRegistered', id, operator: OPERATOR, identity: IDENTITY, epoch: 1 },
    ...{ tlsKey, endpoint, region, measurement: word(9), ...change },
  });
  const attestation = (validUntil = 5_000_000): ChainEvent => ({ event: 'EnclaveAttested', id, validUntil });
  /** Of the life that is now, or of another. */
  const boot = (of: Hex = nonce()): ChainEvent => ({
    event: 'BootRecorded',
    id,
    counter: String(lives.length),
    nonce: of,
  });
  return {
    ...{ ports, chain, beacon, lives, calls, log, id, nonce, status, answers, enclave },
    registration,
    attestation,
    boot,
  };
}
