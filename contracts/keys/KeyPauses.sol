// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {Beat, Key} from "./KeyTypes.sol";

/// @title The network word, and how keys are stopped: by a guardian for a while, by a vote for as long as it says
/// @dev Whatever a guardian splits and combines, it stops a key for 14 of any 21 days at most: its own suspension, then
/// the network's. The cool-downs are the keys', not the guardian's: more guardians stop a key no longer than one.
abstract contract KeyPauses is KeyStorage {
    uint48 private constant MAX_SUSPENSION = 7 days;
    uint32 private constant MAX_BEAT_BOUND = 1 days;
    uint32 private constant MAX_RELEASES = 2 ** 20;
    /// @dev what enclaves want anyway (docs/formats.md, REQUEST_TOO_LATE)
    uint32 private constant MIN_MARGIN = 15 minutes;
    /// @dev what requests must leave at READY has room for no more (RequestRules.READY_ROOM)
    uint32 private constant MAX_MARGIN = 20 minutes;
    KeyId private constant NETWORK = KeyId.wrap(0);

    /// @dev Under zero, which is no key's id, the network's.
    mapping(KeyId keyId => uint48 time) private _suspendableAt;
    uint32 private immutable _minimumBeatBound;

    constructor(Beat memory beat_) {
        _requireWithin(beat_.minimumBeatBound, 1, MAX_BEAT_BOUND);
        _minimumBeatBound = beat_.minimumBeatBound;
        _setBeat(beat_.beatBound, beat_.releasesPerBeat, beat_.margin);
    }

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
    function setBeat(uint32 beatBound, uint32 releasesPerBeat, uint32 margin) external restricted {
        _setBeat(beatBound, releasesPerBeat, margin);
    }

    /// @inheritdoc IKeyRegistry
    function minimumBeatBound() external view returns (uint32) {
        return _minimumBeatBound;
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
        require(!_isVote(msg.sender), KeyRegistryMayPause(msg.sender));

        until = uint48(block.timestamp) + duration;
        if (until <= pausedUntil) return pausedUntil;
        _suspendableAt[keyId] = until + MAX_SUSPENSION;
    }

    function _setBeat(uint32 beatBound, uint32 releasesPerBeat, uint32 margin) private {
        _requireWithin(beatBound, _minimumBeatBound, MAX_BEAT_BOUND);
        _requireWithin(releasesPerBeat, 1, MAX_RELEASES);
        _requireWithin(margin, MIN_MARGIN, MAX_MARGIN);

        _network.beatBound = beatBound;
        _network.releasesPerBeat = releasesPerBeat;
        _network.margin = margin;
        emit BeatSet(beatBound, releasesPerBeat, margin);
    }

    function _requireWithin(uint32 value, uint32 minimum, uint32 maximum) private pure {
        require(value >= minimum && value <= maximum, KeyRegistryBeatOutOfBounds(value, minimum, maximum));
    }
}
