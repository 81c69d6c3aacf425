// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {KeyId} from "../types/Ids.sol";
import {KEY_TAG} from "../types/Tags.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {Ceremony, Fork, Key, KeyStatus, Network, Row} from "./KeyTypes.sol";

/// @title What enclaves read of the KeyRegistry (docs/storage.md), and how its parts reach it
abstract contract KeyStorage is IKeyRegistry, AccessManaged {
    mapping(KeyId keyId => Key) internal _keys;
    mapping(KeyId keyId => Ceremony) internal _ceremonies;
    mapping(KeyId keyId => mapping(address requester => Row)) internal _rows;
    Network internal _network;
    uint256 internal _count;
    /// @dev from 1 on; there is none at 0
    mapping(uint256 index => Fork) internal _forks;
    uint256 internal _forkCount;

    /// @inheritdoc IKeyRegistry
    function key(KeyId keyId) external view returns (Key memory) {
        return _keys[keyId];
    }

    /// @inheritdoc IKeyRegistry
    function ceremonyOf(KeyId keyId) external view returns (Ceremony memory) {
        return _ceremonies[keyId];
    }

    /// @inheritdoc IKeyRegistry
    function rowOf(KeyId keyId, address requester) external view returns (Row memory) {
        return _rows[keyId][requester];
    }

    /// @inheritdoc IKeyRegistry
    function network() external view returns (Network memory) {
        return _network;
    }

    /// @inheritdoc IKeyRegistry
    function keyCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IKeyRegistry
    function keyIdAt(uint256 index) public view returns (KeyId) {
        return KeyId.wrap(keccak256(abi.encode(KEY_TAG, block.chainid, address(this), index)));
    }

    function _require(KeyId keyId) internal view returns (Key storage entry) {
        entry = _keys[keyId];
        require(entry.status != KeyStatus.None, KeyRegistryUnknownKey(keyId));
    }

    function _requireStatus(KeyId keyId, KeyStatus needed) internal view returns (Key storage entry) {
        entry = _keys[keyId];
        require(entry.status == needed, KeyRegistryWrongStatus(keyId, entry.status, needed));
    }

    /// @dev Whoever may pause a key for as long as it likes is the vote; who else is let in takes back or stops for a
    /// while.
    function _isVote(address caller) internal view returns (bool allowed) {
        (allowed,) = IAccessManager(authority()).canCall(caller, address(this), this.pause.selector);
    }
}
