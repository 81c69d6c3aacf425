// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Secp256k1} from "./Secp256k1.sol";

/// @title ECDSA over secp256k1: r ‖ s ‖ v, low s, v 27 or 28
library Ecdsa {
    /// @dev DIFF FROM SPEC: a public key with x >= ORDER is refused; no one can find such a key.
    function verify(uint8 prefix, bytes32 x, bytes32 digest, bytes calldata signature) internal pure returns (bool) {
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return signer != address(0) && signer == Secp256k1.pointAddress(prefix, uint256(x));
    }
}
