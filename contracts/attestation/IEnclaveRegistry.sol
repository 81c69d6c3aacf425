// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId} from "../types/Ids.sol";

/// @dev Values are read by enclaves: docs/storage.md.
enum EnclaveStatus {
    None,
    Active,
    Suspended
}

struct Registration {
    address operator;
    address identity;
    bytes32 region;
    bytes32 tlsKey;
    string endpoint;
    uint32 epoch;
    uint64 challengeBlock;
    bytes32 challenge;
    bytes32 tee;
}

struct BootRecord {
    bytes16 nonce;
    bytes32 encryptionKey;
    uint64 counter;
}

struct EnclaveView {
    EnclaveId id;
    address operator;
    address identity;
    EnclaveStatus status;
    uint32 epoch;
    uint48 validUntil;
    bytes32 measurement;
    bytes32 encryptionKey;
    bytes16 bootNonce;
    uint64 bootCounter;
    uint64 bootRecordedAt;
    bytes32 tlsKey;
    bytes32 region;
    bytes32 platformId;
    string endpoint;
}

interface IEnclaveRegistry {
    event EnclaveRegistered(EnclaveId indexed id, address indexed operator, address indexed identity, bytes32 measurement, Registration registration);
    event BootRecorded(EnclaveId indexed id, uint64 indexed counter, bytes16 nonce, bytes32 encryptionKey);

    /// @notice First registration (epoch 1) or re-attestation (epoch + 1). Anyone may relay.
    function register(Registration calldata registration, bytes calldata evidence, bytes calldata identitySignature, bytes calldata operatorSignature)
        external
        returns (EnclaveId id);

    /// @notice Records an enclave's latest life. Counter must exceed the recorded one. Anyone may relay.
    function recordBoot(EnclaveId id, BootRecord calldata record, bytes calldata identitySignature) external;

    function enclaveId(address operator, address identity) external view returns (EnclaveId);
    function enclave(EnclaveId id) external view returns (EnclaveView memory);
    /// @notice The enclave with which an operator takes part in new committees.
    function enclaveOf(address operator) external view returns (EnclaveId);
    function isEligible(EnclaveId id) external view returns (bool);
    function enclaveCount() external view returns (uint256);
    function enclaves(uint256 offset, uint256 limit) external view returns (EnclaveView[] memory);
}
