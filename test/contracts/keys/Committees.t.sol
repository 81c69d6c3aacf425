// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry, Traits} from "../../../contracts/attestation/IEnclaveRegistry.sol";
import {Committees} from "../../../contracts/keys/Committees.sol";
import {ICommittees} from "../../../contracts/keys/ICommittees.sol";
import {CommitteeParameters, Diversity, Seats} from "../../../contracts/keys/KeyTypes.sol";
import {EnclaveId, KeyId} from "../../../contracts/types/Ids.sol";
import {Base, Vm} from "../support/Base.sol";

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

/// @title Seats that are given at random: whoever sits may sit, under the rule, and the events say who
contract CommitteesTest is Base {
    KeyId private constant KEY = KeyId.wrap("a key");

    Enclaves private _enclaves;
    Committees private _committees;
    uint256 private _seed;

    function setUp() public {
        _enclaves = new Enclaves();
        _committees = new Committees(IEnclaveRegistry(address(_enclaves)));
    }

    function testFuzzWhoeverSitsMaySit(uint256 seed) public {
        _seed = seed;
        CommitteeParameters memory committee = _committee();
        _committees.appoint(KEY, committee);
        for (uint32 attempt = 1; attempt <= 6; ++attempt) {
            Seats memory before = _committees.seatsOf(address(this), KEY);
            vm.recordLogs();
            uint64 suspects = uint64(_draw(uint256(1) << committee.operators.length));
            try _committees.seat(KEY, attempt, suspects) returns (EnclaveId[] memory members) {
                _requireSeated(before, members, vm.getRecordedLogs(), attempt);
            } catch {
                vm.getRecordedLogs();
                Seats memory kept = _committees.seatsOf(address(this), KEY);
                assertTrue(keccak256(abi.encode(kept)) == keccak256(abi.encode(before)));
            }
            _move(committee);
        }
    }

    function _requireSeated(Seats memory told, EnclaveId[] memory members, Vm.Log[] memory logs, uint32 attempt)
        private
        view
    {
        for (uint256 i = 0; i < logs.length; ++i) _exchange(told, logs[i], attempt);
        Seats memory kept = _committees.seatsOf(address(this), KEY);
        assertTrue(keccak256(abi.encode(kept.operators)) == keccak256(abi.encode(told.operators)));
        assertTrue(keccak256(abi.encode(kept.reserves)) == keccak256(abi.encode(told.reserves)));
        assertTrue(kept.reserves.length == 0 ? kept.nextReserve == 0 : kept.nextReserve < kept.reserves.length);
        assertEq(members.length, kept.operators.length);
        for (uint256 i = 0; i < members.length; ++i) {
            assertTrue(_enclaves.isEligible(members[i]));
            bytes32 expected = EnclaveId.unwrap(_enclaves.enclaveOf(kept.operators[i]));
            assertTrue(EnclaveId.unwrap(members[i]) == expected);
            for (uint256 j = 0; j < i; ++j) {
                assertTrue(EnclaveId.unwrap(members[i]) != EnclaveId.unwrap(members[j]));
            }
        }
        assertTrue(_committees.obeys(address(this), KEY, members));
    }

    /// @dev What an event says: the operator of this seat and that reserve change places.
    function _exchange(Seats memory told, Vm.Log memory log, uint32 attempt) private view {
        assertTrue(log.topics[0] == ICommittees.SeatChanged.selector);
        assertTrue(address(uint160(uint256(log.topics[1]))) == address(this));
        (uint32 toldAttempt, address operator, address by) = abi.decode(log.data, (uint32, address, address));
        uint256 seat = uint256(log.topics[3]) - 1;
        assertEq(toldAttempt, attempt);
        assertTrue(told.operators[seat] == operator);
        for (uint256 i = 0; i < told.reserves.length; ++i) {
            if (told.reserves[i] != by) continue;
            (told.operators[seat], told.reserves[i]) = (by, operator);
            return;
        }
        assertTrue(false);
    }

    function _committee() private returns (CommitteeParameters memory committee) {
        uint16 size = uint16(2 + _draw(6));
        committee.threshold = size;
        committee.attemptWindow = 10;
        committee.operators = new address[](size);
        committee.reserves = new address[](_draw(8));
        committee.diversity =
            Diversity(uint16(_draw(size)), uint16(_draw(size)), uint16(_draw(size)), uint16(_draw(size)));
        for (uint160 i = 0; i < size; ++i) committee.operators[i] = address(100 + i);
        for (uint160 i = 0; i < committee.reserves.length; ++i) committee.reserves[i] = address(200 + i);
        _move(committee);
    }

    /// @dev Everybody to another place, some to none; and an hour later others come first.
    function _move(CommitteeParameters memory committee) private {
        for (uint256 i = 0; i < committee.operators.length; ++i) _settle(committee.operators[i]);
        for (uint256 i = 0; i < committee.reserves.length; ++i) _settle(committee.reserves[i]);
        vm.warp(block.timestamp + 1 hours);
    }

    function _settle(address operator) private {
        Traits memory traits =
            Traits(bytes32(_draw(4)), bytes32(_draw(4)), bytes32(_draw(5)), bytes32(_draw(4)), bytes32(0));
        _enclaves.place(operator, _draw(8) != 0, traits);
    }

    /// @dev 0 to `bound` - 1.
    function _draw(uint256 bound) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % bound;
    }
}
