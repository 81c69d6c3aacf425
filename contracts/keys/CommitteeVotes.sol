// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {KeyId} from "../types/Ids.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyRules} from "./KeyRules.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {CommitteeParameters, KeyStatus} from "./KeyTypes.sol";

/// @title Votes that would move a key's shares to another committee, and their delay
abstract contract CommitteeVotes is KeyStorage {
    struct Proposed {
        bytes32 hash;
        uint48 effectiveAt;
    }

    mapping(KeyId keyId => Proposed) private _proposed;
    uint48 private immutable _committeeDelay;

    constructor(uint48 committeeDelay_) {
        _committeeDelay = committeeDelay_;
    }

    /// @inheritdoc IKeyRegistry
    function proposeCommittee(KeyId keyId, CommitteeParameters calldata committee) external restricted {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        KeyRules.requireCommittee(committee);
        bytes32 hash = keccak256(abi.encode(committee));
        uint48 effectiveAt = uint48(block.timestamp) + _committeeDelay;

        _proposed[keyId] = Proposed(hash, effectiveAt);
        emit CommitteeProposed(keyId, entry.epoch + 1, hash, effectiveAt, committee);
    }

    /// @inheritdoc IKeyRegistry
    function withdrawCommittee(KeyId keyId) external restricted {
        Proposed memory proposed = _proposed[keyId];
        (bool byVote,) = IAccessManager(authority()).canCall(msg.sender, address(this), this.proposeCommittee.selector);
        require(
            proposed.hash != 0 && (byVote || block.timestamp < proposed.effectiveAt),
            KeyRegistryNothingToWithdraw(keyId, proposed.effectiveAt, block.timestamp)
        );

        delete _proposed[keyId];
        emit CommitteeWithdrawn(keyId, proposed.hash, msg.sender);
    }

    /// @inheritdoc IKeyRegistry
    function proposedCommittee(KeyId keyId) external view returns (bytes32 hash, uint48 effectiveAt) {
        Proposed storage proposed = _proposed[keyId];
        return (proposed.hash, proposed.effectiveAt);
    }

    /// @inheritdoc IKeyRegistry
    function committeeDelay() external view returns (uint48) {
        return _committeeDelay;
    }
}
