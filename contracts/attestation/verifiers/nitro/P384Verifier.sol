// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../../../types/Described.sol";
import {IP384Verifier, MOST_P384_HINT_BYTES, P384Signature, Uint384} from "./IP384Verifier.sol";
import {P384} from "./P384.sol";
import {P384_MULTIPLES} from "./P384Multiples.sol";

/// @title ECDSA over P-384, with hints
/// @dev Why no hint makes a false signature verify. With the digest e, the key Q and the hinted R, what has to hold is
/// e G + r Q = s R, and that x of R is r modulo n: for s is not zero, R is then the point of FIPS 186-5, 6.4.2. The
/// multiplier t is not zero modulo n (s t is not), and all points have the order n, a prime: so e G + r Q - s R is zero
/// if and only if t times it is. That is what is computed, from e t, r t and s t as this contract multiplies them, by
/// lines whose slopes are checked, each by its own equation, where that has one solution.
contract P384Verifier is IP384Verifier, Described {
    uint256 private constant N_HIGH = 0xffffffffffffffffffffffffffffffff;
    uint256 private constant N_LOW = 0xffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973;
    uint256 private constant P_HIGH = 0xffffffffffffffffffffffffffffffff;
    uint256 private constant P_LOW = 0xfffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff;
    uint256 private constant HALF_BITS = 192;
    uint256 private constant HALF = (1 << HALF_BITS) - 1;
    address private constant MODEXP = address(0x05);
    /// @dev multiplier, x and y of R
    uint256 private constant HEAD_BYTES = 3 * 48;

    /// @inheritdoc IP384Verifier
    function verify(P384Signature calldata signature, bytes calldata hints) external view returns (bool) {
        bool fits = hints.length >= HEAD_BYTES && hints.length <= MOST_P384_HINT_BYTES;
        require(fits, HintLength(hints.length, MOST_P384_HINT_BYTES));
        _requireNumbers(signature);
        uint256 frame = _frame();
        _writePoint(frame + P384.FIRST, signature.x, signature.y);
        _writeHintedPoint(frame + P384.SECOND, signature.r, hints);
        _writeScalars(frame + P384.SCALARS, signature, _number(hints, 0));
        return _isZero(frame, signature, hints);
    }

    function _isZero(uint256 frame, P384Signature calldata signature, bytes calldata hints)
        private
        pure
        returns (bool)
    {
        uint256 begin;
        assembly ("memory-safe") {
            begin := add(hints.offset, HEAD_BYTES)
        }
        bytes memory multiples = P384_MULTIPLES;
        uint256 table;
        assembly ("memory-safe") {
            table := multiples
        }
        (bool zero, uint256 fault, uint256 end) = P384.sum(frame, table, begin);
        // First: digits do not hang on slopes, and one slope too few reads what stands behind.
        uint256 taken = end - begin + HEAD_BYTES;
        require(taken == hints.length, HintLength(hints.length, taken));
        if (fault != 0) _refuse(fault, begin, signature, hints);
        return zero;
    }

    function _refuse(uint256 fault, uint256 begin, P384Signature calldata signature, bytes calldata hints)
        private
        pure
    {
        (uint256 kind, uint256 place) = (fault & 3, fault >> 2);
        if (kind == P384.OFF_CURVE) {
            require(place != 0, KeyInvalid(signature.x, signature.y));
            revert HintPoint(_number(hints, 48), _number(hints, 96));
        }
        uint256 index = (place - begin) / P384.SLOPE_BYTES;
        require(kind != P384.NO_SLOPE, HintNoSlope(index));
        revert HintSlope(index);
    }

    function _requireNumbers(P384Signature calldata its) private pure {
        require(_isBelowP(its.x) && _isBelowP(its.y), KeyInvalid(its.x, its.y));
        bool inRange = _isBelowN(its.r) && _isBelowN(its.s) && !_isNull(its.r) && !_isNull(its.s);
        require(inRange, SignatureOutOfRange(its.r, its.s));
    }

    /// @dev > Convert the field element x_R to an integer; r = x_R mod n. x may be r, or r + n where that is below p.
    function _writeHintedPoint(uint256 place, Uint384 calldata r, bytes calldata hints) private pure {
        Uint384 memory x = _number(hints, 48);
        Uint384 memory y = _number(hints, 96);
        bool isR = x.high == r.high && x.low == r.low;
        if (!isR && !_isBelowN(x)) {
            unchecked {
                isR = x.high - N_HIGH - (x.low < N_LOW ? 1 : 0) == r.high && x.low - N_LOW == r.low;
            }
        }
        require(isR && _isBelowP(x) && _isBelowP(y), HintPoint(x, y));
        _writePoint(place, x, y);
    }

    /// @dev r t of Q, -s t of R, and e t in two halves of H and G: 192 bits each, that of Q with a sign.
    function _writeScalars(uint256 place, P384Signature calldata its, Uint384 memory multiplier) private view {
        Uint384 memory ofQ = _timesModN(its.r, multiplier);
        Uint384 memory ofR = _timesModN(its.s, multiplier);
        Uint384 memory ofG = _timesModN(its.digest, multiplier);
        (bool halved, uint256 q) = _halved(ofQ);
        require(halved && !_isNull(ofR) && _isHalf(ofR), HintMultiplier(ofQ, ofR));
        uint256 upper = ofG.high << (256 - HALF_BITS) | ofG.low >> HALF_BITS;
        unchecked {
            (uint256 r, uint256 h, uint256 g) = (P384.BIAS - ofR.low, P384.BIAS + upper, P384.BIAS + (ofG.low & HALF));
            assembly ("memory-safe") {
                mstore(place, q)
                mstore(add(place, 0x20), r)
                mstore(add(place, 0x40), h)
                mstore(add(place, 0x60), g)
            }
        }
    }

    /// @dev A number below n that is small, or n less a small one, with the bias.
    function _halved(Uint384 memory number) private pure returns (bool halved, uint256 biased) {
        unchecked {
            if (_isHalf(number)) return (true, P384.BIAS + number.low);
            uint256 low = N_LOW - number.low;
            uint256 high = N_HIGH - number.high - (N_LOW < number.low ? 1 : 0);
            return (high == 0 && low <= HALF, P384.BIAS - low);
        }
    }

    /// @dev By the precompile of EIP-198: the product to the power of 1, modulo n.
    function _timesModN(Uint384 memory a, Uint384 memory b) private view returns (Uint384 memory) {
        (uint256 high, uint256 middle, uint256 low) = _product(a.high, a.low, b.high, b.low);
        bytes memory input = abi.encodePacked(
            uint256(96), uint256(1), uint256(48), high, middle, low, uint8(1), uint128(N_HIGH), N_LOW
        );
        (bool called, bytes memory answer) = MODEXP.staticcall(input);
        require(called && answer.length == 48, P384PrecompileFailed(answer));
        uint256 word;
        uint256 last;
        assembly ("memory-safe") {
            word := mload(add(answer, 0x20))
            last := mload(add(answer, 0x30))
        }
        return Uint384(word >> 128, last);
    }

    /// @dev Three words; the upper words of both have 128 bits.
    function _product(uint256 ah, uint256 al, uint256 bh, uint256 bl)
        private
        pure
        returns (uint256 high, uint256 middle, uint256 low)
    {
        unchecked {
            (uint256 upper, uint256 lower) = _fullProduct(ah, bl);
            (middle, low) = _fullProduct(al, bl);
            middle += lower;
            high = ah * bh + upper + (middle < lower ? 1 : 0);
            (upper, lower) = _fullProduct(al, bh);
            middle += lower;
            high += upper + (middle < lower ? 1 : 0);
        }
    }

    function _fullProduct(uint256 a, uint256 b) private pure returns (uint256 high, uint256 low) {
        unchecked {
            low = a * b;
            uint256 rest = mulmod(a, b, type(uint256).max);
            high = rest - low - (rest < low ? 1 : 0);
        }
    }

    function _frame() private pure returns (uint256 frame) {
        bytes memory space = new bytes(P384.FRAME_BYTES);
        assembly ("memory-safe") {
            frame := add(space, 0x20)
        }
    }

    function _writePoint(uint256 place, Uint384 memory x, Uint384 memory y) private pure {
        (uint256 xh, uint256 xl, uint256 yh, uint256 yl) = (x.high, x.low, y.high, y.low);
        assembly ("memory-safe") {
            mstore(place, xh)
            mstore(add(place, 0x20), xl)
            mstore(add(place, 0x40), yh)
            mstore(add(place, 0x60), yl)
        }
    }

    function _number(bytes calldata hints, uint256 place) private pure returns (Uint384 memory) {
        return Uint384(uint128(bytes16(hints[place:place + 16])), uint256(bytes32(hints[place + 16:place + 48])));
    }

    function _isBelowP(Uint384 memory a) private pure returns (bool) {
        return a.high < P_HIGH || (a.high == P_HIGH && a.low < P_LOW);
    }

    function _isBelowN(Uint384 memory a) private pure returns (bool) {
        return a.high < N_HIGH || (a.high == N_HIGH && a.low < N_LOW);
    }

    function _isNull(Uint384 memory a) private pure returns (bool) {
        return a.high == 0 && a.low == 0;
    }

    function _isHalf(Uint384 memory a) private pure returns (bool) {
        return a.high == 0 && a.low <= HALF;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate P384Verifier";
        description = "Verifies ECDSA signatures over P-384, with hints that are checked.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IP384Verifier).interfaceId;
    }
}
