// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Sha512} from "../signatures/Sha512.sol";

/// @title Shows the library to tests; never deployed
contract Sha512Mock {
    function hash(bytes calldata message) external pure returns (uint256 high, uint256 low) {
        return Sha512.hash(message);
    }

    function hash384(bytes calldata message) external pure returns (uint256 high, uint256 low) {
        return Sha512.hash384(message);
    }

    /// @dev As `hash`, where free memory is full of ones.
    function hashInDirtyMemory(bytes calldata message) external pure returns (uint256 high, uint256 low) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            for { let i := 0 } lt(i, 0x4000) { i := add(i, 0x20) } { mstore(add(start, i), not(0)) }
        }
        return Sha512.hash(message);
    }
}
