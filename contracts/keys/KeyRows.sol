// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {PayloadKinds} from "../types/Kinds.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyPauses} from "./KeyPauses.sol";
import {KeyRules} from "./KeyRules.sol";
import {Key, KeyStatus, Row, RowParameters, Scheme} from "./KeyTypes.sol";

/// @title What keys may sign, and for whom: one row for each requester, and none touches another
abstract contract KeyRows is KeyPauses {
    mapping(KeyId keyId => mapping(address requester => address)) private _modules;
    /// @dev whose row an Ed25519 key had last; whether it is still there, the row says
    mapping(KeyId keyId => address requester) private _sole;
    /// @dev the guard of a requester that was dismissed
    address private immutable _closed;

    constructor(address closed_) {
        _closed = closed_;
    }

    /// @inheritdoc IKeyRegistry
    function setRow(KeyId keyId, RowParameters calldata said) external restricted {
        _setRow(keyId, _require(keyId).scheme, said);
    }

    /// @inheritdoc IKeyRegistry
    function removeRow(KeyId keyId, address requester) external restricted {
        uint40 epoch = _requireRow(keyId, requester).epoch + 1;

        _rows[keyId][requester] = Row(address(0), epoch, 0, 0);
        delete _modules[keyId][requester];
        emit RowRemoved(keyId, requester, epoch);
    }

    /// @inheritdoc IKeyRegistry
    function raise(KeyId keyId, address requester) external {
        Row storage row = _requireRow(keyId, requester);
        // whoever is dismissed must not overtake what a vote asks for in its name
        bool own = msg.sender == requester && row.guard != _closed;
        if (!own && msg.sender != row.guard) _checkCanCall(msg.sender, msg.data);

        uint40 epoch = ++row.epoch;
        emit RowRaised(keyId, requester, epoch, msg.sender);
    }

    /// @inheritdoc IKeyRegistry
    function requireRequestable(KeyId keyId, address requester, uint8 kind)
        external
        view
        returns (uint40 epoch, uint32 delay, address guard, Scheme scheme)
    {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        _requireNotPaused(keyId, entry.pausedUntil);
        Row memory row = _rows[keyId][requester];
        require(
            PayloadKinds.isIn(kind, row.kinds), KeyRegistryKindNotAllowed(keyId, requester, kind, row.kinds)
        );
        return (row.epoch, row.delay, row.guard, entry.scheme);
    }

    /// @inheritdoc IKeyRegistry
    function moduleOf(KeyId keyId, address requester) external view returns (address) {
        return _modules[keyId][requester];
    }

    function _setRow(KeyId keyId, Scheme scheme, RowParameters calldata said) internal {
        address requester = said.requester;
        KeyRules.requireRow(keyId, scheme, said);
        if (scheme == Scheme.Ed25519) _takeSoleRow(keyId, requester);

        uint40 epoch = _rows[keyId][requester].epoch + 1;
        _rows[keyId][requester] = Row(said.guard, epoch, said.kinds, said.delay);
        _modules[keyId][requester] = said.module;
        emit RowSet(keyId, requester, epoch, said.guard, said.module, said.kinds, said.delay);
    }

    function _takeSoleRow(KeyId keyId, address requester) private {
        address present = _sole[keyId];
        require(
            present == requester || _rows[keyId][present].kinds == 0,
            KeyRegistrySecondRow(keyId, requester, present)
        );
        _sole[keyId] = requester;
    }

    function _requireRow(KeyId keyId, address requester) private view returns (Row storage row) {
        row = _rows[keyId][requester];
        require(row.kinds != 0, KeyRegistryNoRow(keyId, requester));
    }
}
