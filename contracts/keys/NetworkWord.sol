// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {Beat, Network} from "./KeyTypes.sol";

/// @title The one word that enclaves read about all keys
abstract contract NetworkWord is KeyStorage {
    uint32 private constant MIN_BEAT_BOUND = 1 minutes;
    uint32 private constant MAX_BEAT_BOUND = 1 days;
    uint32 private constant MAX_RELEASES = 65_536;
    /// @dev what enclaves want anyway (docs/formats.md, REQUEST_TOO_LATE)
    uint32 private constant MIN_MARGIN = 15 minutes;
    /// @dev what requests must leave at READY has room for no more (RequestRules.READY_ROOM)
    uint32 private constant MAX_MARGIN = 20 minutes;

    constructor(Beat memory beat_) {
        _setBeat(beat_.beatBound, beat_.releasesPerBeat, beat_.margin);
    }

    /// @inheritdoc IKeyRegistry
    function setBeat(uint32 beatBound, uint32 releasesPerBeat, uint32 margin) external restricted {
        _setBeat(beatBound, releasesPerBeat, margin);
    }

    /// @inheritdoc IKeyRegistry
    function network() external view returns (Network memory) {
        return _network;
    }

    function _setBeat(uint32 beatBound, uint32 releasesPerBeat, uint32 margin) private {
        _requireWithin(beatBound, MIN_BEAT_BOUND, MAX_BEAT_BOUND);
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
