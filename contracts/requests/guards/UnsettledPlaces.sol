// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, RequestId} from "../../types/Ids.sol";
import {ISpendingLimits} from "./ISpendingLimits.sol";

/// @title How many payloads of a delegate may be signed and not settled: one place each, or for a row of replacements, per requests contract, key, delegate and path
/// @dev Places belong to a delegate and not to its limits: another vote empties no place.
abstract contract UnsettledPlaces is ISpendingLimits {
    /// @dev Forward only, so a request takes one place, and frees it or leaves it to a replacement once.
    enum Stage {
        None,
        Charged,
        Unsettled,
        Settled
    }

    struct Charge {
        Stage stage;
        /// @dev of the limits that it was drawn on
        uint32 epoch;
    }

    mapping(address requests => mapping(RequestId id => Charge)) private _charges;
    mapping(address requests => mapping(KeyId keyId => mapping(address requester => mapping(bytes32 path => uint16))))
        private _unsettled;

    /// @inheritdoc ISpendingLimits
    function settle(RequestId id, KeyId keyId, address requester, bytes32 path) external {
        require(_hasPlace(id), SpendingLimitsNothingToSettle(id));

        _charges[msg.sender][id].stage = Stage.Settled;
        uint16 unsettled = --_unsettled[msg.sender][keyId][requester][path];
        emit PlaceFreed(msg.sender, keyId, requester, path, id, unsettled);
    }

    /// @inheritdoc ISpendingLimits
    function unsettledOf(address requests, KeyId keyId, address requester, bytes32 path)
        external
        view
        returns (uint16)
    {
        return _unsettled[requests][keyId][requester][path];
    }

    function _noteCharge(RequestId id, KeyId keyId, address requester, uint32 epoch) internal {
        _charges[msg.sender][id] = Charge(Stage.Charged, epoch);
        emit RequestCharged(msg.sender, keyId, requester, id);
    }

    /// @dev What was asked for while its requester was no delegate was never charged; what was charged to limits that have ended is void.
    function _requireCharged(RequestId id, uint32 since) internal view {
        Charge storage charged = _charges[msg.sender][id];
        require(charged.stage == Stage.Charged && charged.epoch >= since, SpendingLimitsNotCharged(id));
    }

    function _hasPlace(RequestId id) internal view returns (bool) {
        return _charges[msg.sender][id].stage == Stage.Unsettled;
    }

    function _movePlace(RequestId from, RequestId to, KeyId keyId, address requester, bytes32 path) internal {
        _charges[msg.sender][from].stage = Stage.Settled;
        _charges[msg.sender][to].stage = Stage.Unsettled;
        emit PlaceMoved(msg.sender, keyId, requester, path, from, to);
    }

    function _takePlace(RequestId id, KeyId keyId, address requester, bytes32 path, uint16 maximum) internal {
        uint16 unsettled = _unsettled[msg.sender][keyId][requester][path];
        require(unsettled < maximum, SpendingLimitsNoPlace(keyId, requester, path, unsettled, maximum));

        _charges[msg.sender][id].stage = Stage.Unsettled;
        _unsettled[msg.sender][keyId][requester][path] = ++unsettled;
        emit PlaceTaken(msg.sender, keyId, requester, path, id, unsettled);
    }
}
