// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry, Traits} from "../attestation/IEnclaveRegistry.sol";
import {Described} from "../types/Described.sol";
import {EnclaveId, KeyId} from "../types/Ids.sol";
import {CommitteeRules} from "./CommitteeRules.sol";
import {CommonTraits} from "./CommonTraits.sol";
import {ICommittees} from "./ICommittees.sol";
import {CommitteeParameters, Diversity, Seats} from "./KeyTypes.sol";

/// @title Who has the seats of a key, who serves, and what members have in common
contract Committees is ICommittees, Described {
    using CommonTraits for Traits[];
    using CommonTraits for Diversity;

    /// @dev A seating while it is worked out; seats and places are as they were before. A bit per seat in `taken` and
    /// `changed`, a bit per reserve in `seated`.
    struct Plan {
        KeyId keyId;
        uint32 attempt;
        Seats from;
        EnclaveId[] members;
        Traits[] traits;
        uint64 taken;
        uint64 changed;
        uint64 seated;
        uint256 step;
        uint256 reached;
    }

    mapping(address keys => mapping(KeyId keyId => Seats)) private _seats;
    IEnclaveRegistry private immutable _enclaves;

    constructor(IEnclaveRegistry enclaves_) {
        _enclaves = enclaves_;
    }

    /// @inheritdoc ICommittees
    function appoint(KeyId keyId, CommitteeParameters calldata committee) external {
        CommitteeRules.requireValid(committee);

        _seats[msg.sender][keyId] = Seats(0, committee.diversity, committee.operators, committee.reserves);
    }

    /// @inheritdoc ICommittees
    function seat(KeyId keyId, uint32 attempt, uint64 suspects) external returns (EnclaveId[] memory) {
        Plan memory plan = _sitDown(keyId, attempt);
        uint256 size = plan.members.length;
        uint256 left = 0;
        for (uint256 i = 0; i < size; ++i) {
            if (plan.taken & _bit(i) == 0 && !_replace(plan, i)) ++left;
        }
        require(left == 0, CommitteesTooFewEligible(keyId, size - left, size));
        plan.step = 0;
        for (uint256 i = 0; i < size; ++i) {
            // whoever has just come to a suspect's seat is no suspect
            if (suspects & ~plan.changed & _bit(i) != 0) _replace(plan, i);
        }
        if (plan.reached != 0) _moveOn(plan);
        return plan.members;
    }

    /// @inheritdoc ICommittees
    function live(EnclaveId[] calldata members) external view returns (uint16 count) {
        for (uint256 i = 0; i < members.length; ++i) {
            if (_enclaves.serves(members[i])) ++count;
        }
    }

    /// @inheritdoc ICommittees
    function obeys(address keys, KeyId keyId, EnclaveId[] calldata members) external view returns (bool) {
        Diversity memory rule = _seats[keys][keyId].diversity;
        return rule.isEmpty() || _traitsOf(members).obeys(rule);
    }

    /// @inheritdoc ICommittees
    function seatsOf(address keys, KeyId keyId) external view returns (Seats memory) {
        return _seats[keys][keyId];
    }

    /// @dev Gives seat i to the first reserve in line that may have it; whom it replaces takes its place, which is then
    /// the last in line. Each is looked at once for seats that nobody has and once for suspects', so that no number of
    /// them is too much for one transaction.
    function _replace(Plan memory plan, uint256 i) private returns (bool) {
        uint256 count = plan.from.reserves.length;
        while (plan.step < count) {
            uint256 place = (plan.from.nextReserve + plan.step++) % count;
            if (plan.seated & _bit(place) != 0 || !_sit(plan, i, plan.from.reserves[place])) continue;

            if (plan.step > plan.reached) plan.reached = plan.step;
            plan.seated |= _bit(place);
            plan.changed |= _bit(i);
            _exchange(plan, i, place);
            return true;
        }
        return false;
    }

    function _exchange(Plan memory plan, uint256 i, uint256 place) private {
        Seats storage seats = _seats[msg.sender][plan.keyId];
        (address operator, address reserve) = (plan.from.operators[i], plan.from.reserves[place]);

        (seats.operators[i], seats.reserves[place]) = (reserve, operator);
        emit SeatChanged(msg.sender, plan.keyId, uint16(i) + 1, plan.attempt, operator, reserve);
    }

    /// @dev Behind the last reserve in line that got a seat.
    function _moveOn(Plan memory plan) private {
        uint256 next = (plan.from.nextReserve + plan.reached) % plan.from.reserves.length;
        _seats[msg.sender][plan.keyId].nextReserve = uint32(next);
    }

    /// @dev Whoever is eligible, and fits beside those before.
    function _sitDown(KeyId keyId, uint32 attempt) private view returns (Plan memory plan) {
        plan.keyId = keyId;
        plan.attempt = attempt;
        plan.from = _seats[msg.sender][keyId];
        uint256 size = plan.from.operators.length;
        plan.members = new EnclaveId[](size);
        plan.traits = new Traits[](size);
        uint256 first = _first(keyId, attempt, size);
        for (uint256 k = 0; k < size; ++k) {
            uint256 i = (first + k) % size;
            _sit(plan, i, plan.from.operators[i]);
        }
    }

    /// @dev Who comes first where a rule has no room for all: at first the order of the vote; later it changes from
    /// hour to hour, so that nobody keeps others out for ever, and where there are not seats for all one hour may be
    /// another's remedy.
    function _first(KeyId keyId, uint32 attempt, uint256 size) private view returns (uint256) {
        if (attempt == 1) return 0;
        return uint256(keccak256(abi.encode(keyId, attempt, block.timestamp / 1 hours))) % size;
    }

    /// @dev Whether the operator's enclave may have seat i: then it has it.
    function _sit(Plan memory plan, uint256 i, address operator) private view returns (bool) {
        EnclaveId id = _enclaves.enclaveOf(operator);
        if (!_enclaves.isEligible(id)) return false;
        if (!plan.from.diversity.isEmpty()) {
            Traits memory traits = _enclaves.traitsOf(id);
            if (!plan.traits.hasRoom(plan.from.diversity, traits, plan.taken & ~_bit(i))) return false;
            plan.traits[i] = traits;
        }

        plan.members[i] = id;
        plan.taken |= _bit(i);
        return true;
    }

    function _traitsOf(EnclaveId[] memory members) private view returns (Traits[] memory traits) {
        traits = new Traits[](members.length);
        for (uint256 i = 0; i < members.length; ++i) traits[i] = _enclaves.traitsOf(members[i]);
    }

    function _bit(uint256 i) private pure returns (uint64) {
        return uint64(1) << uint64(i);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate Committees";
        description = "Who has the seats of the DAO's keys, who serves, and what members have in common.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ICommittees).interfaceId;
    }
}
