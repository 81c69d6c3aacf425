// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Tags of docs/attestation.md, "Measurement".
bytes32 constant NITRO_TEE = keccak256("quorate/tee/nitro/1");
bytes32 constant AWS_VENDOR = keccak256("quorate/vendor/aws/1");
bytes32 constant NITRO_PLATFORM_TAG = keccak256("quorate/platform/1");
