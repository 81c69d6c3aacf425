// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Raw storage, for whoever reads it from outside: lenses, explorers, auditors
interface IExtsload {
    /// @notice The word at a slot.
    /// @param slot its number
    /// @return word what is stored there
    function extsload(bytes32 slot) external view returns (bytes32 word);

    /// @notice The words at many slots, in their order.
    /// @param slots their numbers
    /// @return words what is stored there
    function extsload(bytes32[] calldata slots) external view returns (bytes32[] memory words);
}

/// @title Shows every slot: what is on chain is public anyway, and a getter for each would be code that no rule needs
abstract contract Extsload is IExtsload {
    /// @inheritdoc IExtsload
    function extsload(bytes32 slot) public view returns (bytes32 word) {
        assembly ("memory-safe") {
            word := sload(slot)
        }
    }

    /// @inheritdoc IExtsload
    function extsload(bytes32[] calldata slots) external view returns (bytes32[] memory words) {
        words = new bytes32[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) words[i] = extsload(slots[i]);
    }
}
