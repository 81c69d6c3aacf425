// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../keys/KeyTypes.sol";
import {KeyId, RequestId} from "../types/Ids.sol";
import {Intent, ISigningRequests, RequestHeader, RequestState} from "./ISigningRequests.sol";
import {RequestHash} from "./RequestHash.sol";
import {RequestRules} from "./RequestRules.sol";
import {RequestStorage} from "./RequestStorage.sol";

/// @title How a request begins
abstract contract RequestOpening is RequestStorage {
    /// @inheritdoc ISigningRequests
    function requestSignature(Intent calldata intent) external returns (RequestId) {
        require(RequestId.unwrap(intent.replaces) == 0, SigningRequestsNotShown(intent.replaces));
        return _request(intent);
    }

    /// @inheritdoc ISigningRequests
    function requestReplacement(Intent calldata intent, RequestHeader calldata replaced) external returns (RequestId) {
        _requireReplaceable(intent, replaced);
        return _request(intent);
    }

    function _request(Intent calldata intent) private returns (RequestId id) {
        bool limited;
        (id, limited) = _open(intent, msg.sender, uint48(block.timestamp), uint48(block.timestamp));

        if (limited) _limits.charge(id, intent.keyId, msg.sender, intent.kind, intent.effects);
    }

    /// @dev The key's delay runs from `queuedAt`, when what is asked for was there to be seen; READY comes no earlier than `earliest`. Who is
    /// limited is still to be charged.
    function _open(Intent calldata intent, address requester, uint48 queuedAt, uint48 earliest)
        internal
        returns (RequestId id, bool limited)
    {
        uint32 delay;
        Scheme scheme;
        (delay, scheme, limited) = _keys.requireRequestable(intent.keyId, requester, intent.kind);
        uint48 readyAt = queuedAt + delay;
        if (readyAt < earliest) readyAt = earliest;
        RequestRules.requireValid(intent, scheme, readyAt);

        uint64 counter = uint64(++_requestCount);
        id = RequestHash.id(intent, requester, counter);
        _ids[counter] = id;
        _requests[id] = Request(RequestState.Queued, queuedAt, readyAt, intent.deadline);
        emit SignatureRequested(id, intent.keyId, requester, counter, readyAt, intent);
    }

    /// @dev Payloads of two keys share neither inputs nor nonces, and a key is one of (requester, path). What is queued can still be cancelled,
    /// and what was cancelled is gone: only what may be signed can need a replacement.
    function _requireReplaceable(Intent calldata intent, RequestHeader calldata replaced) private view {
        RequestId id = RequestHash.id(replaced);
        require(RequestId.unwrap(id) == RequestId.unwrap(intent.replaces), SigningRequestsNotShown(intent.replaces));
        bool sameKey = KeyId.unwrap(replaced.keyId) == KeyId.unwrap(intent.keyId) && replaced.path == intent.path
            && replaced.requester == msg.sender;
        require(sameKey, SigningRequestsOtherKey(id, replaced.keyId, replaced.requester, replaced.path));
        RequestState state = _requests[id].state;
        bool replaceable = state == RequestState.Ready || state == RequestState.Fulfilled
            || state == RequestState.Refused || _expiredWhileReady(_requests[id]);
        require(replaceable, SigningRequestsNothingToReplace(id, state));
    }
}
