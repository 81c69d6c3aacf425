// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry, Traits} from "../../../contracts/attestation/IEnclaveRegistry.sol";
import {IMeasurementRegistry} from "../../../contracts/attestation/IMeasurementRegistry.sol";
import {Committees} from "../../../contracts/keys/Committees.sol";
import {SeatChange, Seating} from "../../../contracts/keys/ICommittees.sol";
import {Diversity} from "../../../contracts/keys/KeyTypes.sol";
import {EnclaveId} from "../../../contracts/types/Ids.sol";
import {Base} from "../support/Base.sol";

/// @dev Operators with one enclave each, of the same name.
contract Enclaves {
    mapping(bytes32 id => bool) private _eligible;
    mapping(bytes32 id => Traits) private _traits;

    function place(address operator, bool eligible, Traits calldata traits) external {
        bytes32 id = EnclaveId.unwrap(enclaveOf(operator));
        (_eligible[id], _traits[id]) = (eligible, traits);
    }

    function isEligible(EnclaveId id) external view returns (bool) {
        return _eligible[EnclaveId.unwrap(id)];
    }

    function traitsOf(EnclaveId id) external view returns (Traits memory) {
        return _traits[EnclaveId.unwrap(id)];
    }

    function enclaveOf(address operator) public pure returns (EnclaveId) {
        return EnclaveId.wrap(bytes32(uint256(uint160(operator))));
    }
}

/// @title Seats that are given at random: whoever sits may sit, under the rule, and the changes say who
contract SeatingTest is Base {
    Enclaves private _enclaves;
    Committees private _committees;
    uint256 private _seed;

    function setUp() public {
        _enclaves = new Enclaves();
        _committees = new Committees(IEnclaveRegistry(address(_enclaves)), IMeasurementRegistry(address(0)));
    }

    function testFuzzWhoeverSitsMaySit(uint256 seed) public {
        _seed = seed;
        Seating memory seating = _seating();
        (EnclaveId[] memory members, SeatChange[] memory changes,, uint16 left) = _committees.seat(seating);
        _requireChanged(seating, members, changes, left);
        if (left == 0) assertTrue(_committees.obeys(members, seating.rule));
    }

    function _seating() private returns (Seating memory seating) {
        uint16 size = uint16(2 + _draw(6));
        seating.operators = new address[](size);
        seating.reserves = new address[](_draw(8));
        for (uint160 i = 0; i < size; ++i) seating.operators[i] = _settle(100 + i);
        for (uint160 i = 0; i < seating.reserves.length; ++i) seating.reserves[i] = _settle(200 + i);
        seating.next = _draw(4) == 0 ? type(uint32).max - uint32(_draw(9)) : uint32(_draw(9));
        seating.first = uint32(_draw(size));
        seating.suspects = uint64(_draw(uint256(1) << size));
        seating.rule = Diversity(uint16(_draw(size)), uint16(_draw(size)), uint16(_draw(size)), uint16(_draw(size)));
    }

    function _settle(uint160 number) private returns (address operator) {
        operator = address(number);
        Traits memory traits =
            Traits(bytes32(_draw(3)), bytes32(_draw(3)), bytes32(_draw(4)), bytes32(_draw(3)), bytes32(0));
        _enclaves.place(operator, _draw(4) != 0, traits);
    }

    function _requireChanged(
        Seating memory seating,
        EnclaveId[] memory members,
        SeatChange[] memory changes,
        uint16 left
    ) private view {
        for (uint256 i = 0; i < changes.length; ++i) {
            (uint16 seat, uint16 place) = (changes[i].seat, changes[i].place);
            (seating.operators[seat], seating.reserves[place]) = (seating.reserves[place], seating.operators[seat]);
        }
        uint256 empty = 0;
        for (uint256 i = 0; i < members.length; ++i) {
            if (EnclaveId.unwrap(members[i]) == 0) {
                ++empty;
                continue;
            }
            assertTrue(_enclaves.isEligible(members[i]));
            assertEq(
                uint256(EnclaveId.unwrap(members[i])),
                uint256(EnclaveId.unwrap(_enclaves.enclaveOf(seating.operators[i])))
            );
            for (uint256 j = 0; j < i; ++j) {
                assertTrue(EnclaveId.unwrap(members[i]) != EnclaveId.unwrap(members[j]));
            }
        }
        assertEq(empty, left);
    }

    /// @dev 0 to `bound` - 1.
    function _draw(uint256 bound) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }
}
