// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev A range of memory: where it begins, and where it ends, as addresses of 128 bits each.
/// DANGER: only of bytes that were allocated and are not written to afterwards.
type Span is uint256;

using {from, to, size, isEmpty, hash, word, byteAt, upTo} for Span global;

function spanOf(bytes memory data) pure returns (Span) {
    uint256 begin;
    assembly ("memory-safe") {
        begin := add(data, 32)
    }
    return span(begin, begin + data.length);
}

function span(uint256 begin, uint256 end) pure returns (Span) {
    return Span.wrap(begin << 128 | end);
}

function from(Span self) pure returns (uint256) {
    return Span.unwrap(self) >> 128;
}

function to(Span self) pure returns (uint256) {
    return uint128(Span.unwrap(self));
}

function size(Span self) pure returns (uint256) {
    return self.to() - self.from();
}

function isEmpty(Span self) pure returns (bool) {
    return self.to() == self.from();
}

function hash(Span self) pure returns (bytes32 result) {
    (uint256 begin, uint256 length) = (self.from(), self.size());
    assembly ("memory-safe") {
        result := keccak256(begin, length)
    }
}

/// @dev The first bytes, at most 32, from the left; zeros follow the end.
function word(Span self) pure returns (bytes32 result) {
    (uint256 begin, uint256 length) = (self.from(), self.size());
    if (length == 0) return 0;
    assembly ("memory-safe") {
        result := mload(begin)
    }
    if (length < 32) result &= bytes32(type(uint256).max << (256 - 8 * length));
}

/// @dev DANGER: `offset` is within.
function byteAt(Span self, uint256 offset) pure returns (uint256 result) {
    uint256 position = self.from() + offset;
    assembly ("memory-safe") {
        result := byte(0, mload(position))
    }
}

/// @dev What of this lies before `rest`.
function upTo(Span self, Span rest) pure returns (Span) {
    return span(self.from(), rest.from());
}
