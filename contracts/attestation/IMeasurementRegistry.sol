// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

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
    bytes32 image;
    bytes32 configuration;
    string sourceCommit;
    string buildRecipe;
}

interface IMeasurementRegistry {
    event MeasurementVoted(bytes32 indexed measurement, bytes32 indexed tee, MeasurementRecord record);
    event MeasurementPromoted(bytes32 indexed measurement, uint256 operators);

    /// @notice By vote: admits a measurement as CANARY.
    function approve(MeasurementRecord calldata record) external returns (bytes32 measurement);

    /// @notice CANARY -> ACTIVE, by anyone, once enough enclaves of distinct operators have attested with it for long enough.
    function promote(bytes32 measurement) external;

    function measurementOf(bytes32 tee, bytes32 image, bytes32 configuration) external pure returns (bytes32);
    function status(bytes32 measurement) external view returns (MeasurementStatus);
}
