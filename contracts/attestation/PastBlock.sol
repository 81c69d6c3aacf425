// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Hashes of past blocks: the last 256 by opcode, the last 8191 by EIP-2935's contract where it works
library PastBlock {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @dev Zero for a block that is unknown, too old, or yet to come. A call that fails answers nothing here: what it
    /// returns is an error message, which someone could show as a hash.
    function hashOf(uint256 number) internal view returns (bytes32) {
        if (number >= block.number) return 0;
        if (block.number - number <= 256) return blockhash(number);
        (bool known, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        return known && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }
}
