// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../types/Described.sol";
import {ListedCode} from "../types/ListedCode.sol";
import {ICodeHashGuard} from "./ICodeHashGuard.sol";

/// @title First call of a proposal that trusts the code at an address
contract CodeHashGuard is ICodeHashGuard, Described {
    /// @dev EIP-1052: the hash of an account without code
    bytes32 private constant NO_CODE = keccak256("");

    /// @inheritdoc ICodeHashGuard
    function requireCode(address target, bytes32 codeHash) external view {
        require(codeHash != 0 && codeHash != NO_CODE, CodeHashGuardNothingExpected(target, codeHash));
        bytes32 found = target.codehash;
        require(found == codeHash, CodeHashGuardOtherCode(target, found, codeHash));
        require(!ListedCode.delegates(target), CodeHashGuardDelegation(target));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate CodeHashGuard";
        description = "Makes a proposal revert unless an address has the code that was voted for.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ICodeHashGuard).interfaceId;
    }
}
