// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {KeyId} from "../types/Ids.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyStorage} from "./KeyStorage.sol";

/// @title How a key, or every key, is stopped: by a guardian for a while, by a vote for as long as it says
/// @dev Whatever a guardian splits and combines, it stops a key for 14 of any 21 days at most: its own suspension, then the network's.
abstract contract Pauses is KeyStorage {
    uint48 private constant MAX_SUSPENSION = 7 days;
    KeyId private constant NETWORK = KeyId.wrap(0);

    /// @inheritdoc IKeyRegistry
    function suspend(KeyId keyId, uint48 duration) external restricted {
        Key storage entry = _require(keyId);
        uint48 until = _suspend(keyId, duration, entry.pausedUntil);
        if (until == entry.pausedUntil) return;

        entry.pausedUntil = until;
        emit KeySuspended(keyId, msg.sender, until);
    }

    /// @inheritdoc IKeyRegistry
    function pause(KeyId keyId, uint48 until) external restricted {
        _require(keyId).pausedUntil = until;
        emit KeyPaused(keyId, msg.sender, until);
    }

    /// @inheritdoc IKeyRegistry
    function suspendNetwork(uint48 duration) external restricted {
        uint48 until = _suspend(NETWORK, duration, _network.pausedUntil);
        if (until == _network.pausedUntil) return;

        _network.pausedUntil = until;
        emit NetworkSuspended(msg.sender, until);
    }

    /// @inheritdoc IKeyRegistry
    function pauseNetwork(uint48 until) external restricted {
        _network.pausedUntil = until;
        emit NetworkPaused(msg.sender, until);
    }

    /// @inheritdoc IKeyRegistry
    function suspendableAt(KeyId keyId) public view returns (uint48) {
        uint48 own = _suspendableAt[keyId];
        uint48 all = _suspendableAt[NETWORK];
        return own > all ? own : all;
    }

    function _requireNotPaused(KeyId keyId, uint48 pausedUntil) internal view {
        uint48 all = _network.pausedUntil;
        require(block.timestamp >= all, KeyRegistryNetworkPaused(all, block.timestamp));
        require(block.timestamp >= pausedUntil, KeyRegistryPaused(keyId, pausedUntil, block.timestamp));
    }

    /// @dev Never shortens a pause that a vote has set; what changes nothing starts no cool-down either.
    function _suspend(KeyId keyId, uint48 duration, uint48 pausedUntil) private returns (uint48 until) {
        require(duration <= MAX_SUSPENSION, KeyRegistrySuspensionTooLong(keyId, duration, MAX_SUSPENSION));
        uint48 earliest = suspendableAt(keyId);
        require(block.timestamp >= earliest, KeyRegistryCoolingDown(keyId, earliest, block.timestamp));
        (bool mayPause,) = IAccessManager(authority()).canCall(msg.sender, address(this), this.pause.selector);
        require(!mayPause, KeyRegistryMayPause(msg.sender));

        until = uint48(block.timestamp) + duration;
        if (until <= pausedUntil) return pausedUntil;
        _suspendableAt[keyId] = until + MAX_SUSPENSION;
    }
}
