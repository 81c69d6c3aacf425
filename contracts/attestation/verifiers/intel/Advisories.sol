// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Every advisory that a text or a vote has named, each with a bit of its own.
struct AdvisoryList {
    mapping(bytes32 name => uint256) bitOf;
    bytes32[] names;
}

/// @title Advisories as bits
library Advisories {
    /// @dev What comes after these shares the last bit, which no vote can allow.
    uint256 internal constant MOST = 223;

    /// @return its bit, given to it now if it has none yet
    function add(AdvisoryList storage self, bytes32 name) internal returns (uint256) {
        uint256 known = self.bitOf[name];
        if (known != 0) return known;
        uint256 count = self.names.length;
        if (count == MOST) return 1 << MOST;
        self.names.push(name);
        self.bitOf[name] = 1 << count;
        return 1 << count;
    }
}
