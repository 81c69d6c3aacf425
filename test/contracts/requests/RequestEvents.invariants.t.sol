// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISignatureVerifier} from "../../../contracts/signatures/ISignatureVerifier.sol";
import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {PayloadKind, Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {FeeCap, IMandates, Mandate, MandateState, MandateTerms} from "../../../contracts/requests/modules/IMandates.sol";
import {
    Effect,
    EffectKind,
    Intent,
    ISigningRequests,
    RequestHeader,
    RequestState,
    RequestView
} from "../../../contracts/requests/ISigningRequests.sol";
import {ISpendingLimits} from "../../../contracts/requests/guards/ISpendingLimits.sol";
import {RequestHash} from "../../../contracts/requests/RequestHash.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {EnclaveId, KeyId, MandateId, RequestId} from "../../../contracts/types/Ids.sol";
import {Base, Vm} from "../support/Base.sol";
import {StubKey} from "../support/StubKey.sol";

bytes32 constant ASSET = "asset";

/// @dev An explorer: knows logs and the time of their block, and nothing else.
contract Explorer {
    struct Placing {
        MandateState state;
        uint48 placedAt;
        uint48 deadline;
    }

    RequestView[] private _requests;
    mapping(RequestId id => uint256 counter) private _counters;
    mapping(RequestId id => uint16) public refusals;
    mapping(RequestId id => bytes32) public lateSignatures;
    mapping(MandateId id => Placing) private _placings;
    uint64 public mandateCount;
    uint256 public unknown;

    function read(Vm.Log[] calldata logs) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 name = logs[i].topics[0];
            if (!_readRequest(name, logs[i]) && !_readEnding(name, logs[i]) && !_readMandate(name, logs[i])) ++unknown;
        }
    }

    function requests() external view returns (RequestView[] memory) {
        return _requests;
    }

    function stateOf(RequestId id) external view returns (RequestState) {
        return _requests[_counters[id] - 1].state;
    }

    /// @dev Nothing is logged when time ends a mandate.
    function mandateStateOf(MandateId id) external view returns (MandateState) {
        Placing storage placing = _placings[id];
        bool over = placing.state == MandateState.Placed && block.timestamp > placing.deadline;
        return over ? MandateState.Expired : placing.state;
    }

    function listHash(bytes[] calldata list) external pure returns (bytes32) {
        return RequestHash.list(list);
    }

    function _readRequest(bytes32 name, Vm.Log calldata log) private returns (bool) {
        RequestId id = RequestId.wrap(log.topics[1]);
        if (name == ISigningRequests.SignatureRequested.selector) {
            (uint64 counter, uint48 readyAt, Intent memory intent) = abi.decode(log.data, (uint64, uint48, Intent));
            _requests.push(RequestView(id, RequestState.Queued, uint48(block.timestamp), readyAt, intent.deadline));
            _counters[id] = counter;
            return _requests.length == counter;
        }
        if (name == ISigningRequests.RequestReady.selector) {
            _request(id).readyAt = uint48(block.timestamp);
            return _move(id, RequestState.Ready);
        }
        return name == ISigningRequests.SignatureFulfilled.selector && _move(id, RequestState.Fulfilled);
    }

    function _readEnding(bytes32 name, Vm.Log calldata log) private returns (bool) {
        RequestId id = RequestId.wrap(log.topics[1]);
        if (name == ISigningRequests.RequestRefusedBy.selector) {
            (refusals[id],) = abi.decode(log.data, (uint16, uint16));
            return true;
        }
        if (name == ISigningRequests.LateSignatureRecorded.selector) {
            lateSignatures[id] = this.listHash(abi.decode(log.data, (bytes[])));
            return true;
        }
        if (name == ISigningRequests.RequestCancelled.selector) return _move(id, RequestState.Cancelled);
        if (name == ISigningRequests.RequestRefused.selector) return _move(id, RequestState.Refused);
        if (name == ISigningRequests.RequestExpired.selector) {
            if (_request(id).state == RequestState.Queued) _request(id).readyAt = 0;
            return _move(id, RequestState.Expired);
        }
        return name == ISigningRequests.ExpiryCounted.selector;
    }

    function _readMandate(bytes32 name, Vm.Log calldata log) private returns (bool) {
        MandateId id = MandateId.wrap(log.topics[1]);
        Placing storage placing = _placings[id];
        if (name == IMandates.MandatePlaced.selector) {
            Mandate memory mandate;
            (mandateCount, mandate) = abi.decode(log.data, (uint64, Mandate));
            _placings[id] = Placing(MandateState.Placed, uint48(block.timestamp), mandate.deadline);
            return true;
        }
        if (name == IMandates.MandateFilled.selector) {
            placing.state = MandateState.Filled;
            _request(RequestId.wrap(log.topics[2])).queuedAt = placing.placedAt;
            return true;
        }
        if (name != IMandates.MandateCancelled.selector) return false;
        placing.state = MandateState.Cancelled;
        return true;
    }

    function _move(RequestId id, RequestState state) private returns (bool) {
        _request(id).state = state;
        return true;
    }

    function _request(RequestId id) private view returns (RequestView storage) {
        return _requests[_counters[id] - 1];
    }
}

/// @dev Asks for, places, fills, moves and ends at random, and shows an explorer the logs of each block.
contract EventsHandler is Base {
    SigningRequests private immutable _contract;
    StubKey private immutable _key;
    Explorer public immutable explorer = new Explorer();
    RequestHeader[] private _headers;
    Mandate[] private _mandates;
    RequestId[] public ids;
    MandateId[] public mandateIds;
    uint256 public logs;

    /// @dev A call that reverts leaves no log.
    modifier shown() {
        vm.recordLogs();
        _;
        Vm.Log[] memory recorded = vm.getRecordedLogs();
        logs += recorded.length;
        explorer.read(recorded);
    }

    constructor(SigningRequests contract_, StubKey key_) {
        _contract = contract_;
        _key = key_;
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function mandateCount() external view returns (uint256) {
        return mandateIds.length;
    }

    function headerOf(uint256 index) external view returns (RequestHeader memory) {
        return _headers[index];
    }

    function ask(uint32 delay, uint16 room) external shown {
        _key.setDelay(delay % 1000);
        Intent memory intent = _intent(0);
        intent.deadline = uint48(block.timestamp) + delay % 1000 + 40 minutes + room % 1000;
        _note(_contract.requestSignature(intent), intent);
    }

    function replace(uint256 seed) external shown {
        RequestHeader memory replaced = _pick(seed);
        Intent memory intent = _intent(0);
        intent.deadline = uint48(block.timestamp) + 2 hours;
        intent.replaces = _contract.requestId(replaced);
        try _contract.requestReplacement(intent, replaced) returns (RequestId id) {
            _note(id, intent);
        } catch {}
    }

    function place(uint32 delay, uint16 room) external shown {
        _key.setDelay(delay % 1000);
        Mandate storage mandate = _mandates.push();
        mandate.keyId = _intent(0).keyId;
        mandate.kind = PayloadKind.BitcoinPsbt;
        mandate.feeCaps.push(FeeCap({asset: ASSET, amount: 20}));
        mandate.deadline = uint48(block.timestamp) + delay % 1000 + 40 minutes + room % 2000;
        mandateIds.push(_contract.placeMandate(mandate));
    }

    function fill(uint256 seed, uint8 fee) external shown {
        vm.assume(_mandates.length > 0);
        uint256 index = seed % _mandates.length;
        Intent memory intent = _intent(fee % 25);
        intent.deadline = _mandates[index].deadline;
        MandateTerms memory terms =
            MandateTerms(address(this), uint64(index + 1), address(0), _mandates[index].feeCaps);
        try _contract.fill(terms, intent) returns (RequestId id) {
            _note(id, intent);
        } catch {}
    }

    function cancelMandate(uint256 seed) external shown {
        vm.assume(_mandates.length > 0);
        uint256 index = seed % _mandates.length;
        bytes32 hash = _contract.mandateHashOf(_mandates[index]);
        try _contract.cancelMandate(address(this), uint64(index + 1), hash) {} catch {}
    }

    function markReady(uint256 seed) external shown {
        try _contract.markReady(_pick(seed)) {} catch {}
    }

    function cancel(uint256 seed) external shown {
        try _contract.cancel(_pick(seed)) {} catch {}
    }

    function expire(uint256 seed) external shown {
        try _contract.expire(_pick(seed)) {} catch {}
    }

    function fulfil(uint256 seed) external shown {
        try _contract.fulfil(_pick(seed), _digests(), _digests()) {} catch {}
    }

    function refuse(uint256 seed, uint8 party) external shown {
        try _contract.refuse(_pick(seed), EnclaveId.wrap(bytes32(uint256(1 + party % 4))), "CODE", "") {} catch {}
    }

    function recordLate(uint256 seed) external shown {
        try _contract.recordLate(_pick(seed), _digests(), _digests()) {} catch {}
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time % 2000);
    }

    function _note(RequestId id, Intent memory intent) private {
        ids.push(id);
        _headers.push(_contract.headerOf(intent, address(this), _contract.requestCount()));
    }

    function _pick(uint256 seed) private view returns (RequestHeader memory) {
        vm.assume(ids.length > 0);
        return _headers[seed % ids.length];
    }

    function _intent(uint256 fee) private pure returns (Intent memory intent) {
        intent.keyId = KeyId.wrap("key");
        intent.kind = PayloadKind.BitcoinPsbt;
        intent.digests = _digests();
        intent.effects = new Effect[](1);
        intent.effects[0] = Effect({kind: EffectKind.Fee, asset: ASSET, recipient: "", amount: fee, detail: 0});
    }

    function _digests() private pure returns (bytes[] memory digests) {
        digests = new bytes[](1);
        digests[0] = abi.encode(bytes32("message"));
    }
}

contract RequestEventsInvariants is Base {
    SigningRequests private requests;
    EventsHandler private handler;
    Explorer private explorer;
    address[] private _targets;

    function setUp() public {
        vm.warp(1_800_000_000);
        StubKey key = new StubKey(Scheme.Bip340);
        requests = new SigningRequests(
            address(this),
            IKeyRegistry(address(key)),
            ISignatureVerifier(address(key)),
            ISpendingLimits(address(key))
        );
        handler = new EventsHandler(requests, key);
        explorer = handler.explorer();
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheExplorerSeesEveryEnd() public {
        handler.place(0, 1999);
        handler.place(0, 0);
        handler.place(0, 0);
        handler.cancelMandate(1);
        for (uint256 i = 0; i < 5; ++i) handler.ask(0, 0);
        handler.pass(60);
        handler.fill(0, 20);
        handler.cancel(4);
        for (uint256 i = 0; i < 4; ++i) handler.markReady(i);
        handler.fulfil(0);
        for (uint8 party = 0; party < 3; ++party) handler.refuse(1, party);
        handler.refuse(2, 0);
        for (uint256 i = 0; i < 3; ++i) handler.pass(1999);
        handler.expire(3);
        handler.recordLate(2);
        handler.replace(4);
        handler.replace(0);
        assertEq(handler.count(), 7);
        _requireStates();
        invariant_EventsAndTimeGiveEveryRequest();
        invariant_EventsAndTimeGiveEveryMandate();
    }

    function invariant_EventsAndTimeGiveEveryRequest() public view {
        RequestView[] memory told = explorer.requests();
        assertEq(requests.requestCount(), told.length);
        assertTrue(keccak256(abi.encode(requests.requests(0, told.length + 1))) == keccak256(abi.encode(told)));
        for (uint256 i = 0; i < told.length; ++i) {
            assertEq(requests.refusalsOf(handler.headerOf(i)), explorer.refusals(told[i].id));
            assertTrue(requests.lateSignatures(told[i].id) == explorer.lateSignatures(told[i].id));
        }
    }

    function invariant_EventsAndTimeGiveEveryMandate() public view {
        assertEq(requests.mandateCount(), explorer.mandateCount());
        for (uint256 i = 0; i < handler.mandateCount(); ++i) {
            MandateId id = handler.mandateIds(i);
            assertTrue(requests.mandateStateOf(id) == explorer.mandateStateOf(id));
        }
    }

    function invariant_NoEventIsUnknownToTheExplorer() public view {
        assertEq(explorer.unknown(), 0);
    }

    function _requireStates() private view {
        RequestState[7] memory expected = [
            RequestState.Fulfilled,
            RequestState.Refused,
            RequestState.Ready,
            RequestState.Expired,
            RequestState.Cancelled,
            RequestState.Queued,
            RequestState.Queued
        ];
        for (uint256 i = 0; i < 7; ++i) assertTrue(explorer.stateOf(handler.ids(i)) == expected[i]);
        assertEq(explorer.refusals(handler.ids(2)), 1);
        assertTrue(explorer.lateSignatures(handler.ids(2)) != 0);
        MandateState[3] memory mandates = [MandateState.Filled, MandateState.Cancelled, MandateState.Expired];
        for (uint256 i = 0; i < 3; ++i) {
            assertTrue(explorer.mandateStateOf(handler.mandateIds(i)) == mandates[i]);
        }
    }
}
