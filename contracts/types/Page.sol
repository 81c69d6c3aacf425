// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev The part of `[offset, offset + limit)` that exists in a list of `count` items.
function page(uint256 offset, uint256 limit, uint256 count) pure returns (uint256 from, uint256 size) {
    from = Math.min(offset, count);
    size = Math.min(limit, count - from);
}
