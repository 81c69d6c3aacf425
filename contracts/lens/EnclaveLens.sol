// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveView, IEnclaveRegistry, OperatorView} from "../attestation/IEnclaveRegistry.sol";
import {IMeasurementRegistry, MeasurementView} from "../attestation/IMeasurementRegistry.sol";
import {Described} from "../types/Described.sol";
import {EnclaveId} from "../types/Ids.sol";
import {page} from "../types/Page.sol";
import {IEnclaveLens, Service} from "./IEnclaveLens.sol";

/// @title Enclaves, operators and measurements by the page, for whoever reads the chain from outside
contract EnclaveLens is IEnclaveLens, Described {
    IEnclaveRegistry private immutable _enclaves;
    IMeasurementRegistry private immutable _measurements;

    constructor(IEnclaveRegistry enclaves_, IMeasurementRegistry measurements_) {
        _enclaves = enclaves_;
        _measurements = measurements_;
    }

    /// @inheritdoc IEnclaveLens
    function enclaves(uint256 offset, uint256 limit) external view returns (EnclaveView[] memory found) {
        (uint256 from, uint256 size) = page(offset, limit, _enclaves.enclaveCount());
        found = new EnclaveView[](size);
        for (uint256 i = 0; i < size; ++i) found[i] = _enclaves.enclave(_enclaves.enclaveIdAt(from + i));
    }

    /// @inheritdoc IEnclaveLens
    function operators(uint256 offset, uint256 limit) external view returns (OperatorView[] memory found) {
        (uint256 from, uint256 size) = page(offset, limit, _enclaves.operatorCount());
        found = new OperatorView[](size);
        for (uint256 i = 0; i < size; ++i) found[i] = _enclaves.operator(_enclaves.operatorAt(from + i));
    }

    /// @inheritdoc IEnclaveLens
    function measurements(uint256 offset, uint256 limit) external view returns (MeasurementView[] memory found) {
        (uint256 from, uint256 size) = page(offset, limit, _measurements.measurementCount());
        found = new MeasurementView[](size);
        for (uint256 i = 0; i < size; ++i) {
            found[i] = _measurements.measurement(_measurements.measurementAt(from + i));
        }
    }

    /// @inheritdoc IEnclaveLens
    function servicesOf(EnclaveId[] calldata ids) external view returns (Service[] memory found) {
        found = new Service[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            EnclaveId id = ids[i];
            found[i] = Service(
                id,
                _enclaves.isAttested(id),
                _enclaves.isEligible(id),
                _enclaves.serves(id),
                _enclaves.traitsOf(id)
            );
        }
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate EnclaveLens";
        description = "Enclaves, operators and measurements by the page, for whoever reads the chain from outside.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IEnclaveLens).interfaceId;
    }
}
