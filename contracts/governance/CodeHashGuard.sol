// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../types/Described.sol";
import {ICodeHashGuard} from "./ICodeHashGuard.sol";

/// @title First call of a proposal that trusts the code at an address
contract CodeHashGuard is ICodeHashGuard, Described {
    /// @inheritdoc ICodeHashGuard
    function requireCode(address target, bytes32 codeHash) external view {
        bytes32 found = target.codehash;
        require(found == codeHash, CodeHashGuardOtherCode(target, found, codeHash));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate CodeHashGuard";
        description = "Makes a proposal revert unless an address has the code that was voted for.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ICodeHashGuard).interfaceId;
    }
}
