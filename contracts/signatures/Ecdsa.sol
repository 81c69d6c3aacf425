// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Secp256k1} from "./Secp256k1.sol";

/// @title ECDSA over secp256k1: r ‖ s ‖ v, low s, v 27 or 28
library Ecdsa {
    /// @dev The precompile itself refuses zero, r and s beyond the order, other v, and points that do not exist.
    function verify(address account, bytes calldata digest, bytes calldata signature) internal view returns (bool) {
        if (digest.length != 32 || signature.length != 65) return false;
        uint256 r;
        uint256 s;
        uint256 v;
        assembly ("memory-safe") {
            r := calldataload(signature.offset)
            s := calldataload(add(signature.offset, 0x20))
            v := byte(0, calldataload(add(signature.offset, 0x40)))
        }
        if (s > Secp256k1.ORDER / 2) return false;
        address signer = Secp256k1.recover(uint256(bytes32(digest)), v, r, s);
        return signer != address(0) && signer == account;
    }
}
