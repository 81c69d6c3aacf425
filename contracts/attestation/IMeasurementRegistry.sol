// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";

/// @dev Values are read by enclaves: docs/storage.md.
enum MeasurementStatus {
    None,
    Canary,
    Active,
    Retiring,
    Revoked
}

struct MeasurementRecord {
    bytes32 tee;
    /// @dev SHA-256 of the one bundled file
    bytes32 image;
    /// @dev Keccak-256 of the measured configuration
    bytes32 configuration;
    /// @dev name of the source of its sealing keys (a KMS root, a maker of chips); zero where nothing is sealed
    bytes32 sealing;
    string sourceCommit;
    string buildRecipe;
}

struct MeasurementView {
    bytes32 measurement;
    MeasurementStatus status;
    /// @dev Unix times in seconds, zero for what has not come yet
    uint48 votedAt;
    /// @dev see `votedAt`
    uint48 activeAt;
    /// @dev see `votedAt`: the end of the grace
    uint48 retiresAt;
    /// @dev distinct operators whose enclaves attested with it
    uint16 operators;
    MeasurementRecord record;
}

/// @title What may run: measurements that the DAO has voted for, and where each is in its life
/// @notice NONE -> CANARY by vote -> ACTIVE by demonstration -> RETIRING by vote, with a grace -> REVOKED by vote.
interface IMeasurementRegistry {
    /// @notice A vote has admitted a measurement as CANARY.
    event MeasurementVoted(bytes32 indexed measurement, bytes32 indexed tee, MeasurementRecord record);
    /// @notice A CANARY was taken back.
    event MeasurementWithdrawn(bytes32 indexed measurement, address indexed by);
    /// @notice An enclave of another operator has attested: so many distinct operators have now.
    event MeasurementAttested(bytes32 indexed measurement, address indexed operator, uint256 operators);
    /// @notice CANARY -> ACTIVE.
    event MeasurementPromoted(bytes32 indexed measurement, uint256 operators);
    /// @notice ACTIVE -> RETIRING; its enclaves stay eligible until `retiresAt` (Unix seconds).
    event MeasurementRetiring(bytes32 indexed measurement, uint48 retiresAt);
    /// @notice A vote has ended a measurement for ever.
    event MeasurementRevoked(bytes32 indexed measurement, MeasurementStatus from);
    /// @notice A vote says that enclaves of this measurement serve this key no longer than any other, even if it is lost.
    event LossAccepted(bytes32 indexed measurement, KeyId indexed keyId);

    /// @notice The measurement is not where this call starts from.
    error MeasurementRegistryWrongStatus(bytes32 measurement, MeasurementStatus status);
    /// @notice A measurement needs TEE, image and configuration.
    error MeasurementRegistryEmptyRecord(bytes32 tee, bytes32 image, bytes32 configuration);
    /// @notice Enclaves of too few distinct operators have attested.
    error MeasurementRegistryTooFewOperators(bytes32 measurement, uint256 operators, uint256 needed);
    /// @notice It has not been CANARY for long enough; Unix seconds.
    error MeasurementRegistryTooEarly(bytes32 measurement, uint256 time, uint256 promotableAt);
    /// @notice Deployed with no operator needed for a promotion.
    error MeasurementRegistryPromotionCountZero();
    /// @notice A vote has accepted this loss already.
    error MeasurementRegistryLossAccepted(bytes32 measurement, KeyId keyId);

    /// @notice By vote: admits a measurement as CANARY.
    /// @dev INTEGRATOR: that the image builds from the named commit is for voters to reproduce; no contract can.
    function approve(MeasurementRecord calldata record) external returns (bytes32 measurement);

    /// @notice CANARY -> ACTIVE, by anyone, once enough enclaves of distinct operators have attested with it for long enough.
    /// @dev VOTERS: operators that were dismissed since still count; the guardian's `withdraw` starts over.
    function promote(bytes32 measurement) external;

    /// @notice By the guardian: CANARY -> NONE. Another vote may admit it again, and its operators must attest again.
    function withdraw(bytes32 measurement) external;

    /// @notice By vote: ACTIVE -> RETIRING. Until `grace` seconds have passed its enclaves stay eligible.
    function retire(bytes32 measurement, uint48 grace) external;

    /// @notice By vote: at once and for ever. A revoked measurement is never admitted again.
    /// @dev Neither a retirement nor a revocation takes effect on an active key that it would take under its threshold: such a key is
    /// spared, unless the vote accepts its loss. `IKeyRegistry.recheck` says which keys are.
    function revoke(bytes32 measurement) external;

    /// @notice By vote, for ever: enclaves of this measurement serve this key no longer than any other, even if it is lost with them.
    /// @dev What a vote says that means to stop a measurement at any price.
    function acceptLoss(bytes32 measurement, KeyId keyId) external;

    /// @notice By the EnclaveRegistry: an enclave of `operator` has attested with `measurement`.
    function noteAttestation(bytes32 measurement, address operator) external;

    /// @notice Whether an enclave may take this measurement up: CANARY, ACTIVE, or RETIRING within its grace.
    function mayAttest(bytes32 measurement) external view returns (bool);

    /// @notice Whether an enclave with this measurement may join a committee: ACTIVE, or RETIRING within its grace.
    function mayServe(bytes32 measurement) external view returns (bool);

    /// @notice Whether enclaves of this measurement go on serving this key if it cannot do without them: it is RETIRING or REVOKED,
    /// and no vote accepts the key's loss.
    function spares(bytes32 measurement, KeyId keyId) external view returns (bool);

    /// @notice Name of the source of its sealing keys; zero where nothing is sealed.
    function sealingOf(bytes32 measurement) external view returns (bytes32);

    /// @notice Hash of what runs: one image under one configuration, in one kind of TEE.
    function measurementOf(bytes32 tee, bytes32 image, bytes32 configuration) external pure returns (bytes32);

    /// @notice The stored status; RETIRING stays so after its grace has passed.
    function status(bytes32 measurement) external view returns (MeasurementStatus);

    /// @notice Distinct operators that must attest before a promotion.
    function promotionCount() external view returns (uint16);

    /// @notice Seconds that a measurement stays CANARY at least.
    function minimumCanaryTime() external view returns (uint48);

    /// @notice Everything about one measurement; its status is NONE if no vote admitted it.
    function measurement(bytes32 id) external view returns (MeasurementView memory);
    /// @notice Measurements that were ever voted for.
    function measurementCount() external view returns (uint256);

    /// @notice Up to `limit` measurements in the order of their votes, from position `offset` on.
    function measurements(uint256 offset, uint256 limit) external view returns (MeasurementView[] memory);
}
