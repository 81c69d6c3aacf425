// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "./IKeyRegistry.sol";
import {CommitteeParameters, Diversity, PayloadKind, Policy, Scheme} from "./KeyTypes.sol";
import {Secp256k1} from "../signatures/Secp256k1.sol";

/// @title What a vote may say about a key
library KeyRules {
    uint256 internal constant MAX_SEATS = 64;
    uint256 internal constant MAX_REQUESTERS = 64;
    uint32 internal constant MIN_WINDOW = 10;
    uint32 internal constant MAX_WINDOW = 30 days;
    uint32 internal constant MAX_DELAY = 365 days;

    function requireCommittee(CommitteeParameters calldata committee) internal pure {
        uint256 seats = committee.operators.length;
        require(
            committee.threshold >= 2 && committee.threshold <= seats && seats <= MAX_SEATS
                && committee.reserves.length <= MAX_SEATS,
            IKeyRegistry.KeyRegistryInvalidThreshold(committee.threshold, seats, MAX_SEATS)
        );
        require(
            committee.attemptWindow >= MIN_WINDOW && committee.attemptWindow <= MAX_WINDOW,
            IKeyRegistry.KeyRegistryInvalidWindow(committee.attemptWindow, MIN_WINDOW, MAX_WINDOW)
        );
        _requireSafe(committee.threshold, committee.diversity);
        _requireDistinct(committee.operators, committee.reserves);
    }

    function requirePolicy(Scheme scheme, Policy calldata policy) internal pure {
        uint32 possible = _kindsOf(scheme);
        require(
            policy.kinds != 0 && policy.kinds & ~possible == 0,
            IKeyRegistry.KeyRegistryKindsUnfit(scheme, policy.kinds, possible)
        );
        // an Ed25519 key is not derived: two requesters would share it
        uint256 requesters = policy.requesters.length + policy.delegates.length;
        uint256 maximum = scheme == Scheme.Ed25519 ? 1 : MAX_REQUESTERS;
        require(
            requesters <= maximum, IKeyRegistry.KeyRegistryInvalidRequesters(scheme, requesters, maximum)
        );
        require(policy.delay <= MAX_DELAY, IKeyRegistry.KeyRegistryInvalidDelay(policy.delay, MAX_DELAY));
    }

    function requirePublicKey(Scheme scheme, uint8 prefix, bytes32 x) internal view {
        bool fits = scheme == Scheme.Ed25519 ? prefix == 0 : Secp256k1.pointAddress(prefix, uint256(x)) != address(0);
        require(fits, IKeyRegistry.KeyRegistryInvalidPublicKey(scheme, prefix, x));
    }

    /// @dev A cap of t or more would promise what it does not keep (I11).
    function _requireSafe(uint16 threshold, Diversity calldata rule) private pure {
        require(
            rule.region < threshold && rule.vendor < threshold && rule.platform < threshold
                && rule.sealing < threshold,
            IKeyRegistry.KeyRegistryInvalidDiversity(threshold, rule)
        );
    }

    function _requireDistinct(address[] calldata operators, address[] calldata reserves) private pure {
        uint256 seats = operators.length;
        for (uint256 i = 1; i < seats + reserves.length; ++i) {
            address operator = i < seats ? operators[i] : reserves[i - seats];
            for (uint256 j = 0; j < i; ++j) {
                address other = j < seats ? operators[j] : reserves[j - seats];
                require(operator != other, IKeyRegistry.KeyRegistryRepeatedOperator(operator));
            }
        }
    }

    /// @dev Payload kinds that a scheme's signatures are good for; None has no kinds.
    function _kindsOf(Scheme scheme) private pure returns (uint32) {
        uint32 raw = _bit(PayloadKind.RawDigest);
        if (scheme == Scheme.Bip340) return raw | _bit(PayloadKind.BitcoinPsbt);
        if (scheme == Scheme.Ed25519) return raw | _bit(PayloadKind.SolanaMessage);
        if (scheme == Scheme.EcdsaSecp256k1) {
            return raw | _bit(PayloadKind.EvmTransaction) | _bit(PayloadKind.Eip712) | _bit(PayloadKind.Eip191);
        }
        return 0;
    }

    function _bit(PayloadKind kind) private pure returns (uint32) {
        return uint32(1) << uint32(kind);
    }
}
