/** Why a transaction of a host would revert, in words: the errors of the contracts that its postings can meet. */

import { AbiErrorSignatureNotFoundError, decodeErrorResult, parseAbi } from 'viem';
import type { Hex } from '../../enclave/api.ts';

/** test/host/chain/abi.test.ts holds them to the compiled contracts. */
export const ERRORS_ABI = parseAbi([
  'error DevelopmentVerifierExpired(uint256 validUntil, uint256 time)',
  'error DevelopmentVerifierFromTheFuture(uint256 issuedAt, uint256 time)',
  'error DevelopmentVerifierInvalidLength(uint256 length, uint256 expected)',
  'error DevelopmentVerifierInvalidSignature(bytes32 statement, bytes32 r, bytes32 s)',
  'error EnclaveRegistryEmptyBoot(bytes32 id)',
  'error EnclaveRegistryEndpointLength(uint256 length, uint256 maximum)',
  'error EnclaveRegistryExpiredEvidence(uint48 validUntil, uint256 time)',
  'error EnclaveRegistryIdentityTaken(address identity, address operator)',
  'error EnclaveRegistryMeasurementNotAdmitted(bytes32 measurement)',
  'error EnclaveRegistryNotActive(bytes32 id, uint8 status)',
  'error EnclaveRegistryNotOperator(bytes32 id, address caller, address operator)',
  'error EnclaveRegistryOldBoot(bytes32 id, uint64 counter, uint64 recorded)',
  'error EnclaveRegistryNotAdmitted(address operator)',
  'error EnclaveRegistryOperatorFull(address operator, uint16 enclaves, uint16 cap)',
  'error EnclaveRegistryOtherRegion(address operator, bytes32 region, bytes32 admitted)',
  'error EnclaveRegistryOtherReportData(bytes32 attested, bytes32 expected)',
  'error EnclaveRegistryOtherTee(bytes32 attested, bytes32 registered)',
  'error EnclaveRegistryPlatformFull(bytes32 platformId, uint32 enclaves, uint16 cap)',
  'error EnclaveRegistryPlatformRevoked(bytes32 platformId)',
  'error EnclaveRegistryTeeChanged(bytes32 id, bytes32 tee, bytes32 registered)',
  'error EnclaveRegistryUnknownChallenge(uint64 challengeBlock, bytes32 challenge, bytes32 known)',
  'error EnclaveRegistryUnknownEnclave(bytes32 id)',
  'error EnclaveRegistryUnknownTee(bytes32 tee)',
  'error EnclaveRegistryWrongEpoch(bytes32 id, uint32 epoch, uint32 expected)',
  'error EnclaveRegistryWrongSigner(address expected, address recovered, bytes32 digest)',
  'error KeyRegistryAlreadyConfirmed(bytes32 keyId, uint32 attempt, bytes32 member)',
  'error KeyRegistryAttemptOver(bytes32 keyId, uint32 attempt, uint48 deadline, uint256 time)',
  'error KeyRegistryAttemptRunning(bytes32 keyId, uint32 attempt, uint48 deadline, uint256 time)',
  'error KeyRegistryInvalidActivation(bytes32 keyId, bytes32 message)',
  'error KeyRegistryInvalidPublicKey(uint8 scheme, uint8 prefix, bytes32 x)',
  'error KeyRegistryNetworkPaused(uint48 pausedUntil, uint256 time)',
  'error KeyRegistryNoDerivation(bytes32 keyId, uint8 scheme, address requester, bytes32 path)',
  'error KeyRegistryNotEligible(bytes32 keyId, bytes32 member)',
  'error KeyRegistryNotMember(bytes32 keyId, bytes32 member)',
  'error KeyRegistryOtherAttempt(bytes32 keyId, uint32 epoch, uint32 attempt, uint32 currentEpoch, uint32 currentAttempt)',
  'error KeyRegistryOtherCommittee(bytes32 keyId, bytes32 committee, bytes32 current)',
  'error KeyRegistryPaused(bytes32 keyId, uint48 pausedUntil, uint256 time)',
  'error KeyRegistryTooFewEligible(bytes32 keyId, uint256 eligible, uint256 needed)',
  'error KeyRegistryUnclaimed(bytes32 keyId, address requester, bytes32 path)',
  'error KeyRegistryUnknownKey(bytes32 keyId)',
  'error KeyRegistryWrongDerivedPoint(bytes32 keyId, address claimed, address expected)',
  'error KeyRegistryWrongOutputPoint(bytes32 keyId, address claimed, address expected)',
  'error KeyRegistryWrongSigner(bytes32 member, address expected, address recovered, bytes32 digest)',
  'error KeyRegistryWrongStatus(bytes32 keyId, uint8 status, uint8 needed)',
  'error SignatureVerifierUnsupportedScheme(uint8 scheme)',
  'error SigningRequestsAlreadyRecorded(bytes32 id)',
  'error SigningRequestsAlreadyRefused(bytes32 id, bytes32 member)',
  'error SigningRequestsDeadlinePassed(bytes32 id, uint48 deadline, uint256 time)',
  'error SigningRequestsInsufficientGas(bytes32 id, uint256 available, uint256 needed)',
  'error SigningRequestsInvalidSignature(bytes32 id, bytes32 keyId, uint256 index)',
  'error SigningRequestsNotExpired(bytes32 id, uint48 deadline, uint256 time)',
  'error SigningRequestsNotLate(bytes32 id, uint8 state)',
  'error SigningRequestsNothingToDeliver(bytes32 id, bytes32 signatures, bytes32 undelivered)',
  'error SigningRequestsOtherDigests(bytes32 id, bytes32 digests, bytes32 expected)',
  'error SigningRequestsSignatureCount(bytes32 id, uint256 signatures, uint256 digests)',
  'error SigningRequestsTooEarly(bytes32 id, uint48 readyAt, uint256 time)',
  'error SigningRequestsWrongState(bytes32 id, uint8 state, uint8 needed)',
  'error SpendingLimitsExpired(bytes32 keyId, address requester, uint48 expiresAt, uint256 time)',
]);

/** Name and arguments of the error; the bare data when it is none of these. */
export function revertReason(data: Hex): string {
  try {
    const { errorName, args } = decodeErrorResult({ abi: ERRORS_ABI, data });
    return `${errorName}(${(args ?? []).map(String).join(', ')})`;
  } catch (error) {
    if (error instanceof AbiErrorSignatureNotFoundError) return `an unknown error ${data.slice(0, 10)}`;
    return `data that no error of the contracts has: ${data.slice(0, 74)}`;
  }
}
