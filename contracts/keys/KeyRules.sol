// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Secp256k1} from "../signatures/Secp256k1.sol";
import {KeyId} from "../types/Ids.sol";
import {PayloadKinds} from "../types/Kinds.sol";
import {ListedCode} from "../types/ListedCode.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {RowParameters, Scheme} from "./KeyTypes.sol";

/// @title What a vote may say about a key
library KeyRules {
    uint32 internal constant MAX_DELAY = 365 days;

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

    /// @dev Zero is nobody; anybody else is a contract, whose code is its own.
    function _requireContract(address account) private view {
        if (account == address(0)) return;
        require(account.code.length != 0, IKeyRegistry.KeyRegistryNoCode(account));
        require(!ListedCode.delegates(account), IKeyRegistry.KeyRegistryDelegation(account));
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
