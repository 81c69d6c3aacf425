// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {MAX_FORKS} from "../types/Limits.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {Fork, Shape} from "./KeyTypes.sol";

/// @title Forks of the consensus layer that came after the enclaves' image, in order of their epochs
/// @dev A fork names one of the formats that enclaves have compiled in. It carries no generalised index: one that a
/// vote could choose would point at whatever a proposer writes into a block.
abstract contract KeyForks is KeyStorage {
    /// @dev when a fork that a guardian has taken back would have been in effect
    mapping(uint256 fork => uint48 effectiveAt) private _takenBack;
    uint48 private immutable _forkDelay;

    constructor(uint48 forkDelay_) {
        _forkDelay = forkDelay_;
    }

    /// @inheritdoc IKeyRegistry
    function addFork(bytes4 version, uint40 epoch, Shape shape) external restricted {
        uint256 count = _forkCount;
        Fork storage last = _forks[count];
        require(count < MAX_FORKS, KeyRegistryTooManyForks());
        require(epoch > last.epoch, KeyRegistryForkNotLater(epoch, last.epoch));
        require(shape != Shape.None && shape >= last.shape, KeyRegistryForkShape(shape, last.shape));
        // under a version that is there already, the running fork would get another format
        for (uint256 i = count; i > 0; --i) {
            require(version != _forks[i].version, KeyRegistryForkVersionKnown(version, _forks[i].epoch));
        }
        uint256 name = _nameOf(version, epoch, shape);
        uint48 effectiveAt = _effectiveAt(_takenBack[name]);

        delete _takenBack[name];
        Fork storage next = _forks[_forkCount = count + 1];
        (next.version, next.epoch, next.shape, next.effectiveAt) = (version, epoch, shape, effectiveAt);
        emit ForkAdded(epoch, version, shape, effectiveAt);
    }

    /// @inheritdoc IKeyRegistry
    function withdrawFork(uint40 epoch) external restricted {
        uint256 count = _forkCount;
        Fork storage last = _forks[count];
        require(count != 0 && epoch == last.epoch, KeyRegistryNotLastFork(epoch, last.epoch));
        uint48 effectiveAt = last.effectiveAt;
        bool byVote = _isVote(msg.sender);
        require(
            byVote || block.timestamp < effectiveAt, KeyRegistryForkInEffect(epoch, effectiveAt, block.timestamp)
        );

        if (!byVote) _takenBack[_nameOf(last.version, epoch, last.shape)] = effectiveAt;
        delete _forks[count];
        _forkCount = count - 1;
        emit ForkWithdrawn(epoch, msg.sender);
    }

    /// @dev While no key exists there is nothing to protect. A guardian that takes a fork back costs a vote and no
    /// second delay: one that comes too late stops every enclave for good, and no guardian may do that. It has been
    /// announced for as long as any other; but not for ever, for a guardian may have been right.
    function _effectiveAt(uint48 before) private view returns (uint48) {
        uint48 time = uint48(block.timestamp);
        if (_count == 0) return time;
        if (before == 0 || time > before + _forkDelay) return time + _forkDelay;
        return before > time ? before : time;
    }

    function _nameOf(bytes4 version, uint40 epoch, Shape shape) private pure returns (uint256) {
        return uint256(uint32(version)) << 48 | uint256(epoch) << 8 | uint256(shape);
    }
}
