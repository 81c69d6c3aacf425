/**
 * Where the compiler put the mappings that enclaves read (docs/storage.md). A position that does not match the compiled
 * contracts fails `test/proof/layout.test.ts`.
 */

export const MAPPING_POSITIONS = {
  measurements: { contract: 'measurementRegistry', variable: '_measurements', position: 1n },
  enclaves: { contract: 'enclaveRegistry', variable: '_enclaves', position: 3n },
  keys: { contract: 'keyRegistry', variable: '_keys', position: 1n },
  ceremonies: { contract: 'keyRegistry', variable: '_ceremonies', position: 2n },
  rows: { contract: 'keyRegistry', variable: '_rows', position: 3n },
  forks: { contract: 'keyRegistry', variable: '_forks', position: 6n },
  requests: { contract: 'signingRequests', variable: '_requests', position: 1n },
} as const;

/** A word by itself. */
export const NETWORK_POSITION = { contract: 'keyRegistry', variable: '_network', position: 4n } as const;

/** How many forks there are, from 1 on: a word of its own too. */
export const FORK_COUNT_POSITION = { contract: 'keyRegistry', variable: '_forkCount', position: 7n } as const;

/** What a ceremony makes; refresh, resharing and repair come later (docs/storage.md). */
export const CEREMONY_KINDS = { 'key-generation': 1 } as const;

/** Fields of the packed words, least significant first, in bits. */
export const PACKED = {
  measurement: { status: 8, votedAt: 48, activeAt: 48 },
  enclave: { operator: 160, status: 8, epoch: 32, validUntil: 48 },
  boot: { nonce: 128, counter: 64, recordedAt: 64 },
  key: {
    status: 8,
    scheme: 8,
    publicKeyPrefix: 8,
    threshold: 16,
    size: 16,
    epoch: 32,
    attempt: 32,
    pausedUntil: 48,
  },
  ceremony: {
    kind: 8,
    status: 8,
    publicKeyPrefix: 8,
    threshold: 16,
    size: 16,
    epoch: 32,
    attempt: 32,
    deadline: 48,
  },
  row: { guard: 160, epoch: 40, kinds: 24, delay: 32 },
  network: { pausedUntil: 48, beatBound: 32, releasesPerBeat: 32, margin: 32 },
  fork: { version: 32, epoch: 40, shape: 8, effectiveAt: 48 },
  request: { state: 8, queuedAt: 48, readyAt: 48, deadline: 48, epoch: 40, voted: 8 },
} as const;

export const STATUS = {
  measurement: { none: 0, canary: 1, active: 2, retiring: 3, revoked: 4 },
  enclave: { none: 0, active: 1, suspended: 2 },
  key: { none: 0, pending: 1, active: 2 },
  ceremony: { none: 0, open: 1, confirmed: 2, done: 3 },
  request: { none: 0, queued: 1, ready: 2, fulfilled: 3, refused: 4, expired: 5, cancelled: 6 },
} as const;
