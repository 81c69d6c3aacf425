// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestHeader, RequestState} from "../../../contracts/requests/ISigningRequests.sol";
import {RequestHash} from "../../../contracts/requests/RequestHash.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {RequestId} from "../../../contracts/types/Ids.sol";
import {Base} from "../support/Base.sol";
import {IWatcher, RequestsHandler} from "../support/RequestsHandler.sol";

/// @dev The runner fuzzes what is in the file of the test.
contract Handler is RequestsHandler {
    constructor() RequestsHandler(IWatcher(address(0))) {}
}

/// @dev I2, and what a request goes through, whoever calls what in whatever order.
contract SigningRequestsInvariants is Base {
    SigningRequests private requests;
    Handler private handler;
    address[] private _targets;

    function setUp() public {
        vm.warp(1_800_000_000);
        handler = new Handler();
        handler.begin();
        requests = handler.requests();
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheHandlerReachesEveryEnd() public {
        handler.ask(0, 0, "ready at once");
        handler.fulfil(0, false);
        _require(0, RequestState.Ready);
        handler.fulfil(0, true);
        handler.announce(1, "told");
        handler.pass(1999);
        handler.setRow(0, 60, true);
        handler.ask(0, 0, "to cancel");
        handler.cancel(1, 4); // a stranger
        _require(1, RequestState.Queued);
        handler.cancel(1, 2);
        handler.ask(0, 0, "to be made ready, and refused");
        handler.pass(60);
        handler.markReadyMany(2);
        handler.endRefused(2, 0);
        _require(2, RequestState.Ready);
        handler.endRefused(2, 5);
        handler.askAsAnnounced(0, 0, "as announced");
        handler.askAsAnnounced(0, 0, "once");
        assertEq(handler.count(), 4);
        handler.abandon(3, 0);
        handler.askByVote(1, 0, "by vote");
        handler.abandon(4, 0); // its requester may not
        _require(4, RequestState.Ready);
        handler.raise(1);
        handler.expire(4);
        RequestState[5] memory ends = [
            RequestState.Fulfilled,
            RequestState.Cancelled,
            RequestState.Refused,
            RequestState.Expired,
            RequestState.Expired
        ];
        for (uint256 i = 0; i < 5; ++i) _require(i, ends[i]);
        invariant_AnIdIsUsedOnceAndForOnePayload();
        invariant_StatesGoForwardOnlyWhenAndByWhomTheyMay();
        invariant_FulfilledOnceAndOnlyThen();
    }

    /// @custom:shows I2 R1
    function invariant_AnIdIsUsedOnceAndForOnePayload() public view {
        assertEq(handler.repeatedIds(), 0);
        assertEq(handler.forgedMoves(), 0);
        assertEq(requests.requestCount(), handler.count());
        for (uint256 i = 0; i < handler.count(); ++i) {
            RequestHeader memory header = handler.headerOf(i);
            assertEq(header.counter, i + 1); // contiguous: a gap shows
            RequestId id = RequestHash.id(header, address(requests));
            assertTrue(RequestId.unwrap(id) == RequestId.unwrap(handler.ids(i)));
            assertTrue(header.payloadHash == handler.payloadOf(id));
        }
    }

    /// @dev READY neither too early nor too late nor overtaken; ended by those who may; asked for once for each
    /// announcement.
    /// @custom:shows R2
    function invariant_StatesGoForwardOnlyWhenAndByWhomTheyMay() public view {
        assertEq(handler.wrongSteps(), 0);
        assertEq(handler.wrongReady(), 0);
        assertEq(handler.wrongEnds(), 0);
        assertEq(handler.usedTwice(), 0);
    }

    /// @custom:shows R3
    function invariant_FulfilledOnceAndOnlyThen() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            RequestId id = handler.ids(i);
            uint256 expected = requests.stateOf(id) == RequestState.Fulfilled ? 1 : 0;
            assertEq(handler.fulfilments(id), expected);
        }
    }

    function _require(uint256 index, RequestState state) private view {
        assertEq(uint256(requests.stateOf(handler.ids(index))), uint256(state));
    }
}
