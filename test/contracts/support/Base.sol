// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev What Solidity tests ask of their runner (Hardhat and forge both answer).
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function assume(bool condition) external pure;
    function expectRevert() external;
    function expectRevert(bytes calldata revertData) external;
    function prank(address sender) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);
    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 privateKey) external pure returns (address);
}

abstract contract Base {
    bool public constant IS_TEST = true;
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Different(uint256 found, uint256 expected);

    function assertEq(uint256 found, uint256 expected) internal pure {
        require(found == expected, Different(found, expected));
    }

    function assertTrue(bool condition) internal pure {
        require(condition, Different(0, 1));
    }
}
