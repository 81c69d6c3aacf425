/** The parts of the contracts that a host uses; test/host/abi.test.ts holds them to the compiled ones. */

import { parseAbi } from 'viem';

const STRUCTS = [
  'struct Effect { uint8 kind; bytes32 asset; bytes recipient; uint256 amount; bytes32 detail; }',
  'struct Intent { bytes32 keyId; bytes32 path; uint8 kind; bytes payload; bytes[] digests; Effect[] effects; uint48 deadline; address consumer; uint32 callbackGas; bytes32 replaces; }',
  'struct RequestHeader { bytes32 keyId; address requester; uint64 counter; bytes32 path; uint8 kind; bytes32 payloadHash; bytes32 digestsHash; bytes32 effectsHash; uint48 deadline; address consumer; uint32 callbackGas; bytes32 replaces; }',
] as const;

export const SIGNING_REQUESTS_ABI = parseAbi([
  ...STRUCTS,
  'event SignatureRequested(bytes32 indexed id, bytes32 indexed keyId, address indexed requester, uint64 counter, uint48 readyAt, Intent intent)',
  'event RequestReady(bytes32 indexed id, bytes32 indexed keyId)',
  'event SignatureFulfilled(bytes32 indexed id, bytes32 indexed keyId, bytes[] signatures)',
  'event RequestCancelled(bytes32 indexed id, address indexed by)',
  'event RequestRefused(bytes32 indexed id, uint16 refusals)',
  'event RequestExpired(bytes32 indexed id)',
  'function markReady(RequestHeader header)',
  'function expire(RequestHeader header)',
  'function fulfil(RequestHeader header, bytes[] digests, bytes[] signatures)',
  'function recordLate(RequestHeader header, bytes[] digests, bytes[] signatures)',
  'function lateSignatures(bytes32 id) view returns (bytes32)',
  'function requestId(RequestHeader header) view returns (bytes32)',
  'function stateOf(bytes32 id) view returns (uint8)',
]);

export const KEY_REGISTRY_ABI = parseAbi([
  'struct Policy { address[] requesters; address[] delegates; uint32 kinds; uint32 delay; }',
  'struct Diversity { uint16 region; uint16 vendor; uint16 platform; uint16 sealing; }',
  'struct CommitteeParameters { uint16 threshold; address[] operators; address[] reserves; uint32 attemptWindow; Diversity diversity; }',
  'struct PublicKey { uint8 prefix; bytes32 x; }',
  'struct Confirmation { bytes32 keyId; uint32 epoch; uint32 attempt; bytes32 committee; bytes32 transcript; uint8 publicKeyPrefix; bytes32 publicKeyX; bytes32 commitments; }',
  'struct DerivedPoints { bytes32 derivedX; bytes32 derivedY; bytes32 outputX; bytes32 outputY; }',
  'struct KeyView { bytes32 id; uint8 scheme; uint8 status; uint16 threshold; uint32 epoch; uint32 attempt; uint32 policyEpoch; uint32 delay; uint48 pausedUntil; uint48 attemptDeadline; uint16 confirmations; bytes32 committee; bytes32 policy; PublicKey publicKey; bytes32 commitments; bool spared; Diversity diversity; bytes32[] members; }',
  'event KeyCreated(bytes32 indexed keyId, uint8 indexed scheme, CommitteeParameters committee)',
  'event AttemptOpened(bytes32 indexed keyId, uint32 indexed attempt, uint32 epoch, uint16 threshold, bytes32[] members, uint48 deadline)',
  'event KeyConfirmedBy(bytes32 indexed keyId, uint32 indexed attempt, bytes32 indexed member, Confirmation confirmation)',
  'event KeyConfirmed(bytes32 indexed keyId, uint32 indexed attempt, PublicKey publicKey)',
  'event KeyActivated(bytes32 indexed keyId, uint32 indexed epoch, PublicKey publicKey, bytes signature)',
  'event DerivedKeyClaimed(bytes32 indexed keyId, address indexed requester, bytes32 indexed path, PublicKey derived, PublicKey output)',
  'event KeyPaused(bytes32 indexed keyId, address indexed by, uint48 pausedUntil)',
  'event KeySuspended(bytes32 indexed keyId, address indexed by, uint48 pausedUntil)',
  'event NetworkPaused(address indexed by, uint48 pausedUntil)',
  'event NetworkSuspended(address indexed by, uint48 pausedUntil)',
  'event BeatSet(uint32 beatBound, uint32 releasesPerBeat, uint32 margin)',
  'function openAttempt(bytes32 keyId)',
  'function confirm(bytes32 member, Confirmation confirmation, bytes identitySignature)',
  'function activate(bytes32 keyId, bytes signature)',
  'function claimDerivedKey(bytes32 keyId, address requester, bytes32 path, DerivedPoints points)',
  'function verifyingKey(bytes32 keyId, address requester, bytes32 path, uint8 kind) view returns (uint8 scheme, PublicKey publicKey)',
  'function key(bytes32 keyId) view returns (KeyView)',
]);

export const ENCLAVE_REGISTRY_ABI = parseAbi([
  'struct Registration { address operator; address identity; bytes32 region; bytes32 tlsKey; string endpoint; uint32 epoch; uint64 challengeBlock; bytes32 challenge; bytes32 tee; }',
  'struct BootRecord { bytes16 nonce; bytes32 encryptionKey; uint64 counter; }',
  'struct EnclaveView { bytes32 id; address operator; address identity; uint8 status; uint32 epoch; uint48 validUntil; bytes32 measurement; bytes32 encryptionKey; bytes16 bootNonce; uint64 bootCounter; uint64 bootRecordedAt; bytes32 tlsKey; bytes32 region; bytes32 platformId; bytes32 tee; string endpoint; }',
  'event EnclaveRegistered(bytes32 indexed id, address indexed operator, address indexed identity, bytes32 measurement, Registration registration)',
  'event EnclaveAttested(bytes32 indexed id, uint32 indexed epoch, bytes32 platformId, uint48 validUntil)',
  'event EnclaveRetired(bytes32 indexed id, address indexed operator)',
  'event EnclaveSuspended(bytes32 indexed id, address indexed by)',
  'event BootRecorded(bytes32 indexed id, uint64 indexed counter, bytes16 nonce, bytes32 encryptionKey)',
  'function register(Registration registration, bytes evidence, bytes identitySignature, bytes operatorSignature) returns (bytes32)',
  'function recordBoot(bytes32 id, BootRecord record, bytes identitySignature)',
  'function enclave(bytes32 id) view returns (EnclaveView)',
  'function enclaveOf(address operator) view returns (bytes32)',
]);
