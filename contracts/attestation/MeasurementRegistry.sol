// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Described} from "../types/Described.sol";
import {
    IMeasurementRegistry,
    MeasurementRecord,
    MeasurementStatus,
    MeasurementView
} from "./IMeasurementRegistry.sol";
import {measurementHash} from "./Measurement.sol";

/// @title What may run: measurements that the DAO has voted for, and where each is in its life
contract MeasurementRegistry is IMeasurementRegistry, AccessManaged, Described {
    /// @dev The first slot is read by enclaves (docs/storage.md); it holds these three fields and nothing else.
    struct Life {
        MeasurementStatus status;
        uint48 votedAt;
        uint48 activeAt;
    }

    struct Measurement {
        Life life;
        MeasurementRecord record;
        /// @dev how often a vote has admitted it
        uint32 round;
        uint16 operators;
        mapping(uint32 round => mapping(address operator => bool)) attested;
    }

    mapping(bytes32 measurement => Measurement) private _measurements;
    bytes32[] private _ids;
    uint16 private immutable _promotionCount;
    uint48 private immutable _minimumCanaryTime;

    constructor(address authority_, uint16 promotionCount_, uint48 minimumCanaryTime_) AccessManaged(authority_) {
        require(promotionCount_ > 0, MeasurementRegistryPromotionCountZero());
        _promotionCount = promotionCount_;
        _minimumCanaryTime = minimumCanaryTime_;
    }

    /// @inheritdoc IMeasurementRegistry
    function approve(MeasurementRecord calldata record) external restricted returns (bytes32 id) {
        require(
            record.tee != 0 && record.image != 0, MeasurementRegistryEmptyRecord(record.tee, record.image)
        );
        id = measurementHash(record.tee, record.image, record.configuration);
        Measurement storage entry = _measurements[id];
        require(entry.life.status == MeasurementStatus.None, MeasurementRegistryWrongStatus(id, entry.life.status));

        entry.life.status = MeasurementStatus.Canary;
        entry.life.votedAt = uint48(block.timestamp);
        entry.record = record;
        entry.operators = 0;
        if (++entry.round == 1) _ids.push(id);
        emit MeasurementVoted(id, record.tee, record);
    }

    /// @inheritdoc IMeasurementRegistry
    function promote(bytes32 id) external {
        Measurement storage entry = _measurements[id];
        _requireStatus(id, entry, MeasurementStatus.Canary);
        uint256 promotableAt = uint256(entry.life.votedAt) + _minimumCanaryTime;
        require(block.timestamp >= promotableAt, MeasurementRegistryTooEarly(id, block.timestamp, promotableAt));
        require(
            entry.operators >= _promotionCount,
            MeasurementRegistryTooFewOperators(id, entry.operators, _promotionCount)
        );

        entry.life.status = MeasurementStatus.Active;
        entry.life.activeAt = uint48(block.timestamp);
        emit MeasurementPromoted(id, entry.operators);
    }

    /// @inheritdoc IMeasurementRegistry
    function withdraw(bytes32 id) external restricted {
        Measurement storage entry = _measurements[id];
        _requireStatus(id, entry, MeasurementStatus.Canary);

        entry.life = Life(MeasurementStatus.None, 0, 0);
        emit MeasurementWithdrawn(id, msg.sender);
    }

    /// @inheritdoc IMeasurementRegistry
    function retire(bytes32 id) external restricted {
        Measurement storage entry = _measurements[id];
        _requireStatus(id, entry, MeasurementStatus.Active);

        entry.life.status = MeasurementStatus.Retiring;
        emit MeasurementRetiring(id);
    }

    /// @inheritdoc IMeasurementRegistry
    function revoke(bytes32 id) external restricted {
        Measurement storage entry = _measurements[id];
        MeasurementStatus from = entry.life.status;
        require(
            from != MeasurementStatus.None && from != MeasurementStatus.Revoked,
            MeasurementRegistryWrongStatus(id, from)
        );

        entry.life.status = MeasurementStatus.Revoked;
        emit MeasurementRevoked(id, from);
    }

    /// @inheritdoc IMeasurementRegistry
    function noteAttestation(bytes32 id, address operator) external restricted {
        require(mayAttest(id), MeasurementRegistryWrongStatus(id, _measurements[id].life.status));
        Measurement storage entry = _measurements[id];
        // beyond any promotion count nothing depends on the number: a counter that wraps must stop no registration
        if (entry.attested[entry.round][operator] || entry.operators == type(uint16).max) return;

        entry.attested[entry.round][operator] = true;
        ++entry.operators;
        emit MeasurementAttested(id, operator, entry.operators);
    }

    /// @inheritdoc IMeasurementRegistry
    function measurementOf(bytes32 tee, bytes32 image, bytes32 configuration) external pure returns (bytes32) {
        return measurementHash(tee, image, configuration);
    }

    /// @inheritdoc IMeasurementRegistry
    function sealingOf(bytes32 id) external view returns (bytes32) {
        return _measurements[id].record.sealing;
    }

    /// @inheritdoc IMeasurementRegistry
    function status(bytes32 id) external view returns (MeasurementStatus) {
        return _measurements[id].life.status;
    }

    /// @inheritdoc IMeasurementRegistry
    function promotionCount() external view returns (uint16) {
        return _promotionCount;
    }

    /// @inheritdoc IMeasurementRegistry
    function minimumCanaryTime() external view returns (uint48) {
        return _minimumCanaryTime;
    }

    /// @inheritdoc IMeasurementRegistry
    function measurementCount() external view returns (uint256) {
        return _ids.length;
    }

    /// @inheritdoc IMeasurementRegistry
    function measurementAt(uint256 position) external view returns (bytes32) {
        return _ids[position];
    }

    /// @inheritdoc IMeasurementRegistry
    function measurement(bytes32 id) external view returns (MeasurementView memory) {
        Measurement storage entry = _measurements[id];
        return MeasurementView({
            measurement: id,
            status: entry.life.status,
            votedAt: entry.life.votedAt,
            activeAt: entry.life.activeAt,
            operators: entry.operators,
            record: entry.record
        });
    }

    /// @inheritdoc IMeasurementRegistry
    function maySit(bytes32 id) external view returns (bool) {
        return _measurements[id].life.status == MeasurementStatus.Active;
    }

    /// @inheritdoc IMeasurementRegistry
    function mayServe(bytes32 id) external view returns (bool) {
        MeasurementStatus current = _measurements[id].life.status;
        return current == MeasurementStatus.Active || current == MeasurementStatus.Retiring;
    }

    /// @inheritdoc IMeasurementRegistry
    function mayAttest(bytes32 id) public view returns (bool) {
        MeasurementStatus current = _measurements[id].life.status;
        return current == MeasurementStatus.Canary || current == MeasurementStatus.Active;
    }

    function _requireStatus(bytes32 id, Measurement storage entry, MeasurementStatus expected) private view {
        require(entry.life.status == expected, MeasurementRegistryWrongStatus(id, entry.life.status));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate MeasurementRegistry";
        description = "What may run: measurements that the DAO has voted for, and where each is in its life.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IMeasurementRegistry).interfaceId;
    }
}
