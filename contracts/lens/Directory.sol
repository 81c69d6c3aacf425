// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../types/Described.sol";
import {ListedCode} from "../types/ListedCode.sol";
import {DirectoryEntry, IDirectory} from "./IDirectory.sol";

/// @title Where the contracts of one deployment are
contract Directory is IDirectory, Described {
    uint256 private constant MOST_ENTRIES = 64;
    /// @dev A string of at most so many bytes takes one slot.
    uint256 private constant MOST_NAME_BYTES = 31;

    DirectoryEntry[] private _entries;

    /// @param names_ of contracts, as the record of the deployment calls them
    /// @param addresses_ of the same contracts, in the same order
    constructor(string[] memory names_, address[] memory addresses_) {
        uint256 count = addresses_.length;
        require(count > 0 && count <= MOST_ENTRIES && count == names_.length, DirectoryCount(count));
        for (uint256 i = 0; i < count; ++i) _list(names_[i], addresses_[i]);
    }

    /// @inheritdoc IDirectory
    function entries() external view returns (DirectoryEntry[] memory) {
        return _entries;
    }

    /// @inheritdoc IDirectory
    function addressOf(string calldata name) external view returns (address) {
        (bool found, address account) = _find(name);
        require(found, DirectoryUnknownName(name));
        return account;
    }

    /// @inheritdoc IDirectory
    function nameOf(address account) external view returns (string memory) {
        for (uint256 i = 0; i < _entries.length; ++i) {
            if (_entries[i].account == account) return _entries[i].name;
        }
        return "";
    }

    function _list(string memory name, address account) private {
        uint256 length = bytes(name).length;
        require(length > 0 && length <= MOST_NAME_BYTES, DirectoryNameLength(name));
        (bool taken,) = _find(name);
        require(!taken, DirectoryNameTaken(name));
        require(account.code.length > 0 && !ListedCode.delegates(account), DirectoryNoCode(name, account));
        _entries.push(DirectoryEntry({name: name, account: account, codeHash: account.codehash}));
    }

    function _find(string memory name) private view returns (bool found, address account) {
        bytes32 wanted = keccak256(bytes(name));
        for (uint256 i = 0; i < _entries.length; ++i) {
            if (keccak256(bytes(_entries[i].name)) == wanted) return (true, _entries[i].account);
        }
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate Directory";
        description = "Where the contracts of one deployment are: whoever knows one address knows all.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IDirectory).interfaceId;
    }
}
