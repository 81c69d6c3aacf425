// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../../keys/KeyTypes.sol";
import {MandateId, RequestId} from "../../types/Ids.sol";
import {page} from "../../types/Page.sol";
import {IMandates, Mandate, MandateState, MandateTerms, MandateView} from "./IMandates.sol";
import {Intent} from "../ISigningRequests.sol";
import {MandateHash} from "./MandateHash.sol";
import {MandateRules} from "./MandateRules.sol";
import {RequestOpening} from "../RequestOpening.sol";

/// @title Requests whose effects are voted, and whose bytes an executor fills in
abstract contract Mandates is IMandates, RequestOpening {
    struct Placing {
        MandateState state;
        uint48 placedAt;
        /// @dev as the delay of then says
        uint48 readyAt;
        uint48 deadline;
    }

    mapping(MandateId id => Placing) private _placings;
    /// @dev a mandate's counter is its place among all, counted from 1
    mapping(uint256 counter => MandateId) private _mandateIds;
    uint64 private _mandateCount;

    /// @inheritdoc IMandates
    function placeMandate(Mandate calldata mandate) external returns (MandateId id) {
        (uint32 delay, Scheme scheme,) = _keys.requireRequestable(mandate.keyId, msg.sender, mandate.kind);
        uint48 readyAt = uint48(block.timestamp) + delay;
        MandateRules.requireValid(mandate, scheme, readyAt);

        uint64 counter = ++_mandateCount;
        id = MandateHash.id(msg.sender, counter, MandateHash.hashOf(mandate));
        _mandateIds[counter] = id;
        _placings[id] = Placing(MandateState.Placed, uint48(block.timestamp), readyAt, mandate.deadline);
        emit MandatePlaced(id, mandate.keyId, msg.sender, counter, mandate);
    }

    /// @inheritdoc IMandates
    function cancelMandate(address requester, uint64 counter, bytes32 mandateHash) external {
        MandateId id = MandateHash.id(requester, counter, mandateHash);
        Placing storage placing = _requirePlaced(id);
        if (msg.sender != requester) _checkCanCall(msg.sender, msg.data);

        placing.state = MandateState.Cancelled;
        emit MandateCancelled(id, msg.sender);
    }

    /// @inheritdoc IMandates
    function fill(MandateTerms calldata terms, Intent calldata intent) external returns (RequestId requestId) {
        uint256 fees = MandateHash.feesFrom(intent.effects);
        bytes32 mandate = MandateHash.hashOf(terms, intent, fees);
        MandateId id = MandateHash.id(terms.requester, terms.counter, mandate);
        Placing storage placing = _requirePlaced(id);
        bool mayFill = terms.executor == address(0) || terms.executor == msg.sender;
        require(mayFill, MandatesWrongExecutor(id, msg.sender, terms.executor));
        require(RequestId.unwrap(intent.replaces) == 0, MandatesReplacement(id, intent.replaces));
        MandateRules.requireFees(id, terms.feeCaps, intent.effects, fees);

        placing.state = MandateState.Filled;
        bool limited;
        uint48 earliest = placing.readyAt > block.timestamp ? placing.readyAt : uint48(block.timestamp);
        (requestId, limited) = _open(intent, terms.requester, placing.placedAt, earliest);
        emit MandateFilled(id, requestId, msg.sender);

        if (limited) _limits.charge(requestId, intent.keyId, terms.requester, intent.kind, intent.effects);
    }

    /// @inheritdoc IMandates
    function mandateHashOf(Mandate calldata mandate) external pure returns (bytes32) {
        return MandateHash.hashOf(mandate);
    }

    /// @inheritdoc IMandates
    function mandateId(address requester, uint64 counter, bytes32 mandateHash) external view returns (MandateId) {
        return MandateHash.id(requester, counter, mandateHash);
    }

    /// @inheritdoc IMandates
    function mandateStateOf(MandateId id) external view returns (MandateState) {
        return _stateOf(_placings[id]);
    }

    /// @inheritdoc IMandates
    function mandateCount() external view returns (uint64) {
        return _mandateCount;
    }

    /// @inheritdoc IMandates
    function mandates(uint256 offset, uint256 limit) external view returns (MandateView[] memory list) {
        (uint256 from, uint256 size) = page(offset, limit, _mandateCount);
        list = new MandateView[](size);
        for (uint256 i = 0; i < size; ++i) {
            MandateId id = _mandateIds[from + i + 1];
            Placing storage placing = _placings[id];
            list[i] = MandateView(id, _stateOf(placing), placing.placedAt, placing.readyAt, placing.deadline);
        }
    }

    function _requirePlaced(MandateId id) private view returns (Placing storage placing) {
        placing = _placings[id];
        MandateState state = _stateOf(placing);
        require(state == MandateState.Placed, MandatesWrongState(id, state, MandateState.Placed));
    }

    /// @dev Only time makes a mandate EXPIRED; nothing is written then.
    function _stateOf(Placing storage placing) private view returns (MandateState) {
        bool expired = placing.state == MandateState.Placed && block.timestamp > placing.deadline;
        return expired ? MandateState.Expired : placing.state;
    }
}
