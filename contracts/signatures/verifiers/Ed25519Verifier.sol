// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ed25519} from "../Ed25519.sol";
import {Erc7913Verifier} from "./Erc7913Verifier.sol";

/// @title ERC-7913 verifier of Ed25519 keys (RFC 8032)
/// @notice key: the encoding of A, 32 bytes. signature: R ‖ S, 64 bytes. What is signed is the hash, as a message of 32
/// bytes.
contract Ed25519Verifier is Erc7913Verifier {
    function _verifies(bytes calldata key, bytes calldata hash, bytes calldata signature)
        internal
        view
        override
        returns (bool)
    {
        if (key.length != 32) return false;
        return Ed25519.verify(bytes32(key), hash, signature);
    }
}
