// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveId} from "../types/Ids.sol";
import {EnclaveStorage} from "./EnclaveStorage.sol";
import {IEnclaveRegistry, OperatorView} from "./IEnclaveRegistry.sol";

/// @title Who may run enclaves, how many, and which of them serves
abstract contract Operators is EnclaveStorage {
    struct Operator {
        bytes32 region;
        uint16 cap;
        uint16 enclaves;
        bool listed;
        EnclaveId chosen;
    }

    mapping(address operator => Operator) private _operators;
    address[] private _listed;

    /// @inheritdoc IEnclaveRegistry
    function setOperator(address account, bytes32 region, uint16 cap) external restricted {
        Operator storage entry = _operators[account];

        if (!entry.listed) _listed.push(account);
        entry.listed = true;
        entry.region = region;
        entry.cap = cap;
        emit OperatorSet(account, region, cap);
    }

    /// @inheritdoc IEnclaveRegistry
    function choose(EnclaveId id) external {
        _requireOperator(id, _requireActive(id));

        _choose(msg.sender, id);
    }

    /// @inheritdoc IEnclaveRegistry
    function enclaveOf(address account) external view returns (EnclaveId) {
        Operator storage entry = _operators[account];
        return entry.cap == 0 ? EnclaveId.wrap(0) : entry.chosen;
    }

    /// @inheritdoc IEnclaveRegistry
    function operatorCount() external view returns (uint256) {
        return _listed.length;
    }

    /// @inheritdoc IEnclaveRegistry
    function operatorAt(uint256 position) external view returns (address) {
        return _listed[position];
    }

    /// @inheritdoc IEnclaveRegistry
    function operator(address account) external view returns (OperatorView memory) {
        Operator storage entry = _operators[account];
        return OperatorView(account, entry.region, entry.cap, entry.enclaves, entry.chosen);
    }

    /// @dev An active enclave has a place already; above a cap that was lowered it cannot renew it.
    function _takePlace(address account, bool active) internal {
        Operator storage entry = _operators[account];
        uint16 enclaves_ = entry.enclaves + (active ? 0 : 1);
        require(enclaves_ <= entry.cap, EnclaveRegistryOperatorFull(account, enclaves_, entry.cap));
        entry.enclaves = enclaves_;
    }

    function _leavePlace(address account, EnclaveId id) internal {
        Operator storage entry = _operators[account];
        --entry.enclaves;
        if (EnclaveId.unwrap(entry.chosen) == EnclaveId.unwrap(id)) _choose(account, EnclaveId.wrap(0));
    }

    function _chooseFirst(address account, EnclaveId id) internal {
        if (EnclaveId.unwrap(_operators[account].chosen) == 0) _choose(account, id);
    }

    function _requireAdmitted(address account, bytes32 region) internal view {
        Operator storage entry = _operators[account];
        require(entry.cap > 0, EnclaveRegistryNotAdmitted(account));
        require(region == entry.region, EnclaveRegistryOtherRegion(account, region, entry.region));
    }

    function _regionOf(address account) internal view returns (bytes32) {
        return _operators[account].region;
    }

    function _choose(address account, EnclaveId id) private {
        _operators[account].chosen = id;
        emit EnclaveChosen(account, id);
    }
}
