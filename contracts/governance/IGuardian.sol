// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry} from "../attestation/IEnclaveRegistry.sol";
import {IMeasurementRegistry} from "../attestation/IMeasurementRegistry.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {ISigningRequests, RequestHeader} from "../requests/ISigningRequests.sol";
import {KeyId} from "../types/Ids.sol";

/// @title All that a guardian can do: stop for a while, and take back what is not in effect yet
/// @notice It holds the GUARDIAN role for one account, or for none. It begins nothing and ends nothing that is in
/// effect, and how long it can stop what is for the contracts that it calls: another Guardian, or another guardian,
/// stops a key no longer.
interface IGuardian {
    /// @notice A vote has named another guardian; zero: none.
    event GuardianSet(address indexed guardian, address indexed former);

    /// @notice Only the guardian acts here.
    error GuardianNotGuardian(address caller, address guardian);

    /// @notice By vote: who is the guardian from now on; zero: nobody.
    /// @param guardian an account, or a contract such as a multisig
    function setGuardian(address guardian) external;

    /// @notice Stops a key for a while (IKeyRegistry).
    /// @param keyId of the key
    /// @param duration in seconds
    function suspend(KeyId keyId, uint48 duration) external;

    /// @notice Stops every key for a while (IKeyRegistry).
    /// @param duration in seconds
    function suspendNetwork(uint48 duration) external;

    /// @notice Takes back a committee that a vote has announced and that is not in effect (IKeyRegistry).
    /// @param keyId of the key
    function withdrawCommittee(KeyId keyId) external;

    /// @notice Takes back a fork that a vote has added and that is not in effect (IKeyRegistry).
    /// @param epoch in which it begins
    function withdrawFork(uint40 epoch) external;

    /// @notice Takes back a verifier that is not in effect (IEnclaveRegistry).
    /// @param tee whose verifier it is
    function withdrawVerifier(bytes32 tee) external;

    /// @notice Takes back a measurement that is CANARY (IMeasurementRegistry).
    /// @param measurement its hash
    function withdrawMeasurement(bytes32 measurement) external;

    /// @notice Takes back a module that is listed and not in effect (ISigningRequests).
    /// @param module its address
    function withdrawModule(address module) external;

    /// @notice Cancels a request that is QUEUED (ISigningRequests).
    /// @param header of the request
    function cancel(RequestHeader calldata header) external;

    /// @notice Takes back what a module has announced (ISigningRequests).
    /// @param module that announced it
    /// @param keyId of the key
    /// @param requester in whose name it would be asked
    /// @param hash of what was announced
    function withdraw(address module, KeyId keyId, address requester, bytes32 hash) external;

    /// @notice Who the guardian is; zero: nobody.
    function guardian() external view returns (address);

    /// @notice The contracts that it acts on.
    /// @return keys whose keys it suspends, and whose committees and forks it takes back
    /// @return enclaves whose verifiers it takes back
    /// @return measurements that it takes back
    /// @return requests that it cancels, and whose modules and announcements it takes back
    function targets()
        external
        view
        returns (
            IKeyRegistry keys,
            IEnclaveRegistry enclaves,
            IMeasurementRegistry measurements,
            ISigningRequests requests
        );
}
