// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Ed25519} from "../signatures/Ed25519.sol";
import {Edwards25519} from "../signatures/Edwards25519.sol";

/// @title Shows the libraries to tests; never deployed
contract Ed25519Mock {
    function verify(bytes32 publicKey, bytes calldata message, bytes calldata signature) external view returns (bool) {
        return Ed25519.verify(publicKey, message, signature);
    }

    function decode(uint256 encoding) external view returns (bool isPoint, uint256 x, uint256 y) {
        return Edwards25519.decode(encoding);
    }

    function combine(uint256 s, uint256 k, uint256 x, uint256 y) external view returns (uint256 encoding) {
        return Edwards25519.combine(s, k, x, y);
    }

    function isSmallOrder(uint256 y) external pure returns (bool) {
        return Edwards25519.isSmallOrder(y);
    }
}
