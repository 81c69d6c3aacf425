// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Sums of multiples of points of P-384 (SP 800-186, section 3.2.1.4), with slopes that are brought along
/// @dev A slope is a witness, not a fact: each is checked by the equation that defines it, and the caller refuses the
/// whole where one fails. So what is computed is the sum or nothing, whoever chose the slopes.
///
/// Numbers modulo p = 2^384 - C have two words, the upper 128 bits and the lower 256, are below p, and stand for
/// themselves times 2^512 (Montgomery form). Points are four words of memory: x, then y. There is no point at infinity:
/// the sum begins at OFFSET, a point of which nobody knows the logarithm, and ends at 2^192 OFFSET where it is zero.
library P384 {
    /// @dev C = 2^128 + 2^96 - 2^32 + 1, 1 / C mod 2^256
    uint256 private constant C = 0x100000000ffffffffffffffff00000001;
    uint256 private constant C_INVERSE = 0xfffffffcfffffffafffffffbfffffffe00000000000000010000000100000001;
    uint256 private constant MASK = 0xffffffffffffffffffffffffffffffff;
    /// @dev 2^1024 mod p: what times it is, is in Montgomery form
    uint256 private constant SQUARE_HIGH = 0x200000000fffffffe00000002;
    uint256 private constant SQUARE_LOW = 0x300000002fffffffdfffffffd0000000100000002fffffffe00000000;
    /// @dev b of y^2 = x^3 - 3 x + b
    uint256 private constant B_HIGH = 0xe3374bee94938ae277f2209b1920022f;
    uint256 private constant B_LOW = 0xc431bf24a7a404311e8c6a5ea5665f098bba71e5aa249e05972901601f022094;
    /// @dev the lower word of 1; the upper is 1
    uint256 private constant ONE_LOW = 0xffffffffffffffff0000000100000000000000000000000000000000;
    /// @dev The even y over the first x from SHA-384("quorate/p384-offset/1") on, and 2^192 times that point.
    uint256 private constant OFFSET_X_HIGH = 0x4ec217ffa0f8994f8cf49668337cbe73;
    uint256 private constant OFFSET_X_LOW = 0x4efe927b46d6ebf0b38c937307cec38f4b448fe2a4ad9d80bab15a0740ed9bb2;
    uint256 private constant OFFSET_Y_HIGH = 0x4aed307fdb3b3302f140325289e5a715;
    uint256 private constant OFFSET_Y_LOW = 0x7b9674743687f3dd0e5e3b5770e08ecd3c1f2a1fc18e5f32f99a0866f30e6002;
    uint256 private constant END_X_HIGH = 0x8d6228278b240b0acca67c80477459f6;
    uint256 private constant END_X_LOW = 0x2340809b6f86247ae60324231353107a02233bb6445c80cf17c94db5eac7dd5c;
    uint256 private constant END_Y_HIGH = 0x9ed0c28ad608ebfc81454bb17bfe9ca6;
    uint256 private constant END_Y_LOW = 0x08cc175119a5485f1dbabb2a86b7dfab060d2a326b85e37efb3ce657e1a21d55;

    /// @dev Bytes of a slope, big-endian.
    uint256 internal constant SLOPE_BYTES = 48;
    /// @dev Where things are in the frame: the sum; multiples 1 to 8 of two points; one entry of the table of the base
    /// point; four scalars.
    uint256 internal constant FRAME_BYTES = 0x980;
    uint256 internal constant FIRST = 0x080;
    uint256 internal constant SECOND = 0x480;
    uint256 private constant ENTRY = 0x880;
    uint256 internal constant SCALARS = 0x900;
    /// @dev 8 in each of 49 digits: a scalar plus this has digits of four bits from -8 to 7, plus 8.
    uint256 internal constant BIAS = 0x8888888888888888888888888888888888888888888888888;

    /// @dev Kinds of fault, with the place of the slope above them.
    uint256 internal constant WRONG_SLOPE = 1;
    uint256 internal constant NO_SLOPE = 2;
    uint256 internal constant OFF_CURVE = 3;

    /// @dev Whether a FIRST + b SECOND + c H + d G is zero, H = 2^192 G, for the scalars a, b, c, d of the frame, each
    /// with BIAS added.
    /// @param frame FRAME_BYTES of memory; both points as they are, x and y below p; the scalars, 49 digits each
    /// @param multiples of G and H, as P384Multiples.sol has them
    /// @param slopes where the first slope is in calldata
    /// @return zero whether it is; says nothing unless there was no fault, and the end is the end of all slopes
    /// @return fault 0, or the first: its kind in the lower two bits, above them where its slope is, or which point
    /// @return end where the slope after the last would be
    // Functions of assembly are seen in their own block alone, and calls of Solidity's cost half as much again.
    // solhint-disable-next-line function-max-lines
    function sum(uint256 frame, uint256 multiples, uint256 slopes)
        internal
        pure
        returns (bool zero, uint256 fault, uint256 end)
    {
        assembly ("memory-safe") {
            // Scratch memory holds the first fault.
            function blame(place, kind) {
                if iszero(mload(0)) { mstore(0, or(shl(2, place), kind)) }
            }

            // (a b + m p) / 2^512, with the m that makes the lower 512 bits zero: a and b may be any numbers of 384
            // bits. A lowest word w is made zero by m = w / C: m p = m 2^384 - m C, and the lower word of m C is w.
            function times(ah, al, bh, bl) -> h, l {
                let w := mul(al, bl)
                let carry := mulmod(al, bl, not(0))
                let t := sub(sub(carry, w), lt(carry, w))
                let m := mul(ah, bl)
                carry := mulmod(ah, bl, not(0))
                h := sub(sub(carry, m), lt(carry, m))
                t := add(t, m)
                h := add(h, lt(t, m))
                m := mul(al, bh)
                carry := mulmod(al, bh, not(0))
                h := add(h, sub(sub(carry, m), lt(carry, m)))
                t := add(t, m)
                h := add(add(h, lt(t, m)), mul(ah, bh))
                // a b is h, t, w

                m := mul(w, C_INVERSE)
                carry := mulmod(m, C, not(0))
                carry := sub(sub(carry, w), lt(carry, w))
                w := shl(128, m)
                m := sub(shr(128, m), lt(w, carry))
                w := sub(w, carry)
                t := add(t, w)
                m := add(m, lt(t, w))
                l := add(h, m)
                h := lt(l, m)
                // h, l, t are left

                m := mul(t, C_INVERSE)
                carry := mulmod(m, C, not(0))
                carry := sub(sub(carry, t), lt(carry, t))
                w := shl(128, m)
                m := sub(shr(128, m), lt(w, carry))
                w := sub(w, carry)
                l := add(l, w)
                h := add(h, add(m, lt(l, w)))
                // h, l are left, less than p + 2^256: what is not below p is below 2^256 once p is subtracted
                if gt(h, 0xfffffffffffffffffffffffffffffffe) {
                    w := add(l, C)
                    if or(shr(128, h), lt(w, C)) {
                        h := 0
                        l := w
                    }
                }
            }

            // Of numbers below p, as all that follow.
            function minus(ah, al, bh, bl) -> h, l {
                l := sub(al, bl)
                h := sub(sub(ah, bh), lt(al, bl))
                if shr(255, h) {
                    h := sub(add(h, 0x100000000000000000000000000000000), lt(l, C))
                    l := sub(l, C)
                }
            }

            function plus(ah, al, bh, bl) -> h, l {
                l := add(al, bl)
                h := add(add(ah, bh), lt(l, bl))
                let under := add(l, C)
                let over := add(h, lt(under, C))
                if shr(128, over) {
                    h := and(over, MASK)
                    l := under
                }
            }

            // A slope may be any number of 384 bits.
            function timesSlope(slope, bh, bl) -> h, l {
                h, l := times(shr(128, calldataload(slope)), calldataload(add(slope, 0x10)), bh, bl)
            }

            function squareOfSlope(slope) -> h, l {
                h, l := timesSlope(slope, shr(128, calldataload(slope)), calldataload(add(slope, 0x10)))
            }

            // > λ 2 y = 3 x^2 - 3, x' = λ^2 - 2 x, y' = λ (x - x') - y
            // No point has y = 0: the order of the group is odd.
            function double(point, slope) {
                let h, l := times(mload(point), mload(add(point, 0x20)), mload(point), mload(add(point, 0x20)))
                h, l := minus(h, l, 1, ONE_LOW)
                let th, tl := plus(h, l, h, l)
                h, l := plus(h, l, th, tl)
                th, tl := plus(mload(add(point, 0x40)), mload(add(point, 0x60)),
                    mload(add(point, 0x40)), mload(add(point, 0x60)))
                th, tl := timesSlope(slope, th, tl)
                if or(xor(h, th), xor(l, tl)) { blame(slope, WRONG_SLOPE) }

                h, l := squareOfSlope(slope)
                h, l := minus(h, l, mload(point), mload(add(point, 0x20)))
                h, l := minus(h, l, mload(point), mload(add(point, 0x20)))
                finish(point, h, l, slope)
            }

            // > λ (x2 - x1) = y2 - y1, x' = λ^2 - x1 - x2, y' = λ (x1 - x') - y1
            // DANGER: where x2 = x1 and y2 = y1 every λ fits; neither a point twice nor a point and its opposite may
            // be added here.
            function join(point, other, negative, slope) {
                let h, l := minus(mload(other), mload(add(other, 0x20)), mload(point), mload(add(point, 0x20)))
                if iszero(or(h, l)) { blame(slope, NO_SLOPE) }
                h, l := timesSlope(slope, h, l)
                let th, tl := yOf(other, negative)
                th, tl := minus(th, tl, mload(add(point, 0x40)), mload(add(point, 0x60)))
                if or(xor(h, th), xor(l, tl)) { blame(slope, WRONG_SLOPE) }

                h, l := squareOfSlope(slope)
                h, l := minus(h, l, mload(point), mload(add(point, 0x20)))
                h, l := minus(h, l, mload(other), mload(add(other, 0x20)))
                finish(point, h, l, slope)
            }

            function yOf(point, negative) -> h, l {
                h := mload(add(point, 0x40))
                l := mload(add(point, 0x60))
                if negative { h, l := minus(0, 0, h, l) }
            }

            function finish(point, h, l, slope) {
                let th, tl := minus(mload(point), mload(add(point, 0x20)), h, l)
                mstore(point, h)
                mstore(add(point, 0x20), l)
                th, tl := timesSlope(slope, th, tl)
                th, tl := minus(th, tl, mload(add(point, 0x40)), mload(add(point, 0x60)))
                mstore(add(point, 0x40), th)
                mstore(add(point, 0x60), tl)
            }

            // > y^2 = x (x^2 - 3) + b
            function enter(point, place) {
                let xh, xl := times(mload(point), mload(add(point, 0x20)), SQUARE_HIGH, SQUARE_LOW)
                mstore(point, xh)
                mstore(add(point, 0x20), xl)
                let h, l := times(xh, xl, xh, xl)
                h, l := minus(h, l, 1, ONE_LOW)
                h, l := minus(h, l, 1, ONE_LOW)
                h, l := minus(h, l, 1, ONE_LOW)
                h, l := times(h, l, xh, xl)
                h, l := plus(h, l, B_HIGH, B_LOW)
                xh, xl := times(mload(add(point, 0x40)), mload(add(point, 0x60)), SQUARE_HIGH, SQUARE_LOW)
                mstore(add(point, 0x40), xh)
                mstore(add(point, 0x60), xl)
                xh, xl := times(xh, xl, xh, xl)
                if or(xor(h, xh), xor(l, xl)) { blame(place, OFF_CURVE) }
            }

            // Multiples 1 to 8 of the point, one behind the other.
            function tabulate(point, slope) -> next {
                let multiple := add(point, 0x80)
                mcopy(multiple, point, 0x80)
                double(multiple, slope)
                next := add(slope, SLOPE_BYTES)
                for { let last := add(point, 0x380) } lt(multiple, last) { } {
                    mcopy(add(multiple, 0x80), multiple, 0x80)
                    multiple := add(multiple, 0x80)
                    join(multiple, point, 0, next)
                    next := add(next, SLOPE_BYTES)
                }
            }

            function digitOf(scalar, bit) -> digit {
                digit := sub(and(shr(bit, mload(scalar)), 15), 8)
            }

            function joinMultiple(point, multiplesOf, digit, slope) -> next {
                next := slope
                if digit {
                    let negative := shr(255, digit)
                    if negative { digit := sub(0, digit) }
                    join(point, add(multiplesOf, shl(7, sub(digit, 1))), negative, slope)
                    next := add(slope, SLOPE_BYTES)
                }
            }

            function joinBase(point, multiplesOf, digit, slope) -> next {
                next := slope
                if digit {
                    let negative := shr(255, digit)
                    if negative { digit := sub(0, digit) }
                    let row := add(multiplesOf, mul(sub(digit, 1), 0x60))
                    let entry := add(point, ENTRY)
                    let high := mload(row)
                    mstore(entry, shr(128, high))
                    mstore(add(entry, 0x20), mload(add(row, 0x20)))
                    mstore(add(entry, 0x40), and(high, MASK))
                    mstore(add(entry, 0x60), mload(add(row, 0x40)))
                    join(point, entry, negative, slope)
                    next := add(slope, SLOPE_BYTES)
                }
            }

            function joinDigits(point, multiplesOf, bit, slope) -> next {
                let scalars := add(point, SCALARS)
                next := joinMultiple(point, add(point, FIRST), digitOf(scalars, bit), slope)
                next := joinMultiple(point, add(point, SECOND), digitOf(add(scalars, 0x20), bit), next)
                let digit := add(mul(17, digitOf(add(scalars, 0x40), bit)), digitOf(add(scalars, 0x60), bit))
                next := joinBase(point, multiplesOf, digit, next)
            }

            mstore(0, 0)
            enter(add(frame, FIRST), 0)
            enter(add(frame, SECOND), 1)
            end := tabulate(add(frame, FIRST), slopes)
            end := tabulate(add(frame, SECOND), end)
            mstore(frame, OFFSET_X_HIGH)
            mstore(add(frame, 0x20), OFFSET_X_LOW)
            mstore(add(frame, 0x40), OFFSET_Y_HIGH)
            mstore(add(frame, 0x60), OFFSET_Y_LOW)
            end := joinDigits(frame, add(multiples, 0x20), 192, end)
            for { let bit := 192 } bit { } {
                bit := sub(bit, 4)
                for { let i := 0 } lt(i, 4) { i := add(i, 1) } {
                    double(frame, end)
                    end := add(end, SLOPE_BYTES)
                }
                end := joinDigits(frame, add(multiples, 0x20), bit, end)
            }
            fault := mload(0)
            zero := iszero(or(or(xor(mload(frame), END_X_HIGH), xor(mload(add(frame, 0x20)), END_X_LOW)),
                or(xor(mload(add(frame, 0x40)), END_Y_HIGH), xor(mload(add(frame, 0x60)), END_Y_LOW))))
        }
    }
}
