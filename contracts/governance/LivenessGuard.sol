// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {Key, KeyStatus} from "../keys/KeyTypes.sol";
import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {ILivenessGuard} from "./ILivenessGuard.sol";

/// @title Last call of a proposal that must not stop a key
contract LivenessGuard is ILivenessGuard, Described {
    IKeyRegistry private immutable _keys;

    constructor(IKeyRegistry keys_) {
        _keys = keys_;
    }

    /// @inheritdoc ILivenessGuard
    function requireLive(KeyId[] calldata keyIds, uint16 margin) external view {
        require(keyIds.length != 0, LivenessGuardNothingNamed());
        for (uint256 i = 0; i < keyIds.length; ++i) _requireLive(keyIds[i], margin);
    }

    /// @inheritdoc ILivenessGuard
    function keys() external view returns (IKeyRegistry) {
        return _keys;
    }

    function _requireLive(KeyId keyId, uint16 margin) private view {
        Key memory key = _keys.key(keyId);
        require(key.status == KeyStatus.Active, LivenessGuardNotActive(keyId, key.status));
        uint256 needed = uint256(key.threshold) + margin;
        uint16 live = _keys.liveMembers(keyId);
        require(live >= needed, LivenessGuardTooFewLive(keyId, live, needed));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate LivenessGuard";
        description = "Makes a proposal revert unless the keys that it names go on.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ILivenessGuard).interfaceId;
    }
}
