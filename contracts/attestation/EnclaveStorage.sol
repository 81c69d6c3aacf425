// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {EnclaveId} from "../types/Ids.sol";
import {EnclaveStatus, IEnclaveRegistry} from "./IEnclaveRegistry.sol";

/// @title What the EnclaveRegistry keeps of each enclave
abstract contract EnclaveStorage is IEnclaveRegistry, AccessManaged, EIP712 {
    /// @dev The first five slots are read by enclaves (docs/storage.md) and hold nothing else.
    struct Enclave {
        address operator;
        EnclaveStatus status;
        uint32 epoch;
        uint48 validUntil;
        bytes32 measurement;
        address identity;
        bytes32 encryptionKey;
        bytes16 bootNonce;
        uint64 bootCounter;
        uint64 bootRecordedAt;
        bytes32 tlsKey;
        bytes32 region;
        bytes32 platformId;
        bytes32 tee;
        string endpoint;
        /// @dev hash of the evidence that was accepted last
        bytes32 evidence;
    }

    mapping(EnclaveId id => Enclave) internal _enclaves;
    EnclaveId[] internal _ids;

    function _require(EnclaveId id) internal view returns (Enclave storage entry) {
        entry = _enclaves[id];
        require(entry.status != EnclaveStatus.None, EnclaveRegistryUnknownEnclave(id));
    }

    function _requireActive(EnclaveId id) internal view returns (Enclave storage entry) {
        entry = _require(id);
        require(entry.status == EnclaveStatus.Active, EnclaveRegistryNotActive(id, entry.status));
    }

    function _requireOperator(EnclaveId id, Enclave storage entry) internal view {
        require(msg.sender == entry.operator, EnclaveRegistryNotOperator(id, msg.sender, entry.operator));
    }
}
