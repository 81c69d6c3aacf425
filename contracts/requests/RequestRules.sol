// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../keys/KeyTypes.sol";
import {RequestId} from "../types/Ids.sol";
import {MAX_DIGESTS, MAX_EFFECTS, MAX_MESSAGE, MAX_PAYLOAD} from "../types/Limits.sol";
import {Intent, ISigningRequests, RequestState, RequestWord} from "./ISigningRequests.sol";

/// @title What a request may look like, whoever asks
library RequestRules {
    /// @dev Seconds from READY to the deadline below which no signature can come in time. Enclaves sign what a final
    /// block shows, which on Ethereum takes three epochs (1,152 s) at most, and only while 900 s are left after that
    /// block's time, which is an epoch (384 s) after READY at most. What remains is for the rounds and the poster.
    uint256 internal constant READY_ROOM = 30 minutes;
    /// @dev Seconds after the earliest READY that a request must leave at least, so that somebody can make it ready,
    /// and may leave at most.
    uint256 internal constant MIN_ROOM = READY_ROOM + 10 minutes;
    uint256 internal constant MAX_ROOM = 90 days;
    uint256 internal constant MAX_CALLBACK_GAS = 4_000_000;

    /// @dev When a request may be READY: once the delay has passed since it could be seen, and not before it exists.
    function readyAt(uint48 queuedAt, uint32 delay) internal view returns (uint48) {
        uint48 earliest = queuedAt + delay;
        return earliest > block.timestamp ? earliest : uint48(block.timestamp);
    }

    function requireValid(Intent calldata intent, Scheme scheme, uint256 readyAt_) internal pure {
        uint256 payload = intent.payload.length;
        require(payload <= MAX_PAYLOAD, ISigningRequests.SigningRequestsPayloadLength(payload, MAX_PAYLOAD));
        _requireDigests(intent.digests, scheme);
        uint256 effects = intent.effects.length;
        require(effects <= MAX_EFFECTS, ISigningRequests.SigningRequestsEffectCount(effects, MAX_EFFECTS));
        requirePath(intent.path, scheme);
        requireDeadline(intent.deadline, readyAt_);
        requireCallback(intent.consumer, intent.callbackGas);
    }

    /// @dev An Ed25519 key is not derived.
    function requirePath(bytes32 path, Scheme scheme) internal pure {
        require(path == 0 || scheme != Scheme.Ed25519, ISigningRequests.SigningRequestsNoDerivation(path));
    }

    function requireDeadline(uint48 deadline, uint256 readyAt_) internal pure {
        uint256 earliest = readyAt_ + MIN_ROOM;
        uint256 latest = readyAt_ + MAX_ROOM;
        require(
            deadline >= earliest && deadline <= latest,
            ISigningRequests.SigningRequestsDeadline(deadline, earliest, latest)
        );
    }

    /// @dev At READY: what could not be signed in time any more takes no delegate's place.
    function requireRoom(RequestId id, uint48 deadline) internal view {
        uint256 earliest = block.timestamp + READY_ROOM;
        require(deadline >= earliest, ISigningRequests.SigningRequestsNoRoom(id, deadline, earliest));
    }

    /// @dev In any state from READY on. What expired in the queue has no `readyAt`.
    function requireWasReady(RequestId id, RequestWord memory word) internal pure {
        bool was = word.state > RequestState.Queued && word.state != RequestState.Cancelled && word.readyAt != 0;
        require(was, ISigningRequests.SigningRequestsNeverReady(id, word.state));
    }

    function requireCallback(address consumer, uint32 callbackGas) internal pure {
        uint256 maximum = consumer == address(0) ? 0 : MAX_CALLBACK_GAS;
        require(callbackGas <= maximum, ISigningRequests.SigningRequestsCallbackGas(callbackGas, maximum));
    }

    /// @dev An Ed25519 digest is the message itself, so there is one.
    function _requireDigests(bytes[] calldata digests, Scheme scheme) private pure {
        bool whole = scheme == Scheme.Ed25519;
        uint256 maximum = whole ? 1 : MAX_DIGESTS;
        require(
            digests.length >= 1 && digests.length <= maximum,
            ISigningRequests.SigningRequestsDigestCount(digests.length, 1, maximum)
        );
        for (uint256 i = 0; i < digests.length; ++i) {
            uint256 length = digests[i].length;
            bool fits = whole ? length <= MAX_MESSAGE : length == 32;
            require(fits, ISigningRequests.SigningRequestsDigestLength(i, length, whole ? MAX_MESSAGE : 32));
        }
    }
}
