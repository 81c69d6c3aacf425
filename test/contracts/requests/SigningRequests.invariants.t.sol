// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISignatureVerifier} from "../../../contracts/signatures/ISignatureVerifier.sol";
import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {PayloadKind, Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {
    Effect,
    Intent,
    ISigningRequests,
    RequestHeader,
    RequestState
} from "../../../contracts/requests/ISigningRequests.sol";
import {ISpendingLimits} from "../../../contracts/requests/guards/ISpendingLimits.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {EnclaveId, KeyId, RequestId} from "../../../contracts/types/Ids.sol";
import {Base} from "../support/Base.sol";
import {StubKey} from "../support/StubKey.sol";

/// @dev Moves requests at random and remembers what each has been through.
contract Handler is Base {
    SigningRequests private immutable _requests;
    StubKey private immutable _key;
    RequestHeader[] private _headers;
    RequestId[] public ids;
    mapping(RequestId id => uint8 lastState) public lastState;
    mapping(RequestId id => uint256) public fulfilments;
    mapping(RequestId id => uint256) public refusals;
    mapping(RequestId id => uint256) public recordings;
    uint256 public repeatedIds;
    uint256 public backwardSteps;

    constructor(SigningRequests requests_, StubKey key_) {
        _requests = requests_;
        _key = key_;
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function ask(uint32 delay, uint16 room, bytes calldata payload) external {
        _key.setDelay(delay % 1000);
        Intent memory intent = Intent({
            keyId: KeyId.wrap(bytes32(uint256(1))),
            path: 0,
            kind: PayloadKind.RawDigest,
            payload: payload,
            digests: _digests(),
            effects: new Effect[](0),
            deadline: uint48(block.timestamp) + delay % 1000 + 40 minutes + room % 1000,
            consumer: address(0),
            callbackGas: 0,
            replaces: RequestId.wrap(0)
        });
        RequestId id = _requests.requestSignature(intent);
        if (lastState[id] != 0) ++repeatedIds;
        lastState[id] = uint8(RequestState.Queued);
        ids.push(id);
        _headers.push(_requests.headerOf(intent, address(this), _requests.requestCount()));
    }

    function markReady(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.markReady(header) {} catch {}
        _note(id);
    }

    function cancel(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.cancel(header) {} catch {}
        _note(id);
    }

    function expire(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.expire(header) {} catch {}
        _note(id);
    }

    function fulfil(uint256 seed, bool honest) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        bytes[] memory signatures = _digests();
        if (!honest) signatures[0] = "another";
        try _requests.fulfil(header, _digests(), signatures) {
            assertTrue(honest);
            ++fulfilments[id];
        } catch {}
        _note(id);
    }

    function refuse(uint256 seed, uint8 party) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        EnclaveId member = EnclaveId.wrap(bytes32(uint256(1 + party % 4)));
        try _requests.refuse(header, member, "CODE", "") {
            ++refusals[id];
        } catch {}
        _note(id);
    }

    function recordLate(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.recordLate(header, _digests(), _digests()) {
            ++recordings[id];
        } catch {}
        _note(id);
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time % 2000);
    }

    /// @dev NONE < QUEUED < READY < the ends; from an end there is no way on.
    function _note(RequestId id) private {
        uint8 state = uint8(_requests.stateOf(id));
        uint8 last = lastState[id];
        bool ended = last > uint8(RequestState.Ready);
        if (state < last || (ended && state != last)) ++backwardSteps;
        lastState[id] = state;
    }

    function _pick(uint256 seed) private view returns (RequestId, RequestHeader memory) {
        vm.assume(ids.length > 0);
        uint256 index = seed % ids.length;
        return (ids[index], _headers[index]);
    }

    function _digests() private pure returns (bytes[] memory digests) {
        digests = new bytes[](1);
        digests[0] = "message";
    }
}

contract SigningRequestsInvariants is Base {
    SigningRequests private requests;
    Handler private handler;
    address[] private _targets;

    function setUp() public {
        StubKey key = new StubKey(Scheme.Ed25519);
        requests = new SigningRequests(
            address(this),
            IKeyRegistry(address(key)),
            ISignatureVerifier(address(key)),
            ISpendingLimits(address(key))
        );
        handler = new Handler(requests, key);
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheHandlerReachesEveryEnd() public {
        for (uint256 i = 0; i < 4; ++i) handler.ask(0, 0, "");
        handler.cancel(0);
        for (uint256 i = 1; i < 4; ++i) handler.markReady(i);
        handler.fulfil(1, false);
        assertTrue(requests.stateOf(handler.ids(1)) == RequestState.Ready);
        handler.fulfil(1, true);
        for (uint8 party = 0; party < 4; ++party) handler.refuse(2, party);
        for (uint256 i = 0; i < 3; ++i) handler.pass(1999);
        handler.expire(3);
        handler.recordLate(3);
        assertTrue(requests.stateOf(handler.ids(0)) == RequestState.Cancelled);
        assertTrue(requests.stateOf(handler.ids(1)) == RequestState.Fulfilled);
        assertTrue(requests.stateOf(handler.ids(2)) == RequestState.Refused);
        assertTrue(requests.stateOf(handler.ids(3)) == RequestState.Expired);
        assertEq(handler.recordings(handler.ids(3)), 1);
    }

    function invariant_AnIdIsUsedOnce() public view {
        assertEq(handler.repeatedIds(), 0);
        assertEq(requests.requestCount(), handler.count());
    }

    function invariant_StatesGoForwardOnly() public view {
        assertEq(handler.backwardSteps(), 0);
    }

    function invariant_FulfilledOnceAndOnlyThen() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            RequestId id = handler.ids(i);
            uint256 expected = requests.stateOf(id) == RequestState.Fulfilled ? 1 : 0;
            assertEq(handler.fulfilments(id), expected);
        }
    }

    function invariant_RefusedByThreeAndOnlyThen() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            RequestId id = handler.ids(i);
            uint256 refusals = handler.refusals(id);
            assertTrue(refusals <= 3);
            assertTrue((refusals == 3) == (requests.stateOf(id) == RequestState.Refused));
        }
    }

    function invariant_LateSignaturesAreRecordedOnceAndNeverDelivered() public view {
        for (uint256 i = 0; i < handler.count(); ++i) {
            RequestId id = handler.ids(i);
            assertTrue(handler.recordings(id) <= 1);
            assertTrue((handler.recordings(id) == 1) == (requests.lateSignatures(id) != 0));
        }
    }
}
