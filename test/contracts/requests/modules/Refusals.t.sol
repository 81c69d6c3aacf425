// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {Key} from "../../../../contracts/keys/KeyTypes.sol";
import {
    ISigningRequests,
    RequestHeader,
    RequestState,
    RequestWord
} from "../../../../contracts/requests/ISigningRequests.sol";
import {RequestHash} from "../../../../contracts/requests/RequestHash.sol";
import {IRefusals, RefusalKind} from "../../../../contracts/requests/modules/IRefusals.sol";
import {Refusals} from "../../../../contracts/requests/modules/Refusals.sol";
import {EnclaveId, KeyId, RequestId} from "../../../../contracts/types/Ids.sol";
import {Base} from "../../support/Base.sol";

uint16 constant SIZE = 64;
uint16 constant THRESHOLD = 33;

/// @dev A key of the largest committee. Members sign by existing: parties 1 to 64, of whatever epoch it is.
contract LargeKey {
    uint32 public epoch = 1;

    function setEpoch(uint32 epoch_) external {
        epoch = epoch_;
    }

    function key(KeyId) external view returns (Key memory shown) {
        shown.epoch = epoch;
    }

    function requireMemberSigned(KeyId, EnclaveId member, bytes32, bytes calldata)
        external
        view
        returns (uint32, uint16, uint16, uint16)
    {
        return (epoch, uint16(uint256(EnclaveId.unwrap(member))), THRESHOLD, SIZE);
    }
}

/// @dev A requests contract of anybody's: it says of every request what it likes, and notes which it is told to end.
contract Liar {
    RequestState private _state = RequestState.Ready;
    mapping(RequestId id => bool) public ended;

    function setState(RequestState state) external {
        _state = state;
    }

    function wordOf(RequestId) external view returns (RequestWord memory word) {
        word.state = _state;
        word.deadline = type(uint48).max;
    }

    function endRefused(RequestId id) external {
        ended[id] = true;
    }
}

contract RefusalsTest is Base {
    LargeKey private key;
    Refusals private refusals;
    /// @dev stands for the requests contract that counts
    Liar private requests;
    RequestHeader private header;

    function setUp() public {
        key = new LargeKey();
        refusals = new Refusals(IKeyRegistry(address(key)));
        requests = new Liar();
        header.keyId = KeyId.wrap("key");
        header.counter = 1;
    }

    function testEachMemberOfTheLargestCommitteeCountsOnce() public {
        for (uint256 party = SIZE; party > THRESHOLD; --party) {
            _refuse(requests, party);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IRefusals.RefusalsRepeated.selector, _id(requests), _member(party), RefusalKind.Final
                )
            );
            _refuse(requests, party);
        }
        assertTrue(!requests.ended(_id(requests)));
        _refuse(requests, THRESHOLD);
        assertTrue(requests.ended(_id(requests)));
    }

    /// @dev Whatever sets refuse, in whatever order: it ends with the 32nd of them, and not before.
    function testFuzzEndsWithTheLastThatIsNeeded(uint8[80] memory parties) public {
        uint64 seen = 0;
        uint16 count = 0;
        uint16 needed = SIZE - THRESHOLD + 1;
        for (uint256 i = 0; i < parties.length; ++i) {
            uint256 party = parties[i] % SIZE + 1;
            uint64 bit = uint64(1) << uint64(party - 1);
            if (seen & bit != 0) continue;
            seen |= bit;
            _refuse(requests, party);
            assertEq(_count(requests), ++count);
            assertTrue(requests.ended(_id(requests)) == (count >= needed));
        }
    }

    function testMembersOfAnOlderEpochDoNotCount() public {
        for (uint256 party = SIZE; party > THRESHOLD; --party) _refuse(requests, party);
        key.setEpoch(2);
        assertEq(_count(requests), 0);
        _refuse(requests, THRESHOLD);
        assertEq(_count(requests), 1);
        assertTrue(!requests.ended(_id(requests)));
        // who had refused in the former epoch may say so again in this one
        _refuse(requests, SIZE);
        assertEq(_count(requests), 2);
    }

    /// @dev What is kept is kept per contract, and its ids are worked out from its address.
    function testFuzzAForeignContractCountsNowhereElse(uint8 state) public {
        Liar liar = new Liar();
        state = state % (uint8(RequestState.Cancelled) + 1);
        for (uint256 party = SIZE; party >= THRESHOLD; --party) _refuse(liar, party);
        assertTrue(liar.ended(_id(liar)));
        assertTrue(!liar.ended(_id(requests)));
        assertTrue(!requests.ended(_id(requests)) && !requests.ended(_id(liar)));
        assertEq(_count(requests), 0);
        // a contract that says READY again after its end counts on, and still for itself alone
        liar.setState(RequestState(state));
        if (state != uint8(RequestState.Ready)) vm.expectRevert();
        _refuse(liar, 1);
        assertEq(_count(requests), 0);
    }

    function _refuse(Liar where, uint256 party) private {
        refusals.refuse(ISigningRequests(address(where)), header, _member(party), RefusalKind.Final, "CODE", "");
    }

    function _count(Liar where) private view returns (uint16 count) {
        (count,) = refusals.refusalsOf(ISigningRequests(address(where)), header);
    }

    function _id(Liar where) private view returns (RequestId) {
        return RequestHash.id(header, address(where));
    }

    function _member(uint256 party) private pure returns (EnclaveId) {
        return EnclaveId.wrap(bytes32(party));
    }
}
