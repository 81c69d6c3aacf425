// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PastBlock} from "../../../contracts/attestation/PastBlock.sol";
import {Base} from "../support/Base.sol";

/// @dev Of the runner too, but only here.
interface BlockVm {
    function roll(uint256 number) external;
    function setBlockhash(uint256 number, bytes32 hash) external;
    function etch(address target, bytes calldata code) external;
}

contract PastBlockTest is Base {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
    bytes32 private constant BY_OPCODE = keccak256("by opcode");
    uint256 private constant NOW = 10_000;
    // mstore(0, 7) and then return or revert with so many bytes
    bytes private constant ANSWERS_32 = hex"600760005260206000f3";
    bytes private constant ANSWERS_31 = hex"6007600052601f6000f3";
    bytes private constant ANSWERS_33 = hex"600760005260216000f3";
    bytes private constant FAILS_WITH_32 = hex"600760005260206000fd";

    BlockVm private constant blocks = BlockVm(address(vm));

    function setUp() public {
        blocks.roll(NOW);
        for (uint256 age = 1; age <= 256; age += 255) blocks.setBlockhash(NOW - age, BY_OPCODE);
        blocks.etch(HISTORY, ANSWERS_32);
    }

    function testAsksTheOpcodeForTheLast256Blocks() public view {
        assertTrue(PastBlock.hashOf(NOW - 1) == BY_OPCODE);
        assertTrue(PastBlock.hashOf(NOW - 256) == BY_OPCODE);
    }

    function testAsksTheHistoryForOlderBlocks() public view {
        assertEq(uint256(PastBlock.hashOf(NOW - 257)), 7);
    }

    function testKnowsNoBlockThatIsYetToCome() public view {
        assertEq(uint256(PastBlock.hashOf(NOW)), 0);
        assertEq(uint256(PastBlock.hashOf(NOW + 1)), 0);
    }

    function testTakesNoErrorMessageForAHash() public {
        blocks.etch(HISTORY, FAILS_WITH_32);
        assertEq(uint256(PastBlock.hashOf(NOW - 257)), 0);
    }

    function testTakesNothingButOneWord() public {
        blocks.etch(HISTORY, ANSWERS_31);
        assertEq(uint256(PastBlock.hashOf(NOW - 257)), 0);
        blocks.etch(HISTORY, ANSWERS_33);
        assertEq(uint256(PastBlock.hashOf(NOW - 257)), 0);
        blocks.etch(HISTORY, "");
        assertEq(uint256(PastBlock.hashOf(NOW - 257)), 0);
    }
}
