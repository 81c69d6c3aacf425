// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIntelRefusals} from "./IIntelRefusals.sol";
import {Moment} from "../x509/Moment.sol";
import {Span, span, spanOf} from "../x509/Span.sol";

/// @dev A text that is being read: addresses of memory, and what refuses one that is JSON of another shape.
struct Text {
    uint256 begin;
    uint256 next;
    uint256 end;
    function(bytes32) pure malformed;
}

/// @title JSON in the one spelling of Intel's servers: no space, no escape, whole numbers
/// @dev Stricter than JSON; members may stand in any order. Every function looks within the text alone.
library Json {
    uint256 private constant QUOTE = 0x22;
    uint256 private constant COMMA = 0x2c;
    uint256 private constant COLON = 0x3a;
    uint256 private constant ESCAPE = 0x5c;
    uint256 private constant OPEN_LIST = 0x5b;
    uint256 private constant CLOSE_LIST = 0x5d;
    uint256 private constant OPEN = 0x7b;
    uint256 private constant CLOSE = 0x7d;
    uint256 private constant NOTHING = 0x100;
    uint256 private constant MOST_DEPTH = 16;
    /// @dev Stands for every name of more than 31 bytes: none is known.
    bytes32 private constant UNKNOWN = bytes32(type(uint256).max);

    function open(bytes memory content, function(bytes32) pure malformed) internal pure returns (Text memory) {
        Span whole = spanOf(content);
        return Text(whole.from(), whole.from(), whole.to(), malformed);
    }

    /// @dev The same place, to be read twice.
    function fork(Text memory self) internal pure returns (Text memory) {
        return Text(self.begin, self.next, self.end, self.malformed);
    }

    /// @dev Refuses the text for `field` unless it has this shape.
    function shape(Text memory self, bool holds, bytes32 field) internal pure {
        if (!holds) self.malformed(field);
    }

    function requireEnd(Text memory self) internal pure {
        if (self.next != self.end) _refuse(self);
    }

    function enterObject(Text memory self) internal pure {
        _expect(self, OPEN);
    }

    function enterList(Text memory self) internal pure {
        _expect(self, OPEN_LIST);
    }

    /// @dev The name of the next member, whose value is to be read then; zero: the object is over.
    function member(Text memory self, bool first) internal pure returns (bytes32 name) {
        if (!_goesOn(self, first, CLOSE)) return 0;
        Span found = text(self);
        _expect(self, COLON);
        if (found.isEmpty()) _refuse(self);
        return found.size() < 32 ? found.word() : UNKNOWN;
    }

    /// @dev Whether another element is to be read; if not, the list is over.
    function element(Text memory self, bool first) internal pure returns (bool) {
        return _goesOn(self, first, CLOSE_LIST);
    }

    /// @dev The content of a string of printable ASCII without escapes.
    function text(Text memory self) internal pure returns (Span) {
        _expect(self, QUOTE);
        (uint256 begin, uint256 end) = (self.next, self.end);
        uint256 position = begin;
        bool closed;
        assembly ("memory-safe") {
            for {} lt(position, end) { position := add(position, 1) } {
                let found := byte(0, mload(position))
                if or(or(lt(found, 0x20), gt(found, 0x7e)), eq(found, ESCAPE)) { break }
                if eq(found, QUOTE) {
                    closed := 1
                    break
                }
            }
        }
        self.next = position;
        if (!closed) _refuse(self);
        self.next = position + 1;
        return span(begin, position);
    }

    /// @dev A string of at most 31 bytes, from the left.
    function short(Text memory self) internal pure returns (bytes32) {
        Span found = text(self);
        if (found.size() > 31) _refuse(self);
        return found.word();
    }

    /// @dev A whole number from 0 to `most`, without leading zeros.
    function integer(Text memory self, uint256 most) internal pure returns (uint256 value) {
        uint256 begin = self.next;
        uint256 digit = _peek(self);
        while (digit >= 0x30 && digit <= 0x39) {
            value = value * 10 + digit - 0x30;
            ++self.next;
            if (value > most || (value < 10 && self.next - begin > 1)) _refuse(self);
            digit = _peek(self);
        }
        if (self.next == begin) _refuse(self);
    }

    /// @dev A string of `length` bytes in hexadecimal digits of either case; at most 64 bytes, in two words.
    function hexadecimal(Text memory self, uint256 length) internal pure returns (bytes32 high, bytes32 low) {
        Span found = text(self);
        if (found.size() != 2 * length) _refuse(self);
        uint256 begin = found.from();
        uint256[2] memory words;
        for (uint256 i = 0; i < length; ++i) {
            uint256 value = _digit(begin + 2 * i) << 4 | _digit(begin + 2 * i + 1);
            if (value > 0xff) _refuse(self);
            words[i / 32] |= value << (248 - 8 * (i % 32));
        }
        return (bytes32(words[0]), bytes32(words[1]));
    }

    /// @dev `YYYY-MM-DDThh:mm:ssZ`, a moment that exists; Unix seconds.
    function time(Text memory self) internal pure returns (uint40) {
        Span found = text(self);
        uint256 begin = found.from();
        bytes32 marks = found.word() & bytes32(hex"00000000ff0000ff0000ff0000ff0000ff0000ff");
        if (found.size() != 20 || marks != bytes32(hex"000000002d00002d00005400003a00003a00005a")) _refuse(self);
        uint256 clock = Moment.pair(begin + 11) << 32 | Moment.pair(begin + 14) << 16 | Moment.pair(begin + 17);
        (bool exists, uint256 moment) = Moment.secondsOf(
            Moment.pair(begin) * 100 + Moment.pair(begin + 2), Moment.pair(begin + 5), Moment.pair(begin + 8), clock
        );
        if (!exists) _refuse(self);
        return uint40(moment);
    }

    /// @dev Any value.
    function skip(Text memory self) internal pure {
        _skip(self, 0);
    }

    /// @dev Within a set of names, each once.
    function once(Text memory self, uint256 seen, uint256 field) internal pure returns (uint256) {
        if (seen & field != 0) _refuse(self);
        return seen | field;
    }

    /// @dev A hexadecimal digit of either case; more than 0xf if it is none.
    function digitOf(uint256 character) internal pure returns (uint256) {
        if (character >= 0x30 && character <= 0x39) return character - 0x30;
        character |= 0x20;
        return character >= 0x61 && character <= 0x66 ? character - 0x57 : 0x100;
    }

    function _skip(Text memory self, uint256 depth) private pure {
        if (depth > MOST_DEPTH) _refuse(self);
        uint256 found = _peek(self);
        if (found == QUOTE) {
            text(self);
        } else if (found == OPEN) {
            enterObject(self);
            for (bool first = true; member(self, first) != 0; first = false) _skip(self, depth + 1);
        } else if (found == OPEN_LIST) {
            enterList(self);
            for (bool first = true; element(self, first); first = false) _skip(self, depth + 1);
        } else if (!_word(self, "true", 4) && !_word(self, "false", 5) && !_word(self, "null", 4)) {
            integer(self, type(uint64).max);
        }
    }

    function _word(Text memory self, bytes32 expected, uint256 length) private pure returns (bool) {
        uint256 end = self.next + length;
        bool found = end <= self.end && span(self.next, end).word() == expected;
        if (found) self.next = end;
        return found;
    }

    function _goesOn(Text memory self, bool first, uint256 close) private pure returns (bool) {
        if (_peek(self) == close) {
            ++self.next;
            return false;
        }
        if (!first) _expect(self, COMMA);
        return true;
    }

    function _expect(Text memory self, uint256 character) private pure {
        if (_peek(self) != character) _refuse(self);
        ++self.next;
    }

    function _peek(Text memory self) private pure returns (uint256 found) {
        uint256 position = self.next;
        if (position >= self.end) return NOTHING;
        assembly ("memory-safe") {
            found := byte(0, mload(position))
        }
    }

    function _digit(uint256 position) private pure returns (uint256 found) {
        assembly ("memory-safe") {
            found := byte(0, mload(position))
        }
        return digitOf(found);
    }

    function _refuse(Text memory self) private pure {
        revert IIntelRefusals.JsonMalformed(self.next - self.begin);
    }
}
