// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Bip340} from "../Bip340.sol";
import {Erc7913Verifier} from "./Erc7913Verifier.sol";

/// @title ERC-7913 verifier of BIP-340 keys (Schnorr over secp256k1)
/// @notice key: x(P), 32 bytes; the y is even. signature: r ‖ s, 64 bytes. What is signed is the hash, as a message of
/// 32 bytes.
contract Bip340Verifier is Erc7913Verifier {
    function _verifies(bytes calldata key, bytes calldata hash, bytes calldata signature)
        internal
        view
        override
        returns (bool)
    {
        if (key.length != 32) return false;
        return Bip340.verify(bytes32(key), hash, signature);
    }
}
