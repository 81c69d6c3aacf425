// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry, Traits} from "../attestation/IEnclaveRegistry.sol";
import {Described} from "../types/Described.sol";
import {EnclaveId} from "../types/Ids.sol";
import {CommonTraits} from "./CommonTraits.sol";
import {ICommittees, SeatChange, Seating} from "./ICommittees.sol";
import {Diversity} from "./KeyTypes.sol";

/// @title What the chain knows of committees: who can sit together, who serves, what members have in common
contract Committees is ICommittees, Described {
    using CommonTraits for Traits[];
    using CommonTraits for Diversity;

    /// @dev A seating while it is worked out. A bit per seat in `taken` and `changedSeats`, a bit per reserve in
    /// `seated`.
    struct Plan {
        Seating from;
        EnclaveId[] members;
        Traits[] traits;
        uint64 taken;
        uint64 changedSeats;
        uint64 seated;
        uint256 step;
        uint256 reached;
        SeatChange[] changes;
        uint256 changed;
    }

    IEnclaveRegistry private immutable _enclaves;

    constructor(IEnclaveRegistry enclaves_) {
        _enclaves = enclaves_;
    }

    /// @inheritdoc ICommittees
    function seat(Seating calldata seating)
        external
        view
        returns (EnclaveId[] memory members, SeatChange[] memory changes, uint32 next, uint16 left)
    {
        Plan memory plan = _sitDown(seating);
        uint256 size = plan.members.length;
        for (uint256 i = 0; i < size; ++i) {
            if (plan.taken & _bit(i) == 0 && !_replace(plan, i)) ++left;
        }
        plan.step = 0;
        for (uint256 i = 0; i < size; ++i) {
            // whoever has just come to a suspect's seat is no suspect
            if (plan.taken & seating.suspects & ~plan.changedSeats & _bit(i) != 0) _replace(plan, i);
        }
        next = plan.reached == 0 ? seating.next : uint32((seating.next + plan.reached) % seating.reserves.length);
        return (plan.members, _made(plan), next, left);
    }

    /// @inheritdoc ICommittees
    function live(EnclaveId[] calldata members) external view returns (uint16 count) {
        for (uint256 i = 0; i < members.length; ++i) {
            if (_enclaves.serves(members[i])) ++count;
        }
    }

    /// @inheritdoc ICommittees
    function obeys(EnclaveId[] calldata members, Diversity memory rule) external view returns (bool) {
        return rule.isEmpty() || _traitsOf(members).obeys(rule);
    }

    /// @dev Whoever is eligible, and fits beside those before.
    function _sitDown(Seating calldata seating) private view returns (Plan memory plan) {
        uint256 size = seating.operators.length;
        plan.from = seating;
        plan.members = new EnclaveId[](size);
        plan.traits = new Traits[](size);
        plan.changes = new SeatChange[](size);
        for (uint256 k = 0; k < size; ++k) {
            uint256 i = (seating.first + k) % size;
            _sit(plan, i, seating.operators[i]);
        }
    }

    /// @dev Whether the operator's enclave may have seat i: then it has it.
    function _sit(Plan memory plan, uint256 i, address operator) private view returns (bool) {
        EnclaveId id = _enclaves.enclaveOf(operator);
        if (!_enclaves.isEligible(id)) return false;
        if (!plan.from.rule.isEmpty()) {
            Traits memory traits = _enclaves.traitsOf(id);
            if (!plan.traits.hasRoom(plan.from.rule, traits, plan.taken & ~_bit(i))) return false;
            plan.traits[i] = traits;
        }

        plan.members[i] = id;
        plan.taken |= _bit(i);
        return true;
    }

    /// @dev Gives seat i to the first reserve in line that may have it. Each is looked at once for seats that nobody
    /// has and once for suspects', so that no number of them is too much for one transaction.
    function _replace(Plan memory plan, uint256 i) private view returns (bool) {
        uint256 count = plan.from.reserves.length;
        while (plan.step < count) {
            uint256 place = (plan.from.next + plan.step++) % count;
            if (plan.seated & _bit(place) != 0 || !_sit(plan, i, plan.from.reserves[place])) continue;

            if (plan.step > plan.reached) plan.reached = plan.step;
            plan.seated |= _bit(place);
            plan.changedSeats |= _bit(i);
            plan.changes[plan.changed++] = SeatChange(uint16(i), uint16(place));
            return true;
        }
        return false;
    }

    function _made(Plan memory plan) private pure returns (SeatChange[] memory changes) {
        changes = new SeatChange[](plan.changed);
        for (uint256 i = 0; i < plan.changed; ++i) changes[i] = plan.changes[i];
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
        description = "What the chain knows of committees: who can sit together, who serves, what they share.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ICommittees).interfaceId;
    }
}
