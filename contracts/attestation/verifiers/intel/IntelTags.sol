// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Tags of docs/attestation.md, "Measurement".
bytes32 constant PLATFORM_TAG = keccak256("quorate/platform/1");
bytes32 constant TDX_TEE = keccak256("quorate/tee/tdx/1");
bytes32 constant SGX_TEE = keccak256("quorate/tee/sgx/1");
bytes32 constant INTEL_VENDOR = keccak256("quorate/vendor/intel/1");
