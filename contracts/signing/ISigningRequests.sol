// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PayloadKind} from "../keys/IKeyRegistry.sol";
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
    uint48 deadline;
    address consumer;
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
    uint48 deadline;
    address consumer;
    uint32 callbackGas;
    RequestId replaces;
}

/// @title Signatures that governance asked for
/// @notice QUEUED (may be cancelled) -> READY (irrevocable) -> FULFILLED, REFUSED or EXPIRED. Only a state word is stored: whoever moves a
/// request brings its header, which hashes to the id.
interface ISigningRequests {
    event SignatureRequested(
        RequestId indexed id,
        KeyId indexed keyId,
        address indexed requester,
        uint64 counter,
        uint48 readyAt,
        Intent intent
    );
    event RequestReady(RequestId indexed id, KeyId indexed keyId);
    event SignatureFulfilled(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);
    event RequestCancelled(RequestId indexed id, address indexed by);
    event RequestExpired(RequestId indexed id);
    /// @dev `needed` members' refusals make a signature impossible: n - t + 1.
    event RequestRefusedBy(
        RequestId indexed id, EnclaveId indexed member, bytes32 indexed code, uint16 refusals, uint16 needed
    );
    event RequestRefused(RequestId indexed id, uint16 refusals);
    /// @dev Follows RequestExpired for a request that was READY: of `size` members so many were live, and so many had refused.
    event ExpiryCounted(RequestId indexed id, uint16 live, uint16 refused, uint16 size);
    event LateSignatureRecorded(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);
    event RequestSettled(RequestId indexed id, address indexed by);
    event CallbackDelivered(RequestId indexed id, address indexed consumer);
    event CallbackFailed(RequestId indexed id, address indexed consumer);

    error SigningRequestsWrongState(RequestId id, RequestState state, RequestState needed);
    error SigningRequestsPayloadLength(uint256 length, uint256 maximum);
    error SigningRequestsNoDerivation(bytes32 path);
    error SigningRequestsDigestCount(uint256 count, uint256 minimum, uint256 maximum);
    error SigningRequestsDigestLength(uint256 index, uint256 length, uint256 expected);
    error SigningRequestsEffectCount(uint256 count, uint256 maximum);
    error SigningRequestsDeadline(uint48 deadline, uint256 earliest, uint256 latest);
    error SigningRequestsCallbackGas(uint32 callbackGas, uint256 maximum);
    error SigningRequestsTooEarly(RequestId id, uint48 readyAt, uint256 time);
    error SigningRequestsDeadlinePassed(RequestId id, uint48 deadline, uint256 time);
    error SigningRequestsNotExpired(RequestId id, uint48 deadline, uint256 time);
    error SigningRequestsOtherDigests(RequestId id, bytes32 digests, bytes32 expected);
    error SigningRequestsSignatureCount(RequestId id, uint256 signatures, uint256 digests);
    error SigningRequestsInvalidSignature(RequestId id, KeyId keyId, uint256 index);
    error SigningRequestsInsufficientGas(RequestId id, uint256 available, uint256 needed);
    error SigningRequestsAlreadyRefused(RequestId id, EnclaveId member);
    error SigningRequestsEmptyCode(RequestId id);
    error SigningRequestsNothingToReplace(RequestId replaces, RequestState state);
    error SigningRequestsNotLate(RequestId id, RequestState state);
    error SigningRequestsAlreadyRecorded(RequestId id);
    error SigningRequestsNothingToDeliver(RequestId id, bytes32 signatures, bytes32 undelivered);

    /// @notice Asks for signatures over `intent`; the caller is the requester. Starts QUEUED.
    /// @dev INTEGRATOR: whether payload, digests and effects agree is for the enclaves to decide, not checked here; nor is whether a
    /// replacement conflicts with what it names, only that there is something to replace.
    function requestSignature(Intent calldata intent) external returns (RequestId);

    /// @notice QUEUED -> READY once the key's delay has passed, as it was then and as it is now, by anyone. Irrevocable.
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
    function settle(RequestHeader calldata header) external;

    function requestId(RequestHeader calldata header) external view returns (RequestId);

    /// @notice The header of an intent that `requester` asked for as its `counter`th.
    function headerOf(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory);
    function stateOf(RequestId id) external view returns (RequestState);

    /// @notice Members of the key's current epoch that have refused this request.
    function refusalsOf(RequestHeader calldata header) external view returns (uint16);

    /// @notice List hash of the late signatures that were recorded, zero if there are none.
    function lateSignatures(RequestId id) external view returns (bytes32);

    /// @notice Requests that this requester has made: the counter of the last one.
    function counterOf(address requester) external view returns (uint64);
}
