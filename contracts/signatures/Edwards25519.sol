// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {BASE_MULTIPLES} from "./Edwards25519Base.sol";

/// @title The group of Ed25519: -x^2 + y^2 = 1 + d x^2 y^2 over the integers mod p = 2^255 - 19 (RFC 8032, section 5.1)
/// @dev Points are projective, x = X / Z and y = Y / Z, with T = X Y / Z where an addition follows. The formulas for
/// addition are complete (d is no square), so no point is a special case, neither the neutral element nor those of
/// small order. DANGER: a coordinate is below p only where it comes out of `mulmod` or `addmod`. A plain sum or
/// difference of two such is below 2p < 2^256 and may be an argument of these two; a sum of three would wrap.
/// Differences are a + (p - b).
library Edwards25519 {
    /// @notice Modular exponentiation ran out of gas.
    error Edwards25519PrecompileFailed(address precompile);

    uint256 internal constant FIELD = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed;
    /// @dev the order L of the base point; the group has 8 L points
    uint256 internal constant ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed;
    /// @dev d = -121665/121666
    uint256 private constant D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3;
    uint256 private constant TWICE_D = 0x2406d9dc56dffce7198e80f2eef3d13000e0149a8283b156ebd69b9426b2f159;
    uint256 private constant ROOT_OF_MINUS_1 = 0x2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0;
    /// @dev y^2 of the four points of order 8
    uint256 private constant ORDER_8_Y_SQUARED = 0x76b9125b8bd5b257c2c2ebc2ba609c056bdf9e34b4f0a103ae4791859c155291;
    uint256 private constant SIGN = 1 << 255;
    address private constant MODEXP = address(0x05);

    /// @dev 16 in each of 51 digits of five bits
    uint256 private constant DIGIT_OFFSETS = 0x4210842108421084210842108421084210842108421084210842108421084210;

    /// @dev In memory: p, both scalars' digits, where the multiples of B are; then n P for n = -16..16, four words
    /// each.
    uint256 private constant MULTIPLES = 0x80;
    uint256 private constant WORKSPACE = 0x80 + 33 * 0x80;

    /// @dev Section 5.1.3, from the encoding read as a little-endian number. Not a point: y >= p, y on no point, x = 0
    /// with sign.
    /// > the square root of u/v [is] x = u v^3 (u v^7)^((p-5)/8)
    function decode(uint256 encoding) internal view returns (bool isPoint, uint256 x, uint256 y) {
        y = encoding & ~SIGN;
        if (y >= FIELD) return (false, 0, 0);
        uint256 u = addmod(mulmod(y, y, FIELD), FIELD - 1, FIELD);
        uint256 v = addmod(mulmod(D, mulmod(y, y, FIELD), FIELD), 1, FIELD);

        uint256 v3 = mulmod(mulmod(v, v, FIELD), v, FIELD);
        uint256 uv7 = mulmod(u, mulmod(mulmod(v3, v3, FIELD), v, FIELD), FIELD);
        x = mulmod(mulmod(u, v3, FIELD), _power(uv7, (FIELD - 5) / 8), FIELD);

        uint256 vx2 = mulmod(v, mulmod(x, x, FIELD), FIELD);
        if (vx2 != u) {
            if (addmod(vx2, u, FIELD) != 0) return (false, 0, 0);
            x = mulmod(x, ROOT_OF_MINUS_1, FIELD);
        }
        uint256 sign = encoding >> 255;
        if (x == 0 && sign == 1) return (false, 0, 0);
        if (x & 1 != sign) x = FIELD - x;
        return (true, x, y);
    }

    /// @dev Whether points with this y (< p) have an order that divides 8: y is 1, -1, 0 or that of a point of order 8.
    function isSmallOrder(uint256 y) internal pure returns (bool) {
        uint256 square = mulmod(y, y, FIELD);
        return square == 0 || square == 1 || square == ORDER_8_Y_SQUARED;
    }

    /// @dev The encoding of s B + k (x, y), as a little-endian number. s and k are below ORDER, (x, y) is a point.
    function combine(uint256 s, uint256 k, uint256 x, uint256 y) internal view returns (uint256 encoding) {
        bytes memory multiplesOfB = BASE_MULTIPLES;
        uint256 work;
        assembly ("memory-safe") {
            work := mload(0x40)
            mstore(0x40, add(work, WORKSPACE))
            mstore(work, FIELD)
            mstore(add(work, 0x20), add(k, DIGIT_OFFSETS))
            mstore(add(work, 0x40), add(s, DIGIT_OFFSETS))
            mstore(add(work, 0x60), add(multiplesOfB, 0x20))
        }
        _writeMultiples(work, x, y);
        (uint256 sumX, uint256 sumY, uint256 sumZ) = _sum(work);

        uint256 inverse = _power(sumZ, FIELD - 2);
        return mulmod(sumY, inverse, FIELD) | (mulmod(sumX, inverse, FIELD) << 255);
    }

    /// @dev n P for n = -16..16, each as (Y - X, Y + X, 2 d T, 2 Z). -P is (-x, y), so the first two change places.
    function _writeMultiples(uint256 work, uint256 x, uint256 y) private pure {
        assembly ("memory-safe") {
            let p := mload(work)
            let z := 1
            let t := mulmod(x, y, p)
            let up := add(work, 0x880) // 0 P
            mstore(up, 1)
            mstore(add(up, 0x20), 1)
            mstore(add(up, 0x40), 0)
            mstore(add(up, 0x60), 2)
            let down := up
            for { let end := add(up, 0x800) } lt(up, end) { } {
                up := add(up, 0x80)
                down := sub(down, 0x80)
                let c := mulmod(t, TWICE_D, p)
                mstore(up, add(y, sub(p, x)))
                mstore(add(up, 0x20), add(y, x))
                mstore(add(up, 0x40), c)
                mstore(add(up, 0x60), add(z, z))
                mstore(down, add(y, x))
                mstore(add(down, 0x20), add(y, sub(p, x)))
                mstore(add(down, 0x40), sub(p, c))
                mstore(add(down, 0x60), add(z, z))

                // plus 1 P, as in _addRows
                let a := mulmod(add(y, sub(p, x)), mload(add(work, 0x900)), p)
                let b := mulmod(add(y, x), mload(add(work, 0x920)), p)
                c := mulmod(t, mload(add(work, 0x940)), p)
                let d := addmod(z, z, p)
                let e := add(b, sub(p, a))
                let f := add(d, sub(p, c))
                let g := add(d, c)
                let h := add(b, a)
                x := mulmod(e, f, p)
                y := mulmod(g, h, p)
                t := mulmod(e, h, p)
                z := mulmod(f, g, p)
            }
        }
    }

    /// @dev s B + k P, five bits of both scalars at a time, from the top. A digit of 0..31 stands for -16..15: that is
    /// what the offsets in the scalars are for, and both tables begin at -16. Adds by "add-2008-hwcd-3", doubles by
    /// "dbl-2008-hwcd" with all signs turned (Explicit-Formulas Database, a = -1); T only where an addition follows.
    function _sum(uint256 work) private pure returns (uint256 x, uint256 y, uint256 z) {
        assembly ("memory-safe") {
            let p := mload(work)
            y := 1
            z := 1
            let t := 0 // the neutral element
            for { let shift := 250 } 1 { shift := sub(shift, 5) } {
                {
                    let row := add(add(work, MULTIPLES), shl(7, and(shr(shift, mload(add(work, 0x20))), 31)))
                    let a := mulmod(add(y, sub(p, x)), mload(row), p)
                    let b := mulmod(add(y, x), mload(add(row, 0x20)), p)
                    let c := mulmod(t, mload(add(row, 0x40)), p)
                    let d := mulmod(z, mload(add(row, 0x60)), p)
                    let e := add(b, sub(p, a))
                    let f := add(d, sub(p, c))
                    let g := add(d, c)
                    let h := add(b, a)
                    x := mulmod(e, f, p)
                    y := mulmod(g, h, p)
                    t := mulmod(e, h, p)
                    z := mulmod(f, g, p)
                }
                {
                    let row := add(mload(add(work, 0x60)), mul(96, and(shr(shift, mload(add(work, 0x40))), 31)))
                    let a := mulmod(add(y, sub(p, x)), mload(row), p)
                    let b := mulmod(add(y, x), mload(add(row, 0x20)), p)
                    let c := mulmod(t, mload(add(row, 0x40)), p)
                    let d := addmod(z, z, p)
                    let f := add(d, sub(p, c))
                    let g := add(d, c)
                    x := mulmod(add(b, sub(p, a)), f, p)
                    y := mulmod(g, add(b, a), p)
                    z := mulmod(f, g, p)
                }
                if iszero(shift) { break }
                for { let n := 4 } n { n := sub(n, 1) } {
                    let a := mulmod(x, x, p)
                    let b := mulmod(y, y, p)
                    let g := add(b, sub(p, a))
                    let f := addmod(mulmod(add(z, z), z, p), sub(add(p, p), g), p)
                    x := mulmod(mulmod(add(x, x), y, p), f, p)
                    y := mulmod(g, add(b, a), p)
                    z := mulmod(f, g, p)
                }
                let a := mulmod(x, x, p)
                let b := mulmod(y, y, p)
                let e := mulmod(add(x, x), y, p)
                let g := add(b, sub(p, a))
                let f := addmod(mulmod(add(z, z), z, p), sub(add(p, p), g), p)
                let h := add(b, a)
                x := mulmod(e, f, p)
                y := mulmod(g, h, p)
                t := mulmod(e, h, p)
                z := mulmod(f, g, p)
            }
        }
    }

    /// @dev base^exponent mod p. A failed call is lack of gas: to answer "no" then would let a caller choose the
    /// answer.
    function _power(uint256 base, uint256 exponent) private view returns (uint256 result) {
        bool called;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, 0x20)
            mstore(add(input, 0x20), 0x20)
            mstore(add(input, 0x40), 0x20)
            mstore(add(input, 0x60), base)
            mstore(add(input, 0x80), exponent)
            mstore(add(input, 0xa0), FIELD)
            called := staticcall(gas(), 0x05, input, 0xc0, 0x00, 0x20)
            result := mload(0x00)
        }
        require(called, Edwards25519PrecompileFailed(MODEXP));
    }
}
