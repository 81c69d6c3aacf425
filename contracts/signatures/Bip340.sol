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
    function verify(bytes32 publicKeyX, bytes calldata message, bytes calldata signature) internal view returns (bool) {
        if (message.length != 32 || signature.length != 64) return false;
        return verify(
            uint256(publicKeyX), bytes32(message), uint256(bytes32(signature)), uint256(bytes32(signature[32:]))
        );
    }

    /// @dev The same with every word by itself. Compares addresses of two points: s G - e P (none if e = 0), and the
    /// one with x-coordinate r and even y. One run of ecrecover gives each: it computes k^-1 (s' K - h G) for a point K
    /// of x-coordinate k, so K = P with s' = -e x and h = -s x, then K = R with s' = r and h = 0, for less than a
    /// square root would cost. In assembly because one buffer for all three calls saves a tenth of the whole.
    function verify(uint256 x, bytes32 message, uint256 r, uint256 s) internal view returns (bool valid) {
        uint256 n = Secp256k1.ORDER;
        if (s >= n || r >= Secp256k1.FIELD || x >= n) return false;
        address computed;
        assembly ("memory-safe") {
            let words := mload(0x40)
            // > Let e = int(hashBIP0340/challenge(bytes(r) || bytes(P) || m)) mod n.
            mstore(words, CHALLENGE)
            mstore(add(words, 0x20), CHALLENGE)
            mstore(add(words, 0x40), r)
            mstore(add(words, 0x60), x)
            mstore(add(words, 0x80), message)
            if iszero(staticcall(gas(), 0x02, words, 0xa0, 0x00, 0x20)) { revert(0, 0) }
            let e := mod(mload(0x00), n)

            mstore(words, mulmod(sub(n, s), x, n))
            mstore(add(words, 0x20), 27)
            mstore(add(words, 0x40), x)
            mstore(add(words, 0x60), mulmod(sub(n, e), x, n))
            mstore(0x00, 0)
            pop(staticcall(gas(), 0x01, words, 0x80, 0x00, 0x20))
            computed := mload(0x00)

            mstore(words, 0)
            mstore(add(words, 0x40), r)
            mstore(add(words, 0x60), r)
            mstore(0x00, 0)
            pop(staticcall(gas(), 0x01, words, 0x80, 0x00, 0x20))
            valid := and(eq(computed, mload(0x00)), gt(computed, 0))
        }
        // one r in 2^128 is too large for ecrecover
        if (r >= n) return computed != address(0) && computed == Secp256k1.coordinatesAddress(r, _evenY(r));
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
