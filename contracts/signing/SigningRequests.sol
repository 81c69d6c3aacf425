// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IKeyRegistry, Scheme} from "../keys/IKeyRegistry.sol";
import {ISignatureVerifier} from "../keys/ISignatureVerifier.sol";
import {Signatures} from "../keys/Signatures.sol";
import {RequestId} from "../types/Ids.sol";
import {Callback} from "./Callback.sol";
import {Intent, ISigningRequests, RequestHeader, RequestState} from "./ISigningRequests.sol";
import {RequestHash} from "./RequestHash.sol";
import {RequestRules} from "./RequestRules.sol";

/// @title Signatures that governance asked for
contract SigningRequests is ISigningRequests, AccessManaged, EIP712 {
    /// @dev One slot, read by enclaves (docs/storage.md); it holds nothing else.
    struct Request {
        RequestState state;
        uint48 queuedAt;
        uint48 readyAt;
        uint48 deadline;
    }

    mapping(RequestId id => Request) private _requests;
    mapping(address requester => uint64) private _counters;
    /// @dev hash of the signatures that a consumer has not taken yet
    mapping(RequestId id => bytes32) private _undelivered;
    IKeyRegistry private immutable _keys;
    ISignatureVerifier private immutable _verifier;

    constructor(address authority_, IKeyRegistry keys_, ISignatureVerifier verifier_)
        AccessManaged(authority_)
        EIP712("Quorate SigningRequests", "1")
    {
        _keys = keys_;
        _verifier = verifier_;
    }

    /// @inheritdoc ISigningRequests
    function requestSignature(Intent calldata intent) external returns (RequestId id) {
        (uint32 delay, Scheme scheme) = _keys.requireRequestable(intent.keyId, msg.sender, intent.kind);
        uint48 readyAt = uint48(block.timestamp) + delay;
        RequestRules.requireValid(intent, scheme, readyAt);

        uint64 counter = ++_counters[msg.sender];
        id = RequestHash.id(RequestHash.headerOf(intent, msg.sender, counter));
        _requests[id] = Request(RequestState.Queued, uint48(block.timestamp), readyAt, intent.deadline);
        emit SignatureRequested(id, intent.keyId, msg.sender, counter, readyAt, intent);
    }

    /// @inheritdoc ISigningRequests
    function markReady(RequestHeader calldata header) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Queued);
        require(block.timestamp >= request.readyAt, SigningRequestsTooEarly(id, request.readyAt, block.timestamp));
        _requireInTime(id, request);
        _keys.requireRequestable(header.keyId, header.requester, header.kind);

        request.state = RequestState.Ready;
        request.readyAt = uint48(block.timestamp);
        emit RequestReady(id, header.keyId);
    }

    /// @inheritdoc ISigningRequests
    function cancel(RequestHeader calldata header) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Queued);
        if (msg.sender != header.requester) _checkCanCall(msg.sender, msg.data);

        request.state = RequestState.Cancelled;
        emit RequestCancelled(id, msg.sender);
    }

    /// @inheritdoc ISigningRequests
    function expire(RequestHeader calldata header) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requests[id];
        bool open = request.state == RequestState.Queued || request.state == RequestState.Ready;
        require(open, SigningRequestsWrongState(id, request.state, RequestState.Ready));
        require(
            block.timestamp > request.deadline, SigningRequestsNotExpired(id, request.deadline, block.timestamp)
        );

        request.state = RequestState.Expired;
        emit RequestExpired(id);
    }

    /// @inheritdoc ISigningRequests
    function fulfil(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Ready);
        _requireInTime(id, request);
        _requireDigests(id, header, digests);
        _requireSignatures(id, header, digests, signatures);

        request.state = RequestState.Fulfilled;
        emit SignatureFulfilled(id, header.keyId, signatures);

        _notify(id, header, signatures);
    }

    /// @inheritdoc ISigningRequests
    function redeliver(RequestHeader calldata header, bytes[] calldata signatures) external {
        RequestId id = RequestHash.id(header);
        bytes32 hash = RequestHash.list(signatures);
        bytes32 undelivered = _undelivered[id];
        require(
            undelivered != 0 && hash == undelivered, SigningRequestsNothingToDeliver(id, hash, undelivered)
        );

        delete _undelivered[id];

        _notify(id, header, signatures);
    }

    /// @inheritdoc ISigningRequests
    function requestId(RequestHeader calldata header) external view returns (RequestId) {
        return RequestHash.id(header);
    }

    /// @inheritdoc ISigningRequests
    function headerOf(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory)
    {
        return RequestHash.headerOf(intent, requester, counter);
    }

    /// @inheritdoc ISigningRequests
    function stateOf(RequestId id) external view returns (RequestState) {
        return _requests[id].state;
    }

    /// @inheritdoc ISigningRequests
    function counterOf(address requester) external view returns (uint64) {
        return _counters[requester];
    }

    /// @dev A second entry from the consumer finds the request fulfilled and nothing undelivered.
    function _notify(RequestId id, RequestHeader calldata header, bytes[] calldata signatures) private {
        if (header.consumer == address(0)) return;
        if (Callback.call(header.consumer, header.callbackGas, id, header.keyId, signatures)) {
            emit CallbackDelivered(id, header.consumer);
        } else {
            _undelivered[id] = RequestHash.list(signatures);
            emit CallbackFailed(id, header.consumer);
        }
    }

    function _requireState(RequestId id, RequestState needed) private view returns (Request storage request) {
        request = _requests[id];
        require(request.state == needed, SigningRequestsWrongState(id, request.state, needed));
    }

    function _requireInTime(RequestId id, Request storage request) private view {
        require(
            block.timestamp <= request.deadline, SigningRequestsDeadlinePassed(id, request.deadline, block.timestamp)
        );
    }

    function _requireSignatures(
        RequestId id,
        RequestHeader calldata header,
        bytes[] calldata digests,
        bytes[] calldata signatures
    ) private view {
        require(
            signatures.length == digests.length,
            SigningRequestsSignatureCount(id, signatures.length, digests.length)
        );
        (Scheme scheme, bytes32 signer) =
            _keys.signerOf(header.keyId, header.requester, header.path, header.kind);
        for (uint256 i = 0; i < digests.length; ++i) {
            require(
                Signatures.verify(_verifier, scheme, signer, digests[i], signatures[i]),
                SigningRequestsInvalidSignature(id, header.keyId, i)
            );
        }
    }

    function _requireDigests(RequestId id, RequestHeader calldata header, bytes[] calldata digests) private pure {
        bytes32 hash = RequestHash.list(digests);
        require(hash == header.digestsHash, SigningRequestsOtherDigests(id, hash, header.digestsHash));
    }
}
