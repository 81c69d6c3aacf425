// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ecdsa} from "../Ecdsa.sol";
import {Secp256k1} from "../Secp256k1.sol";
import {Erc7913Verifier} from "./Erc7913Verifier.sol";

/// @title ERC-7913 verifier of ECDSA keys over secp256k1 (SEC 1)
/// @notice key: prefix (2 or 3) ‖ x, 33 bytes. signature: r ‖ s ‖ v, 65 bytes, s at most n/2, v 27 or 28. What is
/// signed is the hash.
/// @dev One encoding of a key and no other: a multi-signer account counts encodings, and would count two of one key
/// twice. High s is refused by our rule, not by the precompile: anybody can turn (r, s) into (r, n - s), which is as
/// good to SEC 1. DIFF FROM SPEC: refused are also keys with x >= n and signatures whose point R has x >= n; nobody can
/// find one.
contract EcdsaVerifier is Erc7913Verifier {
    function _verifies(bytes calldata key, bytes calldata hash, bytes calldata signature)
        internal
        view
        override
        returns (bool)
    {
        if (key.length != 33) return false;
        return Ecdsa.verify(Secp256k1.pointAddress(uint8(key[0]), uint256(bytes32(key[1:]))), hash, signature);
    }
}
