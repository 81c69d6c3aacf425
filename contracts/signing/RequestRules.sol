// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../keys/IKeyRegistry.sol";
import {Intent, ISigningRequests} from "./ISigningRequests.sol";

/// @title What a request may look like, whoever asks
library RequestRules {
    uint256 internal constant MAX_PAYLOAD = 32 * 1024;
    uint256 internal constant MAX_DIGESTS = 64;
    uint256 internal constant MAX_EFFECTS = 32;
    /// @dev seconds after READY that a request must leave at least, and may leave at most
    uint256 internal constant MIN_ROOM = 60;
    uint256 internal constant MAX_ROOM = 90 days;
    uint256 internal constant MAX_CALLBACK_GAS = 4_000_000;

    function requireValid(Intent calldata intent, Scheme scheme, uint256 readyAt) internal pure {
        uint256 payload = intent.payload.length;
        require(payload <= MAX_PAYLOAD, ISigningRequests.SigningRequestsPayloadLength(payload, MAX_PAYLOAD));
        _requireDigests(intent.digests, scheme);
        uint256 effects = intent.effects.length;
        require(effects <= MAX_EFFECTS, ISigningRequests.SigningRequestsEffectCount(effects, MAX_EFFECTS));
        requirePath(intent.path, scheme);
        requireDeadline(intent.deadline, readyAt);
        requireCallback(intent.consumer, intent.callbackGas);
    }

    /// @dev An Ed25519 key is not derived.
    function requirePath(bytes32 path, Scheme scheme) internal pure {
        require(path == 0 || scheme != Scheme.Ed25519, ISigningRequests.SigningRequestsNoDerivation(path));
    }

    function requireDeadline(uint48 deadline, uint256 readyAt) internal pure {
        require(
            deadline >= readyAt + MIN_ROOM && deadline <= readyAt + MAX_ROOM,
            ISigningRequests.SigningRequestsDeadline(deadline, readyAt + MIN_ROOM, readyAt + MAX_ROOM)
        );
    }

    function requireCallback(address consumer, uint32 callbackGas) internal pure {
        uint256 maximum = consumer == address(0) ? 0 : MAX_CALLBACK_GAS;
        require(callbackGas <= maximum, ISigningRequests.SigningRequestsCallbackGas(callbackGas, maximum));
    }

    /// @dev An Ed25519 digest is the message itself, so there is one, of any length up to the payload's.
    function _requireDigests(bytes[] calldata digests, Scheme scheme) private pure {
        bool whole = scheme == Scheme.Ed25519;
        uint256 maximum = whole ? 1 : MAX_DIGESTS;
        require(
            digests.length >= 1 && digests.length <= maximum,
            ISigningRequests.SigningRequestsDigestCount(digests.length, 1, maximum)
        );
        for (uint256 i = 0; i < digests.length; ++i) {
            uint256 length = digests[i].length;
            bool fits = whole ? length <= MAX_PAYLOAD : length == 32;
            require(fits, ISigningRequests.SigningRequestsDigestLength(i, length, whole ? MAX_PAYLOAD : 32));
        }
    }
}
