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
        require(
            intent.payload.length <= MAX_PAYLOAD,
            ISigningRequests.SigningRequestsPayloadLength(intent.payload.length, MAX_PAYLOAD)
        );
        // an Ed25519 key is not derived
        require(
            intent.path == 0 || scheme != Scheme.Ed25519, ISigningRequests.SigningRequestsNoDerivation(intent.path)
        );
        _requireDigests(intent.digests, scheme);
        require(
            intent.effects.length <= MAX_EFFECTS,
            ISigningRequests.SigningRequestsEffectCount(intent.effects.length, MAX_EFFECTS)
        );
        require(
            intent.deadline >= readyAt + MIN_ROOM && intent.deadline <= readyAt + MAX_ROOM,
            ISigningRequests.SigningRequestsDeadline(intent.deadline, readyAt + MIN_ROOM, readyAt + MAX_ROOM)
        );
        uint256 maximumGas = intent.consumer == address(0) ? 0 : MAX_CALLBACK_GAS;
        require(
            intent.callbackGas <= maximumGas,
            ISigningRequests.SigningRequestsCallbackGas(intent.callbackGas, maximumGas)
        );
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
