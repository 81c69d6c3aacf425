// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IEnclaveRegistry} from "../attestation/IEnclaveRegistry.sol";
import {IMeasurementRegistry} from "../attestation/IMeasurementRegistry.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {ISigningRequests, RequestHeader} from "../requests/ISigningRequests.sol";
import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {IGuardian} from "./IGuardian.sol";

/// @title All that a guardian can do: stop for a while, and take back what is not in effect yet
contract Guardian is IGuardian, AccessManaged, Described {
    address private _guardian;
    IKeyRegistry private immutable _keys;
    IEnclaveRegistry private immutable _enclaves;
    IMeasurementRegistry private immutable _measurements;
    ISigningRequests private immutable _requests;

    modifier onlyGuardian() {
        require(msg.sender == _guardian, GuardianNotGuardian(msg.sender, _guardian));
        _;
    }

    constructor(
        address authority_,
        address guardian_,
        IKeyRegistry keys_,
        IEnclaveRegistry enclaves_,
        IMeasurementRegistry measurements_,
        ISigningRequests requests_
    ) AccessManaged(authority_) {
        _keys = keys_;
        _enclaves = enclaves_;
        _measurements = measurements_;
        _requests = requests_;
        _setGuardian(guardian_);
    }

    /// @inheritdoc IGuardian
    function setGuardian(address guardian_) external restricted {
        _setGuardian(guardian_);
    }

    /// @inheritdoc IGuardian
    function suspend(KeyId keyId, uint48 duration) external onlyGuardian {
        _keys.suspend(keyId, duration);
    }

    /// @inheritdoc IGuardian
    function suspendNetwork(uint48 duration) external onlyGuardian {
        _keys.suspendNetwork(duration);
    }

    /// @inheritdoc IGuardian
    function withdrawCommittee(KeyId keyId) external onlyGuardian {
        _keys.withdrawCommittee(keyId);
    }

    /// @inheritdoc IGuardian
    function withdrawFork(uint40 epoch) external onlyGuardian {
        _keys.withdrawFork(epoch);
    }

    /// @inheritdoc IGuardian
    function withdrawVerifier(bytes32 tee) external onlyGuardian {
        _enclaves.withdrawVerifier(tee);
    }

    /// @inheritdoc IGuardian
    function withdrawMeasurement(bytes32 measurement) external onlyGuardian {
        _measurements.withdraw(measurement);
    }

    /// @inheritdoc IGuardian
    function withdrawModule(address module) external onlyGuardian {
        _requests.withdrawModule(module);
    }

    /// @inheritdoc IGuardian
    function cancel(RequestHeader calldata header) external onlyGuardian {
        _requests.cancel(header);
    }

    /// @inheritdoc IGuardian
    function withdraw(address module, KeyId keyId, address requester, bytes32 hash) external onlyGuardian {
        _requests.withdraw(module, keyId, requester, hash);
    }

    /// @inheritdoc IGuardian
    function guardian() external view returns (address) {
        return _guardian;
    }

    /// @inheritdoc IGuardian
    function targets()
        external
        view
        returns (
            IKeyRegistry keys,
            IEnclaveRegistry enclaves,
            IMeasurementRegistry measurements,
            ISigningRequests requests
        )
    {
        return (_keys, _enclaves, _measurements, _requests);
    }

    function _setGuardian(address guardian_) private {
        emit GuardianSet(guardian_, _guardian);
        _guardian = guardian_;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate Guardian";
        description = "All that a guardian can do: stop for a while, and take back what is not in effect yet.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IGuardian).interfaceId;
    }
}
