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
    /// @dev SHA-256 of the one bundled file; of hardware that measures more than that, the hash of its registers
    bytes32 image;
    /// @dev Keccak-256 of the measured configuration; zero where the registers hold it
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
    /// @dev distinct operators whose enclaves attested with it
    uint16 operators;
    MeasurementRecord record;
}

/// @title What may run: measurements that the DAO has voted for, and where each is in its life
/// @notice NONE -> CANARY by vote -> ACTIVE by demonstration -> RETIRING by vote -> REVOKED by vote, from any of these.
/// RETIRING takes no seat in what opens later, and serves on; REVOKED signs nothing. Neither destroys a key: a share
/// was its enclave's own whatever becomes of the code, and a later vote can name it to hand that over.
interface IMeasurementRegistry {
    /// @notice A vote has admitted a measurement as CANARY.
    event MeasurementVoted(bytes32 indexed measurement, bytes32 indexed tee, MeasurementRecord record);
    /// @notice A CANARY was taken back.
    event MeasurementWithdrawn(bytes32 indexed measurement, address indexed by);
    /// @notice An enclave of another operator has attested: so many distinct operators have now.
    event MeasurementAttested(bytes32 indexed measurement, address indexed operator, uint256 operators);
    /// @notice CANARY -> ACTIVE.
    event MeasurementPromoted(bytes32 indexed measurement, uint256 operators);
    /// @notice ACTIVE -> RETIRING.
    event MeasurementRetiring(bytes32 indexed measurement);
    /// @notice A vote has ended a measurement for ever.
    event MeasurementRevoked(bytes32 indexed measurement, MeasurementStatus from);

    /// @notice The measurement is not where this call starts from.
    error MeasurementRegistryWrongStatus(bytes32 measurement, MeasurementStatus status);
    /// @notice A measurement needs TEE and image.
    error MeasurementRegistryEmptyRecord(bytes32 tee, bytes32 image);
    /// @notice Enclaves of too few distinct operators have attested.
    error MeasurementRegistryTooFewOperators(bytes32 measurement, uint256 operators, uint256 needed);
    /// @notice It has not been CANARY for long enough; Unix seconds.
    error MeasurementRegistryTooEarly(bytes32 measurement, uint256 time, uint256 promotableAt);
    /// @notice Deployed with no operator needed for a promotion.
    error MeasurementRegistryPromotionCountZero();

    /// @notice By vote: admits a measurement as CANARY.
    /// @dev INTEGRATOR: that the image builds from the named commit is for voters to reproduce; no contract can.
    /// @param record what runs, and how to build it
    /// @return measurement its hash
    function approve(MeasurementRecord calldata record) external returns (bytes32 measurement);

    /// @notice CANARY -> ACTIVE, by anyone, once enough enclaves of distinct operators have attested with it for long
    /// enough.
    /// @dev VOTERS: operators that were dismissed since still count; the guardian's `withdraw` starts over.
    function promote(bytes32 measurement) external;

    /// @notice By the guardian: CANARY -> NONE. Another vote may admit it again, and its operators must attest again.
    function withdraw(bytes32 measurement) external;

    /// @notice By vote: ACTIVE -> RETIRING. Its enclaves take no seat in what opens later; members of keys serve on,
    /// for as long as they renew their evidence.
    function retire(bytes32 measurement) external;

    /// @notice By vote: at once and for ever. A revoked measurement is never admitted again.
    /// @dev VOTERS: a key with too few other members signs nothing from now on, and keeps its words and shares. Revoke
    /// only what must stop at that price, and let LivenessGuard be the last call of a proposal that must not stop a
    /// key.
    function revoke(bytes32 measurement) external;

    /// @notice By the EnclaveRegistry: an enclave of `operator` has attested with `measurement`.
    /// @param measurement of the enclave
    /// @param operator who runs it
    function noteAttestation(bytes32 measurement, address operator) external;

    /// @notice Whether any enclave may take this measurement up: CANARY or ACTIVE.
    function mayAttest(bytes32 measurement) external view returns (bool);

    /// @notice Whether an enclave with this measurement may take a seat: ACTIVE.
    function maySit(bytes32 measurement) external view returns (bool);

    /// @notice Whether a member with this measurement serves its keys, and may renew its evidence: ACTIVE or RETIRING.
    function mayServe(bytes32 measurement) external view returns (bool);

    /// @notice Name of the source of its sealing keys; zero where nothing is sealed.
    function sealingOf(bytes32 measurement) external view returns (bytes32);

    /// @notice Hash of what runs: one image under one configuration, in one kind of TEE.
    /// @param tee kind of TEE
    /// @param image SHA-256 of the one bundled file, or hash of the registers
    /// @param configuration Keccak-256 of the measured configuration; zero where the registers hold it
    /// @return that hash
    function measurementOf(bytes32 tee, bytes32 image, bytes32 configuration) external pure returns (bytes32);

    /// @notice Where the measurement is in its life; NONE if no vote has admitted it.
    function status(bytes32 measurement) external view returns (MeasurementStatus);

    /// @notice Everything about one measurement; its status is NONE if no vote has admitted it.
    function measurement(bytes32 id) external view returns (MeasurementView memory);

    /// @notice Enclaves of so many distinct operators must attest before a CANARY is promoted.
    function promotionCount() external view returns (uint16);

    /// @notice Seconds that a measurement is CANARY at least.
    function minimumCanaryTime() external view returns (uint48);

    /// @notice Measurements that a vote ever admitted.
    function measurementCount() external view returns (uint256);

    /// @notice The measurement at a position, in the order of their first admission, counted from 0.
    function measurementAt(uint256 position) external view returns (bytes32);
}
