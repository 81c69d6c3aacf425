// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Described} from "../types/Described.sol";
import {EnclaveId} from "../types/Ids.sol";
import {EnclaveStatus, EnclaveView, IEnclaveRegistry, Traits} from "./IEnclaveRegistry.sol";
import {IMeasurementRegistry} from "./IMeasurementRegistry.sol";
import {Registrations} from "./Registrations.sol";
import {TrustRoots} from "./TrustRoots.sol";

/// @title Who runs what: enclaves with accepted evidence, and the latest life of each
contract EnclaveRegistry is Registrations, Described {
    constructor(address authority_, IMeasurementRegistry measurements_, uint48 trustDelay_)
        AccessManaged(authority_)
        EIP712("Quorate EnclaveRegistry", "1")
        TrustRoots(trustDelay_)
        Registrations(measurements_)
    {}

    /// @inheritdoc IEnclaveRegistry
    function retire(EnclaveId id) external {
        Enclave storage entry = _requireActive(id);
        _requireOperator(id, entry);

        emit EnclaveRetired(id, entry.operator);
        _end(id, entry);
    }

    /// @inheritdoc IEnclaveRegistry
    function suspend(EnclaveId id) external {
        Enclave storage entry = _requireActive(id);
        bool over = block.timestamp >= entry.validUntil || _isPlatformOut(entry.tee, entry.platformId);
        if (!over) _checkCanCall(msg.sender, msg.data);

        _suspend(id, entry);
    }

    /// @inheritdoc IEnclaveRegistry
    function revokePlatform(bytes32 platformId, EnclaveId[] calldata enclaves_) external restricted {
        _revokePlatform(platformId);

        for (uint256 i = 0; i < enclaves_.length; ++i) {
            Enclave storage entry = _enclaves[enclaves_[i]];
            // who has left in time must not stop the vote
            if (entry.status == EnclaveStatus.Active && entry.platformId == platformId) _suspend(enclaves_[i], entry);
        }
    }

    /// @inheritdoc IEnclaveRegistry
    function identityOf(EnclaveId id) external view returns (address) {
        return _enclaves[id].identity;
    }

    /// @inheritdoc IEnclaveRegistry
    function isEligible(EnclaveId id) external view returns (bool) {
        return isAttested(id) && _measurements.maySit(_enclaves[id].measurement);
    }

    /// @inheritdoc IEnclaveRegistry
    function serves(EnclaveId id) external view returns (bool) {
        return isAttested(id) && _measurements.mayServe(_enclaves[id].measurement);
    }

    /// @inheritdoc IEnclaveRegistry
    function traitsOf(EnclaveId id) external view returns (Traits memory) {
        Enclave storage entry = _enclaves[id];
        bytes32 measurement = entry.measurement;
        return Traits({
            region: _regionOf(entry.operator),
            vendor: vendorOf(entry.tee),
            platformId: entry.platformId,
            sealing: _measurements.sealingOf(measurement),
            measurement: measurement
        });
    }

    /// @inheritdoc IEnclaveRegistry
    function enclaveCount() external view returns (uint256) {
        return _ids.length;
    }

    /// @inheritdoc IEnclaveRegistry
    function enclaveIdAt(uint256 position) external view returns (EnclaveId) {
        return _ids[position];
    }

    /// @inheritdoc IEnclaveRegistry
    function enclave(EnclaveId id) external view returns (EnclaveView memory shown) {
        Enclave storage entry = _enclaves[id];
        shown.id = id;
        shown.operator = entry.operator;
        shown.identity = entry.identity;
        shown.status = entry.status;
        shown.epoch = entry.epoch;
        shown.validUntil = entry.validUntil;
        shown.measurement = entry.measurement;
        shown.encryptionKey = entry.encryptionKey;
        shown.bootNonce = entry.bootNonce;
        shown.bootCounter = entry.bootCounter;
        shown.bootRecordedAt = entry.bootRecordedAt;
        shown.tlsKey = entry.tlsKey;
        shown.region = entry.region;
        shown.platformId = entry.platformId;
        shown.tee = entry.tee;
        shown.endpoint = entry.endpoint;
    }

    /// @inheritdoc IEnclaveRegistry
    function isAttested(EnclaveId id) public view returns (bool) {
        Enclave storage entry = _enclaves[id];
        return entry.status == EnclaveStatus.Active && block.timestamp < entry.validUntil && entry.bootNonce != 0
            && !_isPlatformOut(entry.tee, entry.platformId);
    }

    function _suspend(EnclaveId id, Enclave storage entry) private {
        emit EnclaveSuspended(id, msg.sender);
        _end(id, entry);
    }

    function _end(EnclaveId id, Enclave storage entry) private {
        entry.status = EnclaveStatus.Suspended;
        _leavePlatform(entry.platformId);
        _leavePlace(entry.operator, id);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate EnclaveRegistry";
        description = "Who runs what: enclaves with accepted evidence, and the latest life of each.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IEnclaveRegistry).interfaceId;
    }
}
