/** The contracts' state, folded from their events and block times alone: what an explorer does that trusts no indexer (I9). */

import { EventLog, type Log, type Result, ZeroAddress } from 'ethers';
import type { World } from './chain.ts';
import { birthDomain, committee, encode, type Place } from './preimages.ts';

export type MeasurementState = {
  status: bigint;
  votedAt: bigint;
  activeAt: bigint;
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
/** The words of a key: they change at the switch, but for status, scheme and pauses. */
export type KeyState = {
  status: bigint;
  scheme: bigint;
  publicKeyPrefix: bigint;
  threshold: bigint;
  size: bigint;
  epoch: bigint;
  attempt: bigint;
  pausedUntil: bigint;
  committee: string;
  publicKeyX: string;
  commitments: string;
  birth: string;
};
export type CeremonyState = {
  kind: bigint;
  status: bigint;
  publicKeyPrefix: bigint;
  threshold: bigint;
  size: bigint;
  epoch: bigint;
  attempt: bigint;
  deadline: bigint;
  committee: string;
  publicKeyX: string;
  commitments: string;
  confirmations: bigint;
  differs: boolean;
};
/** What else is kept of a key. */
export type KeyRest = {
  suspendableAt: bigint;
  window: bigint;
  said: { publicKeyPrefix: bigint; publicKeyX: string; commitments: string } | null;
  members: string[];
  diversity: bigint[];
  seats: Seats;
  proposed: [string, bigint];
};
export type RowState = { guard: string; epoch: bigint; kinds: bigint; delay: bigint; module: string };
/** In the order of the contract's word. */
export type RequestState = {
  state: bigint;
  queuedAt: bigint;
  readyAt: bigint;
  deadline: bigint;
  epoch: bigint;
  voted: boolean;
};
export type AnnouncementState = { announcedAt: bigint; epoch: bigint };
export type NetworkState = {
  pausedUntil: bigint;
  beatBound: bigint;
  releasesPerBeat: bigint;
  margin: bigint;
  suspendableAt: bigint;
};
export type ForkState = { version: string; epoch: bigint; shape: bigint; effectiveAt: bigint };
export type ListingState = { codeHash: string; effectiveAt: bigint };
export type DelegateState = { expiresAt: bigint; version: bigint };
export type State = {
  readonly registry: Place;
  readonly measurements: Map<string, MeasurementState>;
  readonly enclaves: Map<string, EnclaveState>;
  readonly operators: Map<string, OperatorState>;
  readonly roots: Map<string, RootState>;
  readonly platformCaps: Map<string, bigint>;
  readonly revokedPlatforms: Set<string>;
  readonly onlyAdmitted: Map<string, boolean>;
  readonly admittedPlatforms: Map<string, boolean>;
  readonly keys: Map<string, KeyState>;
  readonly ceremonies: Map<string, CeremonyState>;
  readonly rest: Map<string, KeyRest>;
  /** By `rowOf`. */
  readonly rows: Map<string, RowState>;
  readonly network: NetworkState;
  readonly forks: ForkState[];
  readonly requests: Map<string, RequestState>;
  /** Whose row each request hangs on, by `rowOf`. */
  readonly rowsOfRequests: Map<string, string>;
  /** By `announcementOf`: what is announced, and neither withdrawn nor asked for. */
  readonly announcements: Map<string, AnnouncementState>;
  readonly listings: Map<string, ListingState>;
  /** Members of the key's epoch that refused a request. */
  readonly refusals: Map<string, bigint>;
  readonly mandates: { count: bigint };
  /** By `delegateOf`, in the order of the first time. */
  readonly delegates: Map<string, DelegateState>;
  /** Taken places, by `placesOf`. */
  readonly unsettled: Map<string, bigint>;
};

/** Seconds from the end of a suspension to the next. */
const COOL_DOWN = 604_800n;
const NONE = `0x${'00'.repeat(32)}`;
const NO_HASHES = { committee: NONE, publicKeyX: NONE, commitments: NONE };

export async function replay(world: World): Promise<State> {
  const { measurementRegistry, enclaveRegistry, keyRegistry, committees, committeeVotes } = world;
  const { signingRequests, spendingLimits, mandates, refusals } = world;
  const { chainId } = await world.ethers.provider.getNetwork();
  const state = begin({ chainId, contract: await keyRegistry.getAddress() });
  const times = new Map<number, bigint>();
  const events: (EventLog | Log)[] = [];
  for (const contract of [measurementRegistry, enclaveRegistry, keyRegistry, committees, committeeVotes])
    events.push(...(await contract.queryFilter('*' as never)));
  for (const contract of [signingRequests, spendingLimits, mandates, refusals])
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

function begin(registry: Place): State {
  return {
    registry,
    measurements: new Map(),
    enclaves: new Map(),
    operators: new Map(),
    roots: new Map(),
    platformCaps: new Map(),
    revokedPlatforms: new Set(),
    onlyAdmitted: new Map(),
    admittedPlatforms: new Map(),
    keys: new Map(),
    ceremonies: new Map(),
    rest: new Map(),
    rows: new Map(),
    network: { pausedUntil: 0n, beatBound: 0n, releasesPerBeat: 0n, margin: 0n, suspendableAt: 0n },
    forks: [],
    requests: new Map(),
    rowsOfRequests: new Map(),
    announcements: new Map(),
    listings: new Map(),
    refusals: new Map(),
    mandates: { count: 0n },
    delegates: new Map(),
    unsettled: new Map(),
  };
}

export const rowOf = (keyId: string, requester: string) => [keyId, requester].join(' ');
export const announcementOf = (module: string, keyId: string, requester: string, hash: string) =>
  encode([module, keyId, requester, hash]);
export const delegateOf = (requests: string, keyId: string, requester: string) =>
  [requests, keyId, requester].join(' ');
export const placesOf = (requests: string, keyId: string, requester: string, path: string) =>
  [requests, keyId, requester, path].join(' ');

/** QUEUED or READY, and its row has a newer epoch: anybody may end it. No event says so of each. */
export function isOvertaken({ requests, rows, rowsOfRequests }: State, id: string): boolean {
  const { state, epoch } = at(requests, id);
  return (state === 1n || state === 2n) && at(rows, at(rowsOfRequests, id)).epoch !== epoch;
}

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
    measurements.set(measurement, { status: 1n, votedAt, activeAt: 0n, operators: 0n });
  },
  MeasurementAttested: ({ measurements }, { measurement, operators }) => {
    at(measurements, measurement).operators = operators;
  },
  MeasurementPromoted: ({ measurements }, { measurement }, activeAt) => {
    Object.assign(at(measurements, measurement), { status: 2n, activeAt });
  },
  MeasurementRetiring: ({ measurements }, { measurement }) => {
    at(measurements, measurement).status = 3n;
  },
  MeasurementRevoked: ({ measurements }, { measurement }) => {
    at(measurements, measurement).status = 4n;
  },
  MeasurementWithdrawn: ({ measurements }, { measurement }) => {
    Object.assign(at(measurements, measurement), { status: 0n, votedAt: 0n });
  },

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
  OnlyAdmittedPlatformsSet: ({ onlyAdmitted }, { tee, only }) => onlyAdmitted.set(tee, only),
  PlatformAdmittedSet: ({ admittedPlatforms }, { platformId, admitted }) => admittedPlatforms.set(platformId, admitted),
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

  KeyCreated: ({ keys, rest }, { keyId, scheme, committee: said }) => {
    const numbers = { publicKeyPrefix: 0n, threshold: 0n, size: 0n, epoch: 0n, attempt: 0n, pausedUntil: 0n };
    keys.set(keyId, { status: 1n, scheme, ...numbers, ...NO_HASHES, birth: NONE });
    rest.set(keyId, {
      suspendableAt: 0n,
      window: said.attemptWindow,
      said: null,
      members: [],
      diversity: [...said.diversity],
      seats: { operators: [...said.operators], reserves: [...said.reserves], next: 0, reached: 0 },
      proposed: [NONE, 0n],
    });
  },
  SeatChanged: ({ rest }, { keyId, party, operator, replacedBy }) => {
    const { seats } = at(rest, keyId);
    const { operators, reserves, next } = seats;
    const place = reserves.indexOf(replacedBy);
    seats.reached = Math.max(seats.reached, ((place - next + reserves.length) % reserves.length) + 1);
    [reserves[place], operators[Number(party) - 1]] = [operator, replacedBy];
  },
  AttemptOpened: ({ ceremonies, rest }, { keyId, attempt, kind, epoch, threshold, members, deadline }) => {
    const { seats } = at(rest, keyId);
    if (seats.reached > 0) seats.next = (seats.next + seats.reached) % seats.reserves.length;
    seats.reached = 0;
    const size = BigInt(members.length);
    const fresh = { ...NO_HASHES, publicKeyPrefix: 0n, confirmations: 0n, differs: false, status: 1n };
    const its = committee(keyId, epoch, attempt, threshold, [...members]);
    ceremonies.set(keyId, { ...fresh, kind, threshold, size, epoch, attempt, deadline, committee: its });
    Object.assign(at(rest, keyId), { said: null, members: [...members] });
  },
  KeyConfirmedBy: ({ ceremonies, rest }, { keyId, confirmation }) => {
    ++at(ceremonies, keyId).confirmations;
    const { publicKeyPrefix, publicKeyX, commitments } = confirmation;
    at(rest, keyId).said ??= { publicKeyPrefix, publicKeyX, commitments };
  },
  ConfirmationsDiffer: ({ ceremonies }, { keyId }) => {
    at(ceremonies, keyId).differs = true;
  },
  KeyConfirmed: ({ ceremonies, rest }, { keyId }, time) => {
    const { said, window } = at(rest, keyId);
    Object.assign(at(ceremonies, keyId), { status: 2n, deadline: time + window, ...said });
  },
  KeyActivated: ({ keys, ceremonies, registry }, { keyId }) => {
    const ceremony = at(ceremonies, keyId);
    ceremony.status = 3n;
    const { publicKeyPrefix, threshold, size, epoch, attempt, publicKeyX, commitments } = ceremony;
    const words = { publicKeyPrefix, threshold, size, epoch, attempt, publicKeyX, commitments };
    const birth = birthDomain(registry, keyId, publicKeyPrefix, publicKeyX);
    Object.assign(at(keys, keyId), { ...words, status: 2n, committee: ceremony.committee, birth });
  },
  CommitteeAnnounced: ({ rest }, { keyId, hash, effectiveAt }) => {
    at(rest, keyId).proposed = [hash, effectiveAt];
  },
  CommitteeWithdrawn: ({ rest }, { keyId }) => {
    at(rest, keyId).proposed = [NONE, 0n];
  },
  ForkAdded: ({ forks }, { version, epoch, shape, effectiveAt }) => {
    forks.push({ version, epoch, shape, effectiveAt });
  },
  ForkWithdrawn: ({ forks }, { epoch }) => {
    if (forks.pop()?.epoch !== epoch) throw new Error(`fork of epoch ${epoch} was not the last`);
  },
  RowSet: ({ rows }, { keyId, requester, epoch, guard, module, kinds, delay }) =>
    rows.set(rowOf(keyId, requester), { guard, epoch, kinds, delay, module }),
  RowRemoved: ({ rows }, { keyId, requester, epoch }) =>
    rows.set(rowOf(keyId, requester), { guard: ZeroAddress, epoch, kinds: 0n, delay: 0n, module: ZeroAddress }),
  RowRaised: ({ rows }, { keyId, requester, epoch }) => {
    at(rows, rowOf(keyId, requester)).epoch = epoch;
  },
  KeyPaused: ({ keys }, { keyId, pausedUntil }) => {
    at(keys, keyId).pausedUntil = pausedUntil;
  },

  KeySuspended: ({ keys, rest }, { keyId, pausedUntil }) => {
    at(keys, keyId).pausedUntil = pausedUntil;
    at(rest, keyId).suspendableAt = pausedUntil + COOL_DOWN;
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

  SignatureRequested: (state, args) => {
    const { id, keyId, requester, epoch, queuedAt, readyAt, voted, intent } = args;
    state.requests.set(id, { state: 1n, queuedAt, readyAt, deadline: intent.deadline, epoch, voted });
    state.rowsOfRequests.set(id, rowOf(keyId, requester));
  },
  RequestReady: ({ requests }, { id }, readyAt) => {
    Object.assign(at(requests, id), { state: 2n, readyAt });
  },
  SignatureFulfilled: move(3n),
  RequestRefused: move(4n),
  RequestExpired: ({ requests }, { id }) => {
    const request = at(requests, id);
    if (request.state === 1n) request.readyAt = 0n;
    request.state = 5n;
  },
  RequestAbandoned: move(5n),
  RequestCancelled: move(6n),
  RequestRefusedBy: ({ refusals }, { id, kind, count }) => kind === 1n && refusals.set(id, count),

  RequestAnnounced: ({ announcements }, { module, keyId, requester, hash, epoch }, announcedAt) =>
    announcements.set(announcementOf(module, keyId, requester, hash), { announcedAt, epoch }),
  AnnouncementWithdrawn: ({ announcements }, { module, keyId, requester, hash }) =>
    announcements.delete(announcementOf(module, keyId, requester, hash)),
  AnnouncementUsed: ({ announcements }, { module, keyId, requester, hash }) =>
    announcements.delete(announcementOf(module, keyId, requester, hash)),
  ModuleListed: ({ listings }, { module, codeHash, effectiveAt }) => listings.set(module, { codeHash, effectiveAt }),
  ModuleRemoved: ({ listings }, { module }) => listings.set(module, { codeHash: NONE, effectiveAt: 0n }),
  MandatePlaced: ({ mandates }, { counter }) => {
    mandates.count = counter;
  },

  LimitsSet: ({ delegates }, { requests, keyId, requester, version, limits: { expiresAt } }) =>
    delegates.set(delegateOf(requests, keyId, requester), { expiresAt, version }),
  LimitsRemoved: ({ delegates }, { requests, keyId, requester, version }) =>
    delegates.set(delegateOf(requests, keyId, requester), { expiresAt: 0n, version }),

  PlaceTaken: notePlaces,
  PlaceFreed: notePlaces,
};

function move(to: bigint): Fold {
  return ({ requests }, { id }) => {
    at(requests, id).state = to;
  };
}

function notePlaces({ unsettled }: State, { requests, keyId, requester, path, unsettled: taken }: Result): void {
  unsettled.set(placesOf(requests, keyId, requester, path), taken);
}
