// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IX509Refusals} from "./IX509Refusals.sol";
import {Moment} from "./Moment.sol";
import {Span, span} from "./Span.sol";

/// @title Distinguished Encoding Rules (X.690), as far as certificates need them
/// @dev Definite, minimal lengths of at most three bytes, low tags; every function looks within its span alone.
library Der {
    uint256 internal constant BOOLEAN = 0x01;
    uint256 internal constant INTEGER = 0x02;
    uint256 internal constant BIT_STRING = 0x03;
    uint256 internal constant OCTET_STRING = 0x04;
    uint256 internal constant OID = 0x06;
    uint256 internal constant SEQUENCE = 0x30;
    uint256 internal constant SET = 0x31;
    uint256 internal constant CONTEXT_0 = 0xa0;
    uint256 internal constant CONTEXT_3 = 0xa3;
    uint256 internal constant CONTEXT_0_PRIMITIVE = 0x80;
    uint256 private constant UTC_TIME = 0x17;
    uint256 private constant GENERALIZED_TIME = 0x18;
    uint256 private constant MOST_LENGTH_BYTES = 3;

    /// @return tag of the first value
    /// @return content of it
    /// @return rest what follows it
    function any(Span input) internal pure returns (uint256 tag, Span content, Span rest) {
        unchecked {
            (uint256 offset, uint256 end) = (input.from(), input.to());
            require(offset + 2 <= end, IX509Refusals.DerMalformed(0, 0));
            uint256 head;
            assembly ("memory-safe") {
                head := mload(offset)
            }
            tag = head >> 248;
            uint256 length = head >> 240 & 0xff;
            uint256 begin = offset + 2;
            if (length >= 0x80) {
                uint256 digits = length - 0x80;
                require(digits != 0 && digits <= MOST_LENGTH_BYTES, IX509Refusals.DerMalformed(tag, 0));
                length = head << 16 >> (256 - 8 * digits);
                require(length >= 0x80 && length >> (8 * digits - 8) != 0, IX509Refusals.DerMalformed(tag, 0));
                begin += digits;
            }
            require(tag & 0x1f != 0x1f && begin + length <= end, IX509Refusals.DerMalformed(tag, 0));
            (content, rest) = (span(begin, begin + length), span(begin + length, end));
        }
    }

    function take(Span input, uint256 expected) internal pure returns (Span content, Span rest) {
        uint256 found;
        (found, content, rest) = any(input);
        require(found == expected, IX509Refusals.DerMalformed(found, expected));
    }

    /// @dev One value and not a byte more.
    function only(Span input, uint256 expected) internal pure returns (Span content) {
        Span rest;
        (content, rest) = take(input, expected);
        requireEnd(rest);
    }

    function isNext(Span input, uint256 tag) internal pure returns (bool) {
        return !input.isEmpty() && input.byteAt(0) == tag;
    }

    function requireEnd(Span rest) internal pure {
        require(rest.isEmpty(), IX509Refusals.DerMalformed(rest.size(), 0));
    }

    /// @dev An INTEGER that is not negative, minimal, of at most `most` bytes.
    /// @return value as a number, 0 if `tooLong`
    /// @return tooLong whether it has more bytes
    function unsigned(Span content, uint256 most) internal pure returns (uint256 value, bool tooLong) {
        content = magnitude(content);
        uint256 length = content.size();
        if (length > most) return (0, true);
        return (uint256(content.word()) >> (256 - 8 * length), false);
    }

    /// @dev The bytes of an INTEGER that is not negative, minimal, without a leading zero; those of 0 are one.
    function magnitude(Span content) internal pure returns (Span) {
        uint256 length = content.size();
        require(length != 0, IX509Refusals.DerMalformed(0, INTEGER));
        uint256 first = content.byteAt(0);
        require(first < 0x80, IX509Refusals.DerMalformed(first, INTEGER));
        if (first == 0 && length > 1) {
            require(content.byteAt(1) >= 0x80, IX509Refusals.DerMalformed(0, INTEGER));
            return span(content.from() + 1, content.to());
        }
        return content;
    }

    function small(Span content) internal pure returns (uint256 value) {
        bool tooLong;
        (value, tooLong) = unsigned(content, 4);
        require(!tooLong, IX509Refusals.DerMalformed(content.size(), INTEGER));
    }

    /// @dev > 11.1: if the encoding represents TRUE, its single contents octet shall have all eight bits set.
    function boolean(Span content) internal pure returns (bool) {
        uint256 value = content.size() == 1 ? content.byteAt(0) : 1;
        require(value == 0 || value == 0xff, IX509Refusals.DerMalformed(value, BOOLEAN));
        return value == 0xff;
    }

    /// @dev The bytes of a BIT STRING of whole bytes.
    function bits(Span content) internal pure returns (Span) {
        require(!content.isEmpty() && content.byteAt(0) == 0, IX509Refusals.DerMalformed(0, BIT_STRING));
        return span(content.from() + 1, content.to());
    }

    /// @dev Whole numbers in minimal base 128; returns their hash.
    function oid(Span content) internal pure returns (bytes32) {
        bool inside = false;
        uint256 length = content.size();
        for (uint256 i = 0; i < length; ++i) {
            uint256 digit = content.byteAt(i);
            require(inside || digit != 0x80, IX509Refusals.DerMalformed(digit, OID));
            inside = digit >= 0x80;
        }
        require(length != 0 && !inside, IX509Refusals.DerMalformed(length, OID));
        return content.hash();
    }

    /// @dev > RFC 5280, 4.1.2.5: through 2049 as UTCTime, from 2050 on as GeneralizedTime; both with seconds and Z.
    /// @return moment Unix seconds
    /// @return rest what follows it
    function time(Span input) internal pure returns (uint40 moment, Span rest) {
        uint256 tag;
        Span content;
        (tag, content, rest) = any(input);
        bool short = tag == UTC_TIME;
        require(short || tag == GENERALIZED_TIME, IX509Refusals.DerMalformed(tag, UTC_TIME));
        uint256 length = short ? 13 : 15;
        require(content.size() == length && content.byteAt(length - 1) == 0x5a, IX509Refusals.DerMalformed(tag, tag));
        moment = _moment(content.from(), short, tag);
    }

    function _moment(uint256 offset, bool short, uint256 tag) private pure returns (uint40) {
        uint256 year = Moment.pair(offset);
        if (short) {
            year += year < 50 ? 2000 : 1900;
        } else {
            year = year * 100 + Moment.pair(offset + 2);
            offset += 2;
        }
        uint256 clock = Moment.pair(offset + 6) << 32 | Moment.pair(offset + 8) << 16 | Moment.pair(offset + 10);
        (bool exists, uint256 moment) = Moment.secondsOf(year, Moment.pair(offset + 2), Moment.pair(offset + 4), clock);
        require(exists && (short || year >= 2050), IX509Refusals.DerMalformed(tag, tag));
        return uint40(moment);
    }
}
