// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Edwards25519} from "./Edwards25519.sol";
import {Sha512} from "./Sha512.sol";

/// @title Ed25519 signatures (RFC 8032, section 5.1.7), the strict variant
/// @dev Verified without the cofactor, by comparing encodings; refused are S >= L, encodings of y >= p, and public keys
/// and R of small order. Nobody can turn a signature into another one of the same message, nor fit one to two messages.
/// It accepts no more than libsodium, noble (strict) and OpenSSL do, and all that signers make who follow the RFC:
/// docs/verifiers.md.
library Ed25519 {
    /// @dev without the sign of x
    uint256 private constant Y_BITS = (1 << 255) - 1;
    /// @dev 2^256 mod L
    uint256 private constant HIGH = 0xffffffffffffffffffffffffffffffec6ef5bf4737dcf70d6ec31748d98951d;

    /// @dev Whether `signature`, R ‖ S (64 bytes), is `publicKey`'s over `message`. Some 120,000 gas, and SHA-512 of R
    /// ‖ A ‖ message.
    function verify(bytes32 publicKey, bytes calldata message, bytes calldata signature) internal view returns (bool) {
        if (signature.length != 64) return false;
        return verify(publicKey, message, bytes32(signature), bytes32(signature[32:]));
    }

    /// @dev > Decode the first half as a point R, and the second half as an integer S, in the range 0 <= S < L. Decode
    /// > the public key A as point A'. If any of the decodings fail (including S being out of range), the signature is
    /// > invalid. [...] it's sufficient, but not required, to instead check [S]B = R + [k]A'.
    /// R needs no decoding: what S B - k A' encodes to has y < p and is R's encoding, or the equation does not hold.
    function verify(bytes32 publicKey, bytes memory message, bytes32 r, bytes32 s) internal view returns (bool) {
        uint256 encodedA = _littleEndian(uint256(publicKey));
        uint256 encodedR = _littleEndian(uint256(r));
        uint256 scalar = _littleEndian(uint256(s));
        if (scalar >= Edwards25519.ORDER) return false;
        if (Edwards25519.isSmallOrder(encodedA & Y_BITS) || Edwards25519.isSmallOrder(encodedR & Y_BITS)) return false;

        (bool isPoint, uint256 x, uint256 y) = Edwards25519.decode(encodedA);
        if (!isPoint) return false;
        uint256 k = _challenge(r, publicKey, message);
        return Edwards25519.combine(scalar, k, Edwards25519.FIELD - x, y) == encodedR;
    }

    /// @dev > Compute SHA512(dom2(F, C) || R || A || PH(M)), and interpret the 64-octet digest as a little-endian
    /// integer k. For Ed25519, dom2 is empty and PH(M) is M. k counts modulo L, as everywhere: it matters where A has a
    /// part of small order.
    function _challenge(bytes32 r, bytes32 publicKey, bytes memory message) private pure returns (uint256) {
        (uint256 first, uint256 last) = Sha512.hash(bytes.concat(r, publicKey, message));
        return
            addmod(mulmod(_littleEndian(last), HIGH, Edwards25519.ORDER), _littleEndian(first), Edwards25519.ORDER);
    }

    /// @dev The 32 bytes in reverse order: the halves change places, then the halves of each, down to single bytes.
    function _littleEndian(uint256 value) private pure returns (uint256) {
        value = (value << 128) | (value >> 128);
        value = _swap(value, 64, 0x0000000000000000ffffffffffffffff0000000000000000ffffffffffffffff);
        value = _swap(value, 32, 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff);
        value = _swap(value, 16, 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff);
        return _swap(value, 8, 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff);
    }

    function _swap(uint256 value, uint256 bits, uint256 lower) private pure returns (uint256) {
        return ((value >> bits) & lower) | ((value & lower) << bits);
    }
}
