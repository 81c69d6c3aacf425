// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PayloadKind} from "../keys/IKeyRegistry.sol";
import {KeyId, RequestId} from "../types/Ids.sol";

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

interface ISigningRequests {
    event SignatureRequested(RequestId indexed id, KeyId indexed keyId, address indexed requester, uint64 counter, uint48 readyAt, Intent intent);
    event RequestReady(RequestId indexed id, KeyId indexed keyId);
    event SignatureFulfilled(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);
    event RequestCancelled(RequestId indexed id, address indexed by);
    event RequestExpired(RequestId indexed id);
    event CallbackDelivered(RequestId indexed id, address indexed consumer);
    event CallbackFailed(RequestId indexed id, address indexed consumer);

    /// @notice Asks for signatures over `intent`; the caller is the requester. Starts QUEUED.
    function requestSignature(Intent calldata intent) external returns (RequestId);
    /// @notice QUEUED -> READY once the key's delay has passed, by anyone. Irrevocable.
    function markReady(RequestHeader calldata header) external;
    function cancel(RequestHeader calldata header) external;
    function expire(RequestHeader calldata header) external;
    /// @notice READY -> FULFILLED with one signature per digest, by anyone.
    function fulfil(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external;
    /// @notice Calls the consumer again after a failed callback, by anyone.
    function redeliver(RequestHeader calldata header, bytes[] calldata signatures) external;

    function requestId(RequestHeader calldata header) external view returns (RequestId);
    function stateOf(RequestId id) external view returns (RequestState);
    function counterOf(address requester) external view returns (uint64);
}
