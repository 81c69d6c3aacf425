// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TWEAK_TAG} from "../types/Tags.sol";
import {Secp256k1} from "../signatures/Secp256k1.sol";

/// @title Keys derived from a root key: P' = P + tweak G, and the Taproot output key Q = lift_x(x(P')) +
/// TapTweak(x(P')) G
/// @dev The chain learns addresses of points only; whoever claims a derived key brings its coordinates.
library Derivation {
    /// @dev SHA-256 of "TapTweak"
    bytes32 private constant TAP_TWEAK = 0xe80fe1639c9ca050e3af1b39c143c63e429cbceb15d940fbb5c5a1f4af57c5e9;

    /// @dev INTEGRATOR: may be 0 or >= the group order (one in 2^128); `derivedAddress` refuses such a tweak.
    function tweak(bytes32 birthDomain, address requester, bytes32 path) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(TWEAK_TAG, birthDomain, requester, path)));
    }

    /// @dev Address of P + tweak G, zero where there is none.
    function derivedAddress(uint8 prefix, bytes32 x, uint256 tweak_) internal view returns (address) {
        return tweak_ == 0 ? address(0) : _tweaked(prefix, x, tweak_);
    }

    /// @dev > Q = P + int(hashTapTweak(bytes(P)))G (BIP-341, with no script tree as in BIP-86); zero where there is
    /// none.
    function outputAddress(bytes32 x) internal view returns (address) {
        return _tweaked(Secp256k1.EVEN, x, uint256(sha256(abi.encode(TAP_TWEAK, TAP_TWEAK, x))));
    }

    /// @dev > If t >= order of secp256k1, fail. (BIP-341)
    function _tweaked(uint8 prefix, bytes32 x, uint256 t) private view returns (address) {
        return t >= Secp256k1.ORDER ? address(0) : Secp256k1.combine(prefix, uint256(x), 1, t);
    }
}
