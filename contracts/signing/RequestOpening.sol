// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../keys/KeyTypes.sol";
import {RequestId} from "../types/Ids.sol";
import {Intent, ISigningRequests, RequestState} from "./ISigningRequests.sol";
import {RequestHash} from "./RequestHash.sol";
import {RequestRules} from "./RequestRules.sol";
import {RequestStorage} from "./RequestStorage.sol";

/// @title How a request begins
abstract contract RequestOpening is RequestStorage {
    /// @inheritdoc ISigningRequests
    function requestSignature(Intent calldata intent) external returns (RequestId id) {
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
        _requireReplaceable(intent.replaces);

        uint64 counter = uint64(++_requestCount);
        id = RequestHash.id(intent, requester, counter);
        _ids[counter] = id;
        _requests[id] = Request(RequestState.Queued, queuedAt, readyAt, intent.deadline);
        emit SignatureRequested(id, intent.keyId, requester, counter, readyAt, intent);
    }

    /// @dev What is queued can still be cancelled, and what was cancelled is gone: only what may be signed can need a replacement.
    function _requireReplaceable(RequestId replaces) private view {
        if (RequestId.unwrap(replaces) == 0) return;
        RequestState state = _requests[replaces].state;
        bool replaceable = state == RequestState.Ready || state == RequestState.Fulfilled
            || state == RequestState.Refused || _expiredWhileReady(_requests[replaces]);
        require(replaceable, SigningRequestsNothingToReplace(replaces, state));
    }
}
