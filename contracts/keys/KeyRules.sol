// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Secp256k1} from "../signatures/Secp256k1.sol";
import {KeyId} from "../types/Ids.sol";
import {PayloadKinds} from "../types/Kinds.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {CommitteeParameters, Diversity, RowParameters, Scheme} from "./KeyTypes.sol";

/// @title What a vote may say about a key
library KeyRules {
    uint256 internal constant MAX_SEATS = 64;
    uint32 internal constant MIN_WINDOW = 10;
    uint32 internal constant MAX_WINDOW = 30 days;
    uint32 internal constant MAX_DELAY = 365 days;

    /// @dev EIP-7702: what the code of an account that delegates begins with, and no contract's does (EIP-3541)
    bytes3 private constant DELEGATION = 0xef0100;

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

    function requireRow(KeyId keyId, Scheme scheme, RowParameters calldata said) internal view {
        uint24 possible = _kindsOf(scheme);
        require(
            said.kinds != 0 && said.kinds & ~possible == 0,
            IKeyRegistry.KeyRegistryKindsUnfit(scheme, said.kinds, possible)
        );
        require(said.delay <= MAX_DELAY, IKeyRegistry.KeyRegistryInvalidDelay(said.delay, MAX_DELAY));
        require(
            (said.guard == address(0)) == said.unguarded,
            IKeyRegistry.KeyRegistryUnguarded(keyId, said.requester, said.guard, said.unguarded)
        );
        require(
            said.guard == address(0) || said.guard != said.module,
            IKeyRegistry.KeyRegistryGuardIsModule(keyId, said.requester, said.guard)
        );
        _requireContract(said.guard);
        _requireContract(said.module);
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

    /// @dev Zero is nobody; anybody else is a contract, whose code is its own.
    function _requireContract(address account) private view {
        if (account == address(0)) return;
        require(account.code.length != 0, IKeyRegistry.KeyRegistryNoCode(account));
        require(bytes3(account.code) != DELEGATION, IKeyRegistry.KeyRegistryDelegation(account));
    }

    /// @dev Payload kinds that a scheme's signatures are good for; None has no kinds.
    function _kindsOf(Scheme scheme) private pure returns (uint24) {
        uint24 raw = PayloadKinds.setOf(PayloadKinds.RAW_DIGEST);
        uint24 bitcoin = PayloadKinds.setOf(PayloadKinds.BITCOIN_PSBT);
        if (scheme == Scheme.Bip340) return raw | bitcoin;
        if (scheme == Scheme.Ed25519) return raw | PayloadKinds.setOf(PayloadKinds.SOLANA_MESSAGE);
        if (scheme == Scheme.EcdsaSecp256k1) {
            return raw | bitcoin | PayloadKinds.setOf(PayloadKinds.EVM_TRANSACTION)
                | PayloadKinds.setOf(PayloadKinds.EIP712) | PayloadKinds.setOf(PayloadKinds.EIP191)
                | PayloadKinds.setOf(PayloadKinds.EIP712_UNBOUND);
        }
        return 0;
    }
}
