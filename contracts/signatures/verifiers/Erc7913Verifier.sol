// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";

/// @title What the ERC-7913 verifiers have in common: the answer
/// @dev A wrong length, key or signature is answered with 0xffffffff, never by a revert.
abstract contract Erc7913Verifier is IERC7913SignatureVerifier {
    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32, bytes calldata signature) external view returns (bytes4) {
        // the hash where it lies, behind selector and first offset: the libraries take a message as calldata
        bytes calldata hash = msg.data[0x24:0x44];
        return _verifies(key, hash, signature) ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
    }

    function _verifies(bytes calldata key, bytes calldata hash, bytes calldata signature)
        internal
        view
        virtual
        returns (bool);
}
