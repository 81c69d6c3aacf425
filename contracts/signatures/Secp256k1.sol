// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Points of secp256k1 by the `ecrecover` precompile, which computes r^-1 (s R - h G) as an address
/// @dev The raw precompile on purpose: these are points, not signatures, so a high s is meant. A point is known here by
/// its address, the Keccak-256 of its coordinates: 160 bits that nobody can match with another point.
library Secp256k1 {
    uint256 internal constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    uint256 internal constant FIELD = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f;

    uint8 internal constant EVEN = 2;
    uint8 internal constant ODD = 3;

    /// @dev Address of the point with this prefix (2 even, 3 odd) and x; zero if there is none, or if x >= ORDER.
    function pointAddress(uint8 prefix, uint256 x) internal view returns (address) {
        return combine(prefix, x, 1, 0);
    }

    /// @dev Address of a P + b G with P = (prefix, x): r = x, s = a x and h = -b x make ecrecover say so. Zero if P is
    /// no point, if x >= ORDER, if a = 0, and if the sum is the point at infinity.
    function combine(uint8 prefix, uint256 x, uint256 a, uint256 b) internal view returns (address) {
        if (x >= ORDER || (prefix != EVEN && prefix != ODD)) return address(0);
        unchecked {
            return recover(mulmod(ORDER - x, b, ORDER), prefix + 25, x, mulmod(a, x, ORDER));
        }
    }

    /// @dev Address of the point with these coordinates, whether or not it lies on the curve.
    function coordinatesAddress(uint256 x, uint256 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(x, y)))));
    }

    function prefixOf(uint256 y) internal pure returns (uint8) {
        return y & 1 == 0 ? EVEN : ODD;
    }

    /// @dev Address of r^-1 (s R - h G), where R has the x-coordinate r < ORDER and an even y for v = 27, an odd one
    /// for v = 28. Zero where the precompile finds no point.
    function recover(uint256 h, uint256 v, uint256 r, uint256 s) internal view returns (address found) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, h)
            mstore(add(words, 0x20), v)
            mstore(add(words, 0x40), r)
            mstore(add(words, 0x60), s)
            mstore(0x00, 0)
            pop(staticcall(gas(), 0x01, words, 0x80, 0x00, 0x20))
            found := mload(0x00)
        }
    }
}
