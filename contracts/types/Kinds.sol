// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Kinds of payloads: what the bytes of a request are
/// @dev Numbers are part of preimages and measured code: docs/formats.md. A set of kinds is a word of 24 bits, bit k
/// for kind k; bit 0 is never set, so a set is empty only where it is zero.
library PayloadKinds {
    uint8 internal constant BITCOIN_PSBT = 1;
    uint8 internal constant SOLANA_MESSAGE = 2;
    uint8 internal constant EVM_TRANSACTION = 3;
    uint8 internal constant EIP712 = 4;
    uint8 internal constant EIP191 = 5;
    uint8 internal constant RAW_DIGEST = 6;
    /// @dev EIP-712 under a domain that names no chain or no contract
    uint8 internal constant EIP712_UNBOUND = 7;

    /// @notice The set that holds one kind; empty for a number that no set can hold.
    function setOf(uint8 kind) internal pure returns (uint24) {
        return uint24(1) << kind;
    }

    /// @notice Whether a kind is in a set.
    function isIn(uint8 kind, uint24 kinds) internal pure returns (bool) {
        return kinds & setOf(kind) != 0;
    }
}

/// @title Kinds of effects: what a payload is declared to do
/// @dev Numbers are part of preimages and measured code: docs/formats.md. A guard refuses what it does not know.
library EffectKinds {
    uint8 internal constant TRANSFER = 1;
    uint8 internal constant FEE = 2;
    uint8 internal constant CALL = 3;
    uint8 internal constant NO_END = 200;
    uint8 internal constant AUTHORITY = 201;
    uint8 internal constant TOKEN_ACCOUNT = 202;
    uint8 internal constant MEMO = 203;
    uint8 internal constant MINT = 204;
    uint8 internal constant BURN = 205;
    uint8 internal constant INSTRUCTION = 206;
}
