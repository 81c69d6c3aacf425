// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev The part of `[offset, offset + limit)` that exists in a list of `count` items.
function page(uint256 offset, uint256 limit, uint256 count) pure returns (uint256 from, uint256 size) {
    if (offset >= count) return (count, 0);
    uint256 left = count - offset;
    return (offset, limit < left ? limit : left);
}
