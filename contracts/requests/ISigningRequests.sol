// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PayloadKind} from "../keys/KeyTypes.sol";
import {EnclaveId, KeyId, RequestId} from "../types/Ids.sol";

/// @dev Values are read by enclaves: docs/storage.md.
enum RequestState {
    None,
    Queued,
    Ready,
    Fulfilled,
    Refused,
    Expired,
    Cancelled
}

enum EffectKind {
    None,
    Transfer,
    Fee,
    Call
}

struct Effect {
    EffectKind kind;
    bytes32 asset;
    bytes recipient;
    /// @dev in the smallest unit of the asset
    uint256 amount;
    bytes32 detail;
}

struct Intent {
    KeyId keyId;
    bytes32 path;
    PayloadKind kind;
    bytes payload;
    bytes[] digests;
    Effect[] effects;
    /// @dev Unix time in seconds: nothing is signed after it
    uint48 deadline;
    address consumer;
    /// @dev gas that the consumer gets, in one call
    uint32 callbackGas;
    RequestId replaces;
}

/// @dev The intent with its dynamic parts hashed, plus who asked and when in order: exactly what the request id commits to.
struct RequestHeader {
    KeyId keyId;
    address requester;
    uint64 counter;
    bytes32 path;
    PayloadKind kind;
    bytes32 payloadHash;
    bytes32 digestsHash;
    bytes32 effectsHash;
    /// @dev Unix time in seconds
    uint48 deadline;
    address consumer;
    /// @dev gas that the consumer gets, in one call
    uint32 callbackGas;
    RequestId replaces;
}

struct RequestView {
    RequestId id;
    RequestState state;
    /// @dev Unix times in seconds
    uint48 queuedAt;
    /// @dev see `queuedAt`: the earliest one until it is READY, then the one at which it became so; 0 if it expired in the queue
    uint48 readyAt;
    /// @dev see `queuedAt`
    uint48 deadline;
}

/// @title Signatures that governance asked for
/// @notice QUEUED (may be cancelled) -> READY (irrevocable) -> FULFILLED, REFUSED or EXPIRED. Only a state word is stored: whoever moves a
/// request brings its header, which hashes to the id.
interface ISigningRequests {
    /// @notice QUEUED; the header is that of `intent`. May be made ready from `readyAt` on (Unix seconds).
    event SignatureRequested(
        RequestId indexed id,
        KeyId indexed keyId,
        address indexed requester,
        uint64 counter,
        uint48 readyAt,
        Intent intent
    );
    /// @notice READY: enclaves may sign from the moment this is final, whatever comes after.
    event RequestReady(RequestId indexed id, KeyId indexed keyId);
    /// @notice FULFILLED, with one valid signature per digest.
    event SignatureFulfilled(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);
    /// @notice CANCELLED before it was READY.
    event RequestCancelled(RequestId indexed id, address indexed by);
    /// @notice EXPIRED; a signature may exist, and appear later.
    event RequestExpired(RequestId indexed id);
    /// @notice `needed` members' refusals make a signature impossible: n - t + 1.
    event RequestRefusedBy(
        RequestId indexed id, EnclaveId indexed member, bytes32 indexed code, uint16 refusals, uint16 needed
    );
    /// @notice REFUSED by so many members that those left are too few to sign.
    event RequestRefused(RequestId indexed id, uint16 refusals);
    /// @notice Follows RequestExpired for a request that was READY: of `size` members so many were live, and so many had refused.
    event ExpiryCounted(RequestId indexed id, uint16 live, uint16 refused, uint16 size);
    /// @notice Valid signatures came after the deadline or a refusal.
    event LateSignatureRecorded(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);
    /// @notice The payload is final on its chain, or can no longer get there: the delegate's place is free again.
    event RequestSettled(RequestId indexed id, address indexed by);
    /// @notice The consumer has taken the signatures.
    event CallbackDelivered(RequestId indexed id, address indexed consumer);
    /// @notice The consumer has reverted or run out of its gas; anyone may redeliver.
    event CallbackFailed(RequestId indexed id, address indexed consumer);

    /// @notice The request is not where this call starts from.
    error SigningRequestsWrongState(RequestId id, RequestState state, RequestState needed);
    /// @notice The payload is too long, in bytes.
    error SigningRequestsPayloadLength(uint256 length, uint256 maximum);
    /// @notice An Ed25519 key has no paths.
    error SigningRequestsNoDerivation(bytes32 path);
    /// @notice Too few or too many digests for this kind of payload.
    error SigningRequestsDigestCount(uint256 count, uint256 minimum, uint256 maximum);
    /// @notice A digest has another length than its scheme signs, in bytes.
    error SigningRequestsDigestLength(uint256 index, uint256 length, uint256 expected);
    /// @notice Too many declared effects.
    error SigningRequestsEffectCount(uint256 count, uint256 maximum);
    /// @notice The deadline is too near or too far (Unix seconds).
    error SigningRequestsDeadline(uint48 deadline, uint256 earliest, uint256 latest);
    /// @notice More callback gas than allowed; without a consumer none is.
    error SigningRequestsCallbackGas(uint32 callbackGas, uint256 maximum);
    /// @notice READY from `readyAt` on (Unix seconds).
    error SigningRequestsTooEarly(RequestId id, uint48 readyAt, uint256 time);
    /// @notice What is left until the deadline is too short for enclaves to sign in (Unix seconds).
    error SigningRequestsNoRoom(RequestId id, uint48 deadline, uint256 earliest);
    /// @notice The deadline has passed (Unix seconds).
    error SigningRequestsDeadlinePassed(RequestId id, uint48 deadline, uint256 time);
    /// @notice The deadline has not passed (Unix seconds).
    error SigningRequestsNotExpired(RequestId id, uint48 deadline, uint256 time);
    /// @notice The digests are not those of the request, both by their list hash.
    error SigningRequestsOtherDigests(RequestId id, bytes32 digests, bytes32 expected);
    /// @notice There has to be one signature per digest.
    error SigningRequestsSignatureCount(RequestId id, uint256 signatures, uint256 digests);
    /// @notice The signature of digest `index` is not of the derived key.
    error SigningRequestsInvalidSignature(RequestId id, KeyId keyId, uint256 index);
    /// @notice The call does not bring the gas that was declared for the callback.
    error SigningRequestsInsufficientGas(RequestId id, uint256 available, uint256 needed);
    /// @notice The member has refused this request.
    error SigningRequestsAlreadyRefused(RequestId id, EnclaveId member);
    /// @notice A refusal needs a code.
    error SigningRequestsEmptyCode(RequestId id);
    /// @notice What is to be replaced has to be shown, by the header that hashes to this id.
    error SigningRequestsNotShown(RequestId replaces);
    /// @notice What is to be replaced was asked of another key, by another requester or for another path: nothing of it can conflict.
    error SigningRequestsOtherKey(RequestId replaces, KeyId keyId, address requester, bytes32 path);
    /// @notice What is to be replaced was never READY: there can be no signature of it.
    error SigningRequestsNothingToReplace(RequestId replaces, RequestState state);
    /// @notice Signatures are late once the request is EXPIRED or REFUSED, or its deadline has passed.
    error SigningRequestsNotLate(RequestId id, RequestState state);
    /// @notice Late signatures were recorded before.
    error SigningRequestsAlreadyRecorded(RequestId id);
    /// @notice These are not the signatures that the consumer has not taken, both by their hash.
    error SigningRequestsNothingToDeliver(RequestId id, bytes32 signatures, bytes32 undelivered);

    /// @notice Asks for signatures over `intent`; the caller is the requester. Starts QUEUED.
    /// @dev VOTERS: the deadline is 40 minutes to 90 days after the key's delay, counted from when this is executed. Under 40 minutes no signature could
    /// come in time. INTEGRATOR: whether payload, digests and effects agree is for the enclaves to decide, not checked here.
    /// A signature that comes late is recorded, so a payment asked for again without a replacement may be made twice.
    function requestSignature(Intent calldata intent) external returns (RequestId);

    /// @notice The same, in place of a request of the caller for the same key and path that may have been signed: `intent.replaces`, whose
    /// header is `replaced`.
    /// @dev A delegate's replacement draws on its limits anew, and takes over the place; of two for one request, the one that is READY first
    /// does. VOTERS, INTEGRATOR: whether the two conflict, so that
    /// only one of them can be final, is for the enclaves to decide. Those of this version sign no replacement.
    function requestReplacement(Intent calldata intent, RequestHeader calldata replaced) external returns (RequestId);

    /// @notice QUEUED -> READY once the key's delay has passed, as it was then and as it is now, by anyone. Irrevocable.
    /// @dev With less than 30 minutes to the deadline it is too late: enclaves would refuse.
    function markReady(RequestHeader calldata header) external;

    /// @notice QUEUED -> CANCELLED, by the requester or the guardian.
    function cancel(RequestHeader calldata header) external;

    /// @notice QUEUED or READY -> EXPIRED once the deadline has passed, by anyone.
    /// @dev INTEGRATOR: does not mean unsigned. A signature may exist, and appear later.
    function expire(RequestHeader calldata header) external;

    /// @notice One member's signed statement that it will not sign, and why; with n - t + 1 of them READY -> REFUSED. Anyone may relay.
    /// @dev The code is the ASCII of docs/formats.md. INTEGRATOR: REFUSED does not mean unsigned: t members may have signed before.
    function refuse(RequestHeader calldata header, EnclaveId member, bytes32 code, bytes calldata identitySignature)
        external;

    /// @notice Keeps valid signatures that came after the deadline or a refusal, once, by anyone; delivers nothing.
    function recordLate(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external;

    /// @notice READY -> FULFILLED with one signature per digest, by anyone.
    /// @dev The caller must bring the declared callback gas; what the consumer does with it never blocks the fulfilment.
    /// INTEGRATOR: vouches for the digests alone. A signature that was made for another request of this requester and path over the same
    /// digests fulfils this one too, and no enclave has then compared its payload and effects with them.
    function fulfil(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external;

    /// @notice Calls the consumer again after a failed callback, by anyone.
    function redeliver(RequestHeader calldata header, bytes[] calldata signatures) external;

    /// @notice By a watcher that the DAO trusts: a delegate's payload is final on its chain, or can no longer be on it. Frees its place.
    /// @dev In any state from READY on: what was fulfilled may still be on its way, what expired or was refused may still be signed.
    /// A replacement that has taken over the place is settled for all that it stands for: when each of them is final, or can no longer be.
    /// Nobody has compared their payloads, so one that is final, or was refused, says nothing of the others. VOTERS: a delegate can move the
    /// place away before a vote is executed, and this then reverts with all that is in the same batch: settle alone, and remove limits first.
    function settle(RequestHeader calldata header) external;

    /// @notice Id of the request with this header, whether or not it was made.
    function requestId(RequestHeader calldata header) external view returns (RequestId);

    /// @notice The header of an intent that `requester` asked for as its `counter`th.
    function headerOf(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory);
    /// @notice Where a request is; NONE if it was never made.
    function stateOf(RequestId id) external view returns (RequestState);

    /// @notice Members of the key's current epoch that have refused this request.
    function refusalsOf(RequestHeader calldata header) external view returns (uint16);

    /// @notice List hash of the late signatures that were recorded, zero if there are none.
    function lateSignatures(RequestId id) external view returns (bytes32);

    /// @notice Requests that were ever made: the counter of the last one.
    function requestCount() external view returns (uint64);

    /// @notice Up to `limit` requests in the order in which they were made, from position `offset` on.
    function requests(uint256 offset, uint256 limit) external view returns (RequestView[] memory);
}
