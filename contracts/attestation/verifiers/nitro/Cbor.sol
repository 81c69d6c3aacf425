// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {INitroRefusals} from "./INitroRefusals.sol";
import {Span, span} from "../x509/Span.sol";

/// @title CBOR (RFC 8949), as far as attestation documents use it
/// @dev Minimal heads, numbers below 2^53, no tags and no floats. A map may be of indefinite length, since genuine
/// documents have such from 2025 on; arrays and strings may not. Every function looks within its span alone.
library Cbor {
    uint256 internal constant UNSIGNED = 0;
    uint256 internal constant BYTES = 2;
    uint256 internal constant TEXT = 3;
    uint256 internal constant ARRAY = 4;
    uint256 internal constant MAP = 5;
    uint256 internal constant NULL = 0xf6;
    uint256 private constant INDEFINITE_MAP = 0xbf;
    uint256 private constant BREAK = 0xff;
    uint256 private constant MOST_ITEMS = 64;
    /// @dev the largest that every reader of JSON and JavaScript has in full
    uint256 private constant MOST_NUMBER = (1 << 53) - 1;
    /// @dev how many entries a map of indefinite length has left
    uint256 private constant INDEFINITE = type(uint256).max;

    /// @return major type of the first item
    /// @return argument its number, length or count
    /// @return rest what follows the head
    function head(Span input) internal pure returns (uint256 major, uint256 argument, Span rest) {
        require(!input.isEmpty(), INitroRefusals.CborMalformed(0, 0));
        uint256 first = input.byteAt(0);
        major = first >> 5;
        argument = first & 0x1f;
        uint256 begin = input.from() + 1;
        if (argument >= 24) {
            require(argument != 31, INitroRefusals.CborIndefinite(first));
            require(argument < 28, INitroRefusals.CborMalformed(first, input.size()));
            uint256 size = 1 << (argument - 24);
            require(input.size() > size, INitroRefusals.CborMalformed(first, input.size()));
            argument = uint256(span(begin, begin + size).word()) >> (256 - 8 * size);
            uint256 least = size == 1 ? 24 : 1 << (4 * size);
            require(argument >= least, INitroRefusals.CborNotMinimal(argument, size));
            require(argument <= MOST_NUMBER, INitroRefusals.CborMalformed(first, input.size()));
            begin += size;
        }
        require(major <= MAP, INitroRefusals.CborMalformed(first, input.size()));
        rest = span(begin, input.to());
    }

    /// @dev A byte or text string, as the major type says.
    function take(Span input, uint256 major, bytes32 field) internal pure returns (Span content, Span rest) {
        uint256 length;
        (length, rest) = argumentOf(input, major, field);
        require(length <= rest.size(), INitroRefusals.CborMalformed(input.byteAt(0), rest.size()));
        uint256 end = rest.from() + length;
        return (span(rest.from(), end), span(end, rest.to()));
    }

    /// @dev Number, length or count of an item of this type.
    function argumentOf(Span input, uint256 major, bytes32 field)
        internal
        pure
        returns (uint256 argument, Span rest)
    {
        require(!isNext(input, NULL), INitroRefusals.NitroField(field, NULL));
        uint256 found;
        (found, argument, rest) = head(input);
        require(found == major, INitroRefusals.NitroField(field, input.byteAt(0)));
    }

    /// @return left how many entries come, to be shown to `more`
    /// @return rest where the first begins
    function map(Span input, bytes32 field) internal pure returns (uint256 left, Span rest) {
        if (isNext(input, INDEFINITE_MAP)) return (INDEFINITE, span(input.from() + 1, input.to()));
        (left, rest) = argumentOf(input, MAP, field);
        require(left <= MOST_ITEMS, INitroRefusals.CborMalformed(input.byteAt(0), left));
    }

    /// @dev Whether a map has another entry; takes its end if not. No caller takes a key twice, or one that it does not
    /// know: so one of indefinite length ends, too.
    function more(uint256 left, Span input) internal pure returns (bool, uint256, Span) {
        if (left != INDEFINITE) return (left != 0, left == 0 ? 0 : left - 1, input);
        if (isNext(input, BREAK)) return (false, 0, span(input.from() + 1, input.to()));
        return (true, INDEFINITE, input);
    }

    function isNext(Span input, uint256 first) internal pure returns (bool) {
        return !input.isEmpty() && input.byteAt(0) == first;
    }

    function requireEnd(Span rest) internal pure {
        require(rest.isEmpty(), INitroRefusals.CborTrailingBytes(rest.size()));
    }
}
