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
        // while no key exists there is nothing to protect
        uint48 effectiveAt = uint48(block.timestamp) + (_count == 0 ? 0 : _forkDelay);

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
        if (block.timestamp >= effectiveAt) {
            require(_isVote(msg.sender), KeyRegistryForkInEffect(epoch, effectiveAt, block.timestamp));
        }

        delete _forks[count];
        _forkCount = count - 1;
        emit ForkWithdrawn(epoch, msg.sender);
    }
}
