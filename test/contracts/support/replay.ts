/** The contracts' state, folded from their events and block times alone: what an explorer does that trusts no indexer (I9). */

import { EventLog, type Log, type Result, ZeroAddress } from 'ethers';
import type { World } from './chain.ts';

export type MeasurementState = {
  status: bigint;
  votedAt: bigint;
  activeAt: bigint;
  retiresAt: bigint;
  operators: bigint;
};
export type EnclaveState = {
  operator: string;
  identity: string;
  status: bigint;
  epoch: bigint;
  validUntil: bigint;
  measurement: string;
  encryptionKey: string;
  bootNonce: string;
  bootCounter: bigint;
  bootRecordedAt: bigint;
};
export type OperatorState = { region: string; cap: bigint; enclaves: bigint; chosen: string };
export type RootState = { former: string; verifier: string; effectiveAt: bigint };
/** `reached`: how far down the line reserves have got a seat in this attempt. */
export type Seats = { operators: string[]; reserves: string[]; next: number; reached: number };
export type KeyState = {
  scheme: bigint;
  status: bigint;
  threshold: bigint;
  epoch: bigint;
  attempt: bigint;
  policyEpoch: bigint;
  delay: bigint;
  pausedUntil: bigint;
  suspendableAt: bigint;
  attemptWindow: bigint;
  attemptDeadline: bigint;
  confirmations: bigint;
  policy: string;
  publicKey: [bigint, string];
  spared: boolean;
  diversity: bigint[];
  members: string[];
  seats: Seats;
  proposed: [string, bigint];
};
export type NetworkState = {
  pausedUntil: bigint;
  beatBound: bigint;
  releasesPerBeat: bigint;
  margin: bigint;
  suspendableAt: bigint;
};
export type MandateState = { state: bigint; placedAt: bigint; readyAt: bigint; deadline: bigint };
export type DelegateState = { expiresAt: bigint; epoch: bigint };
export type State = {
  readonly measurements: Map<string, MeasurementState>;
  readonly enclaves: Map<string, EnclaveState>;
  readonly operators: Map<string, OperatorState>;
  readonly roots: Map<string, RootState>;
  readonly platformCaps: Map<string, bigint>;
  readonly revokedPlatforms: Set<string>;
  readonly lossAccepted: Set<string>;
  readonly keys: Map<string, KeyState>;
  readonly network: NetworkState;
  readonly requests: Map<string, bigint>;
  readonly mandates: Map<string, MandateState>;
  /** By `delegateOf`, in the order of the first time. */
  readonly delegates: Map<string, DelegateState>;
  /** Taken places, by `placesOf`. */
  readonly unsettled: Map<string, bigint>;
};

/** Seconds from the end of a suspension to the next. */
const COOL_DOWN = 604_800n;
const NONE = `0x${'00'.repeat(32)}`;

export async function replay(world: World): Promise<State> {
  const state: State = {
    measurements: new Map(),
    enclaves: new Map(),
    operators: new Map(),
    roots: new Map(),
    platformCaps: new Map(),
    revokedPlatforms: new Set(),
    lossAccepted: new Set(),
    keys: new Map(),
    network: { pausedUntil: 0n, beatBound: 0n, releasesPerBeat: 0n, margin: 0n, suspendableAt: 0n },
    requests: new Map(),
    mandates: new Map(),
    delegates: new Map(),
    unsettled: new Map(),
  };
  const { measurementRegistry, enclaveRegistry, keyRegistry, signingRequests, spendingLimits } = world;
  const times = new Map<number, bigint>();
  const events: (EventLog | Log)[] = [];
  for (const contract of [measurementRegistry, enclaveRegistry, keyRegistry, signingRequests, spendingLimits])
    events.push(...(await contract.queryFilter('*' as never)));
  events.sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
  for (const event of events) {
    if (!(event instanceof EventLog)) continue;
    if (!times.has(event.blockNumber))
      times.set(event.blockNumber, BigInt((await world.ethers.provider.getBlock(event.blockNumber))!.timestamp));
    folds[event.eventName]?.(state, event.args, times.get(event.blockNumber)!);
  }
  return state;
}

export const delegateOf = (requests: string, keyId: string, requester: string) =>
  [requests, keyId, requester].join(' ');
export const placesOf = (requests: string, keyId: string, requester: string, path: string) =>
  [requests, keyId, requester, path].join(' ');

type Fold = (state: State, args: Result, time: bigint) => void;
const at = <T>(map: Map<string, T>, id: string): T => {
  const found = map.get(id);
  if (found === undefined) throw new Error(`an event about ${id}, which no event made`);
  return found;
};

/** A verifier counts from `effectiveAt` on; until then the one before does. */
export function verifierAt({ former, verifier, effectiveAt }: RootState, time: bigint): string {
  return time < effectiveAt ? former : verifier;
}

function endEnclave({ enclaves, operators }: State, id: string): void {
  const enclave = at(enclaves, id);
  enclave.status = 2n;
  --at(operators, enclave.operator).enclaves;
}

const folds: Record<string, Fold> = {
  MeasurementVoted: ({ measurements }, { measurement }, votedAt) => {
    measurements.set(measurement, { status: 1n, votedAt, activeAt: 0n, retiresAt: 0n, operators: 0n });
  },
  MeasurementAttested: ({ measurements }, { measurement, operators }) => {
    at(measurements, measurement).operators = operators;
  },
  MeasurementPromoted: ({ measurements }, { measurement }, activeAt) => {
    Object.assign(at(measurements, measurement), { status: 2n, activeAt });
  },
  MeasurementRetiring: ({ measurements }, { measurement, retiresAt }) => {
    Object.assign(at(measurements, measurement), { status: 3n, retiresAt });
  },
  MeasurementRevoked: ({ measurements }, { measurement }) => {
    at(measurements, measurement).status = 4n;
  },
  MeasurementWithdrawn: ({ measurements }, { measurement }) => {
    Object.assign(at(measurements, measurement), { status: 0n, votedAt: 0n });
  },

  LossAccepted: ({ lossAccepted }, { measurement, keyId }) => lossAccepted.add(`${measurement} ${keyId}`),

  VerifierSet: ({ roots }, { tee, verifier, effectiveAt }, time) => {
    const known = roots.get(tee);
    roots.set(tee, { former: known === undefined ? ZeroAddress : verifierAt(known, time), verifier, effectiveAt });
  },
  VerifierWithdrawn: ({ roots }, { tee }) => {
    const { former } = at(roots, tee);
    roots.set(tee, { former, verifier: former, effectiveAt: 0n });
  },
  VerifierRemoved: ({ roots }, { tee }) => {
    roots.set(tee, { former: ZeroAddress, verifier: ZeroAddress, effectiveAt: 0n });
  },
  PlatformCapSet: ({ platformCaps }, { tee, cap }) => platformCaps.set(tee, cap),
  PlatformRevoked: ({ revokedPlatforms }, { platformId }) => revokedPlatforms.add(platformId),
  OperatorSet: ({ operators }, { operator, region, cap }) => {
    operators.set(operator, { enclaves: 0n, chosen: NONE, ...operators.get(operator), region, cap });
  },
  EnclaveChosen: ({ operators }, { operator, id }) => {
    at(operators, operator).chosen = id;
  },

  EnclaveRegistered: ({ enclaves, operators }, { id, operator, identity, measurement, registration }) => {
    if (enclaves.get(id)?.status !== 1n) ++at(operators, operator).enclaves;
    const boot = { encryptionKey: NONE, bootNonce: NONE.slice(0, 34), bootCounter: 0n, bootRecordedAt: 0n };
    const former = enclaves.get(id);
    // a life of other code is over, and the counter that it may have signed last is used up
    const over = { encryptionKey: NONE, bootNonce: NONE.slice(0, 34), bootCounter: (former?.bootCounter ?? -1n) + 1n };
    const life = former?.measurement === measurement ? {} : over;
    const kept = { ...(former ?? boot), ...life };
    const fields = { operator, identity, status: 1n, epoch: registration.epoch, validUntil: 0n, measurement };
    enclaves.set(id, { ...boot, ...kept, ...fields });
  },
  EnclaveAttested: ({ enclaves }, { id, validUntil }) => {
    at(enclaves, id).validUntil = validUntil;
  },
  BootRecorded: ({ enclaves }, { id, counter, nonce, encryptionKey }, bootRecordedAt) => {
    Object.assign(at(enclaves, id), { bootCounter: counter, bootNonce: nonce, encryptionKey, bootRecordedAt });
  },
  EnclaveRetired: (state, { id }) => endEnclave(state, id),
  EnclaveSuspended: (state, { id }) => endEnclave(state, id),

  KeyCreated: ({ keys }, { keyId, scheme, committee }) => {
    keys.set(keyId, {
      scheme,
      status: 1n,
      threshold: 0n,
      epoch: 0n,
      attempt: 0n,
      policyEpoch: 0n,
      delay: 0n,
      pausedUntil: 0n,
      suspendableAt: 0n,
      attemptWindow: committee.attemptWindow,
      attemptDeadline: 0n,
      confirmations: 0n,
      policy: NONE,
      publicKey: [0n, NONE],
      spared: false,
      diversity: [...committee.diversity],
      members: [],
      seats: { operators: [...committee.operators], reserves: [...committee.reserves], next: 0, reached: 0 },
      proposed: [NONE, 0n],
    });
  },
  SeatChanged: ({ keys }, { keyId, party, operator, replacedBy }) => {
    const { seats } = at(keys, keyId);
    const { operators, reserves, next } = seats;
    const place = reserves.indexOf(replacedBy);
    seats.reached = Math.max(seats.reached, ((place - next + reserves.length) % reserves.length) + 1);
    [reserves[place], operators[Number(party) - 1]] = [operator, replacedBy];
  },
  AttemptOpened: ({ keys }, { keyId, attempt, epoch, threshold, members, deadline }) => {
    const { seats } = at(keys, keyId);
    if (seats.reached > 0) seats.next = (seats.next + seats.reached) % seats.reserves.length;
    seats.reached = 0;
    const fresh = { status: 1n, confirmations: 0n, publicKey: [0n, NONE] };
    Object.assign(at(keys, keyId), fresh, { attempt, epoch, threshold, members: [...members] });
    at(keys, keyId).attemptDeadline = deadline;
  },
  KeyConfirmedBy: ({ keys }, { keyId }) => {
    ++at(keys, keyId).confirmations;
  },
  KeyConfirmed: ({ keys }, { keyId, publicKey }, time) => {
    const key = at(keys, keyId);
    Object.assign(key, { status: 2n, publicKey: [...publicKey], attemptDeadline: time + key.attemptWindow });
  },
  KeyActivated: ({ keys }, { keyId }) => {
    at(keys, keyId).status = 3n;
  },
  KeySpared: ({ keys }, { keyId, spared }) => {
    at(keys, keyId).spared = spared;
  },
  CommitteeProposed: ({ keys }, { keyId, hash, effectiveAt }) => {
    at(keys, keyId).proposed = [hash, effectiveAt];
  },
  CommitteeWithdrawn: ({ keys }, { keyId }) => {
    at(keys, keyId).proposed = [NONE, 0n];
  },
  PolicySet: ({ keys }, { keyId, policyEpoch, hash, policy }) => {
    Object.assign(at(keys, keyId), { policyEpoch, policy: hash, delay: policy.delay });
  },
  KeyPaused: ({ keys }, { keyId, pausedUntil }) => {
    at(keys, keyId).pausedUntil = pausedUntil;
  },

  KeySuspended: ({ keys }, { keyId, pausedUntil }) => {
    Object.assign(at(keys, keyId), { pausedUntil, suspendableAt: pausedUntil + COOL_DOWN });
  },
  NetworkPaused: ({ network }, { pausedUntil }) => {
    network.pausedUntil = pausedUntil;
  },
  NetworkSuspended: ({ network }, { pausedUntil }) => {
    Object.assign(network, { pausedUntil, suspendableAt: pausedUntil + COOL_DOWN });
  },
  BeatSet: ({ network }, { beatBound, releasesPerBeat, margin }) => {
    Object.assign(network, { beatBound, releasesPerBeat, margin });
  },

  SignatureRequested: ({ requests }, { id }) => requests.set(id, 1n),
  RequestReady: ({ requests }, { id }) => requests.set(id, 2n),
  SignatureFulfilled: ({ requests }, { id }) => requests.set(id, 3n),
  RequestRefused: ({ requests }, { id }) => requests.set(id, 4n),
  RequestExpired: ({ requests }, { id }) => requests.set(id, 5n),
  RequestCancelled: ({ requests }, { id }) => requests.set(id, 6n),

  MandatePlaced: ({ mandates, keys }, { id, keyId, mandate: { deadline } }, placedAt) =>
    mandates.set(id, { state: 1n, placedAt, readyAt: placedAt + at(keys, keyId).delay, deadline }),
  MandateFilled: ({ mandates }, { id }) => {
    at(mandates, id).state = 2n;
  },
  MandateCancelled: ({ mandates }, { id }) => {
    at(mandates, id).state = 3n;
  },

  LimitsSet: ({ delegates }, { requests, keyId, requester, epoch, limits: { expiresAt } }) =>
    delegates.set(delegateOf(requests, keyId, requester), { expiresAt, epoch }),
  LimitsRemoved: ({ delegates }, { requests, keyId, requester, epoch }) =>
    delegates.set(delegateOf(requests, keyId, requester), { expiresAt: 0n, epoch }),

  PlaceTaken: notePlaces,
  PlaceFreed: notePlaces,
};

function notePlaces({ unsettled }: State, { requests, keyId, requester, path, unsettled: taken }: Result): void {
  unsettled.set(placesOf(requests, keyId, requester, path), taken);
}
