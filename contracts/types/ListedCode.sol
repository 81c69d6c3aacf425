// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Code that a vote names
library ListedCode {
    /// @dev EIP-1052: the hash of an account without code
    bytes32 private constant NO_CODE = keccak256("");
    /// @dev EIP-7702: what the code of an account that delegates begins with, and no contract's does (EIP-3541)
    bytes3 private constant DELEGATION = 0xef0100;

    /// @dev Whether exactly this code is there, and is a contract's: who holds the key of an account that delegates
    /// changes what it does.
    function isAt(address account, bytes32 codeHash) internal view returns (bool) {
        return codeHash != 0 && codeHash != NO_CODE && account.codehash == codeHash && !delegates(account);
    }

    function delegates(address account) internal view returns (bool) {
        return bytes3(account.code) == DELEGATION;
    }
}
