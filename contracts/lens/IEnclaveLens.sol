// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveView, OperatorView, Traits} from "../attestation/IEnclaveRegistry.sol";
import {MeasurementView} from "../attestation/IMeasurementRegistry.sol";
import {EnclaveId} from "../types/Ids.sol";

/// @dev What an enclave may do now, and what it has in common with others.
struct Service {
    EnclaveId id;
    /// @dev active, its evidence valid, its platform not revoked, its boot recorded
    bool attested;
    /// @dev may take a seat in what opens later
    bool eligible;
    /// @dev serves the keys that it is a member of
    bool serves;
    Traits traits;
}

/// @title Enclaves, operators and measurements by the page, for whoever reads the chain from outside
/// @notice Holds nothing and is trusted by no contract: another one can stand beside it.
interface IEnclaveLens {
    /// @notice Enclaves in the order of their first registration.
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return found those that there are
    function enclaves(uint256 offset, uint256 limit) external view returns (EnclaveView[] memory found);

    /// @notice Operators in the order of their first admission, dismissed ones too (their cap is 0).
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return found those that there are
    function operators(uint256 offset, uint256 limit) external view returns (OperatorView[] memory found);

    /// @notice Measurements in the order of their first admission, withdrawn ones too (their status is NONE).
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return found those that there are
    function measurements(uint256 offset, uint256 limit) external view returns (MeasurementView[] memory found);

    /// @notice What each of these enclaves may do now.
    /// @param ids to look up
    /// @return found one for each, in their order
    function servicesOf(EnclaveId[] calldata ids) external view returns (Service[] memory found);
}
