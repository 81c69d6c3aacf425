// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader} from "../ISigningRequests.sol";
import {RequestHash} from "../RequestHash.sol";
import {ISpendingLimits} from "./ISpendingLimits.sol";

/// @title How many payloads of a delegate may be signed and not settled: one place each, per requests contract, key,
/// delegate and path
/// @dev Places belong to a delegate and not to its limits: neither a vote nor a raise of the row empties one.
abstract contract UnsettledPlaces is ISpendingLimits {
    /// @dev Forward only, so a request takes one place, and frees it once.
    enum State {
        None,
        Taken,
        Freed
    }

    struct Place {
        State state;
        /// @dev of which key, delegate, path and kind, as `_rowOf`
        uint248 row;
    }

    /// @dev `used` stays, so that the slot is never zero again: a place taken after all were free costs 17,000 gas
    /// less.
    struct Count {
        uint16 unsettled;
        bool used;
    }

    mapping(ISigningRequests requests => mapping(RequestId id => Place)) private _places;
    mapping(
        ISigningRequests requests
            => mapping(KeyId keyId => mapping(address requester => mapping(bytes32 path => Count)))
    ) private _counts;

    /// @inheritdoc ISpendingLimits
    function unsettledOf(ISigningRequests requests, KeyId keyId, address requester, bytes32 path)
        external
        view
        returns (uint16)
    {
        return _counts[requests][keyId][requester][path].unsettled;
    }

    /// @inheritdoc ISpendingLimits
    function hasPlace(ISigningRequests requests, RequestId id) external view returns (bool) {
        return _places[requests][id].state == State.Taken;
    }

    /// @dev Of a row of replacements at most one can be final, so one place stands for all, and stays with the first. A
    /// first that is settled has none to share: what its watcher has seen final or void is not to be signed again.
    function _sharePlace(RequestId id, RequestHeader calldata header) internal view {
        Place memory place = _places[ISigningRequests(msg.sender)][header.replaces];
        require(
            place.state == State.Taken && place.row == _rowOf(header),
            SpendingLimitsNoPlaceToShare(id, header.replaces)
        );
    }

    function _takePlace(RequestId id, RequestHeader calldata header, uint16 maximum) internal {
        ISigningRequests requests = ISigningRequests(msg.sender);
        (KeyId keyId, address requester, bytes32 path) = (header.keyId, header.requester, header.path);
        Count storage count = _counts[requests][keyId][requester][path];
        uint16 unsettled = count.unsettled;
        require(unsettled < maximum, SpendingLimitsNoPlace(keyId, requester, path, unsettled, maximum));
        require(_places[requests][id].state == State.None, SpendingLimitsPlaceTaken(id));

        _places[requests][id] = Place(State.Taken, _rowOf(header));
        (count.unsettled, count.used) = (++unsettled, true);
        emit PlaceTaken(requests, keyId, requester, path, id, unsettled);
    }

    function _freePlace(ISigningRequests requests, RequestHeader calldata header) internal {
        RequestId id = RequestHash.id(header, address(requests));
        require(_places[requests][id].state == State.Taken, SpendingLimitsNothingToSettle(id));
        (KeyId keyId, address requester, bytes32 path) = (header.keyId, header.requester, header.path);

        _places[requests][id].state = State.Freed;
        uint16 unsettled = --_counts[requests][keyId][requester][path].unsettled;
        emit PlaceFreed(requests, keyId, requester, path, id, unsettled, msg.sender);
    }

    function _rowOf(RequestHeader calldata header) private pure returns (uint248) {
        bytes32 hash = keccak256(abi.encode(header.keyId, header.requester, header.path, header.kind));
        return uint248(uint256(hash));
    }
}
