// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Secp256k1} from "./Secp256k1.sol";

/// @title BIP-340 Schnorr signatures over 32-byte messages
library Bip340 {
    /// @dev SHA-256 of "BIP0340/challenge"
    bytes32 private constant CHALLENGE = 0x7bb52d7a9fef58323eb1bf7a407db382d2f3f2d81bb1224f49fe518f6d48d37c;
    address private constant MODEXP = address(0x05);

    /// @dev > Let R = s⋅G - e⋅P. Fail if is_infinite(R), not has_even_y(R), or x(R) ≠ r.
    /// DIFF FROM SPEC: a public key with x >= ORDER is refused; no one can find such a key.
    function verify(bytes32 publicKeyX, bytes32 message, bytes32 r, bytes32 s) internal view returns (bool) {
        if (uint256(s) >= Secp256k1.ORDER || uint256(r) >= Secp256k1.FIELD) return false;
        uint256 e = uint256(sha256(abi.encode(CHALLENGE, CHALLENGE, r, publicKeyX, message))) % Secp256k1.ORDER;
        if (e == 0) return false;

        address computed = Secp256k1.combine(Secp256k1.EVEN, uint256(publicKeyX), Secp256k1.ORDER - e, uint256(s));
        return computed != address(0) && computed == _evenAddress(uint256(r));
    }

    /// @dev Address of the point with this x and even y. One x in 2^128 is too large for `ecrecover`.
    function _evenAddress(uint256 x) private view returns (address) {
        if (x < Secp256k1.ORDER) return Secp256k1.pointAddress(Secp256k1.EVEN, x);
        return Secp256k1.coordinatesAddress(x, _evenY(x));
    }

    /// @dev > Let y = c^((p+1)/4) mod p. The result is a root only if x lies on the curve; if it does not, no point has
    /// the address of (x, y), for that is a hash of coordinates that satisfy no equation.
    function _evenY(uint256 x) private view returns (uint256) {
        uint256 p = Secp256k1.FIELD;
        uint256 c = addmod(mulmod(mulmod(x, x, p), x, p), 7, p);
        (, bytes memory root) = MODEXP.staticcall(abi.encode(32, 32, 32, c, (p + 1) / 4, p));
        uint256 y = uint256(bytes32(root));
        return y & 1 == 0 ? y : p - y;
    }
}
