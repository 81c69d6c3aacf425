// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {MEASUREMENT_TAG} from "../types/Tags.sol";

/// @dev What runs: one bundled file under one configuration, in one kind of TEE. Without a configuration the image says
/// all of it: the hash of what hardware has measured, its registers.
function measurementHash(bytes32 tee, bytes32 image, bytes32 configuration) pure returns (bytes32) {
    if (configuration == 0) return keccak256(abi.encode(MEASUREMENT_TAG, tee, image));
    return keccak256(abi.encode(MEASUREMENT_TAG, tee, image, configuration));
}
