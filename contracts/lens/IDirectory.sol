// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev One contract of the deployment.
struct DirectoryEntry {
    /// @dev as the record of the deployment calls it, such as `keyRegistry`
    string name;
    /// @dev where it is
    address account;
    /// @dev Keccak-256 of the code that was there when the directory was made
    bytes32 codeHash;
}

/// @title Where the contracts of one deployment are: whoever knows one address knows all
/// @dev Written once, by its constructor. The access manager knows it as the one member of the role DIRECTORY, which
/// may call nothing: from any contract that votes rule, `authority()` leads to the access manager, and its role here.
interface IDirectory {
    /// @notice All contracts of the deployment but this one, in the order in which they were created.
    function entries() external view returns (DirectoryEntry[] memory);

    /// @notice Where the contract of this name is.
    /// @param name as the record of the deployment has it, letter by letter
    function addressOf(string calldata name) external view returns (address);

    /// @notice What the contract at this address is called; empty if it is none of the deployment.
    function nameOf(address account) external view returns (string memory);

    /// @notice There is nothing to list, or more than 64 contracts.
    error DirectoryCount(uint256 count);

    /// @notice A name is empty or longer than 31 bytes.
    error DirectoryNameLength(string name);

    /// @notice Two contracts have this name.
    error DirectoryNameTaken(string name);

    /// @notice There is no code at the address of this name, or code that its key can change (EIP-7702).
    error DirectoryNoCode(string name, address account);

    /// @notice No contract of the deployment has this name.
    error DirectoryUnknownName(string name);
}
