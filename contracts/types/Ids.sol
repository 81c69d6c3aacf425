// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @dev Preimages in docs/formats.md. Ids are full 256-bit hashes and are never reused.
type KeyId is bytes32;
type RequestId is bytes32;
type MandateId is bytes32;
type EnclaveId is bytes32;
