// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev The one chain on which development keys and roots are taken for good: that of a machine, for tests and demos.
uint256 constant LOCAL_CHAIN = 31337;
