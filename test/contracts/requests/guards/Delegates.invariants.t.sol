// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISignatureVerifier} from "../../../../contracts/signatures/ISignatureVerifier.sol";
import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {PayloadKind, Scheme} from "../../../../contracts/keys/KeyTypes.sol";
import {FeeCap, Mandate, MandateTerms} from "../../../../contracts/requests/modules/IMandates.sol";
import {
    Effect,
    EffectKind,
    Intent,
    RequestHeader,
    RequestState
} from "../../../../contracts/requests/ISigningRequests.sol";
import {Cap, Limits} from "../../../../contracts/requests/guards/ISpendingLimits.sol";
import {SigningRequests} from "../../../../contracts/requests/SigningRequests.sol";
import {SpendingLimits} from "../../../../contracts/requests/guards/SpendingLimits.sol";
import {KeyId, RequestId} from "../../../../contracts/types/Ids.sol";
import {Base} from "../../support/Base.sol";
import {StubKey} from "../../support/StubKey.sol";

uint208 constant CAPACITY = 1000;
uint48 constant WINDOW = 1 days;
uint16 constant PLACES = 2;
bytes32 constant ASSET = "asset";
KeyId constant KEY = KeyId.wrap("key");

/// @dev One delegate that asks, fills, waits and gives up at random, and a watcher that settles.
contract DelegateHandler is Base {
    SigningRequests private immutable _requests;
    RequestHeader[] private _headers;
    bytes[] private _mandates;
    RequestId[] public ids;
    mapping(RequestId id => uint256) public uses;
    mapping(uint256 mandate => uint256) public fillings;
    mapping(bytes32 path => uint256) public unsettled;
    mapping(RequestId id => bool) private _wasReady;
    mapping(RequestId id => bool) private _hasPlace;
    uint256 public drawn;
    uint256 public settlements;
    uint256 public moves;
    uint256 public immutable start = block.timestamp;

    constructor(SigningRequests requests_) {
        _requests = requests_;
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function mandateCount() external view returns (uint256) {
        return _mandates.length;
    }

    function ask(uint16 amount, uint16 fee, bool otherPath) external {
        Intent memory intent = _intent(amount % 400, fee % 40, otherPath);
        try _requests.requestSignature(intent) returns (RequestId id) {
            _note(id, intent);
        } catch {}
    }

    function replace(uint256 seed, uint16 fee) external {
        (RequestId replaced, RequestHeader memory header) = _pick(seed);
        Intent memory intent = _intent(0, fee % 40, header.path != 0);
        intent.replaces = replaced;
        try _requests.requestReplacement(intent, header) returns (RequestId id) {
            assertTrue(_wasReady[replaced]);
            _note(id, intent);
        } catch {}
    }

    function place(uint16 amount) external {
        Intent memory intent = _intent(amount % 400, 0, false);
        Effect[] memory effects = new Effect[](1);
        effects[0] = intent.effects[0];
        FeeCap[] memory caps = new FeeCap[](1);
        caps[0] = FeeCap({asset: ASSET, amount: 20});
        Mandate memory mandate = Mandate({
            keyId: KEY,
            path: intent.path,
            kind: intent.kind,
            effects: effects,
            feeCaps: caps,
            executor: address(0),
            deadline: intent.deadline,
            consumer: address(0),
            callbackGas: 0
        });
        _requests.placeMandate(mandate);
        _mandates.push(abi.encode(mandate));
    }

    function fill(uint256 seed, uint16 fee) external {
        vm.assume(_mandates.length > 0);
        uint256 index = seed % _mandates.length;
        Mandate memory mandate = abi.decode(_mandates[index], (Mandate));
        Intent memory intent = _intent(mandate.effects[0].amount, fee % 40, false);
        intent.deadline = mandate.deadline;
        MandateTerms memory terms = MandateTerms({
            requester: address(this),
            counter: uint64(index + 1),
            executor: address(0),
            feeCaps: mandate.feeCaps
        });
        try _requests.fill(terms, intent) returns (RequestId id) {
            assertTrue(fee % 40 <= 20);
            ++fillings[index];
            _note(id, intent);
        } catch {}
    }

    function markReady(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.markReady(header) {
            assertTrue(!_wasReady[id]);
            _wasReady[id] = true;
            if (_hasPlace[header.replaces]) ++moves;
            else ++unsettled[header.path];
            _hasPlace[header.replaces] = false;
            _hasPlace[id] = true;
        } catch {}
    }

    function settle(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.settle(header) {
            assertTrue(_hasPlace[id]);
            _hasPlace[id] = false;
            --unsettled[header.path];
            ++settlements;
        } catch {}
    }

    function cancel(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.cancel(header) {} catch {}
    }

    function expire(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.expire(header) {} catch {}
    }

    function fulfil(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.fulfil(header, _digests(), _digests()) {} catch {}
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time);
    }

    function _note(RequestId id, Intent memory intent) private {
        ++uses[id];
        ids.push(id);
        _headers.push(_requests.headerOf(intent, address(this), _requests.requestCount()));
        drawn += intent.effects[0].amount + intent.effects[1].amount;
    }

    function _pick(uint256 seed) private view returns (RequestId, RequestHeader memory) {
        vm.assume(ids.length > 0);
        uint256 index = seed % ids.length;
        return (ids[index], _headers[index]);
    }

    function _intent(uint256 amount, uint256 fee, bool otherPath) private view returns (Intent memory) {
        Effect[] memory effects = new Effect[](2);
        effects[0] = Effect({kind: EffectKind.Transfer, asset: ASSET, recipient: "", amount: amount, detail: 0});
        effects[1] = Effect({kind: EffectKind.Fee, asset: ASSET, recipient: "", amount: fee, detail: 0});
        return Intent({
            keyId: KEY,
            path: otherPath ? bytes32("other") : bytes32(0),
            kind: PayloadKind.BitcoinPsbt,
            payload: "payload",
            digests: _digests(),
            effects: effects,
            deadline: uint48(block.timestamp + 1 days),
            consumer: address(0),
            callbackGas: 0,
            replaces: RequestId.wrap(0)
        });
    }

    function _digests() private pure returns (bytes[] memory digests) {
        digests = new bytes[](1);
        digests[0] = abi.encode(bytes32("message"));
    }
}

contract DelegatesInvariants is Base {
    SigningRequests private requests;
    SpendingLimits private limits;
    DelegateHandler private handler;
    address[] private _targets;

    /// @dev The test is the authority, and lets everyone do everything.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    function setUp() public {
        StubKey key = new StubKey(Scheme.Bip340);
        key.setLimited(true);
        limits = new SpendingLimits(address(this));
        requests =
            new SigningRequests(address(this), IKeyRegistry(address(key)), ISignatureVerifier(address(key)), limits);
        handler = new DelegateHandler(requests);
        Cap[] memory caps = new Cap[](1);
        caps[0] = Cap({asset: ASSET, capacity: CAPACITY, window: WINDOW, feeCap: 30});
        Limits memory its = Limits({
            expiresAt: type(uint48).max,
            kinds: uint32(1) << uint32(PayloadKind.BitcoinPsbt),
            maxUnsettled: PLACES,
            recipients: new bytes[](0),
            targets: new bytes[](0),
            caps: caps
        });
        limits.setLimits(address(requests), KEY, address(handler), its);
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheHandlerRunsIntoEveryBound() public {
        for (uint256 i = 0; i < 4; ++i) handler.ask(300, 10, false);
        assertEq(handler.count(), 3); // the bucket holds no fourth
        handler.pass(type(uint16).max);
        handler.place(100);
        handler.fill(0, 21);
        assertEq(handler.count(), 3);
        handler.fill(0, 20);
        handler.fill(0, 20);
        assertEq(handler.count(), 4);
        for (uint256 i = 0; i < 4; ++i) handler.markReady(i);
        assertEq(handler.unsettled(0), PLACES);
        handler.settle(0);
        handler.settle(0);
        handler.markReady(3);
        assertEq(handler.settlements(), 1);
        assertTrue(requests.stateOf(handler.ids(3)) == RequestState.Ready);
        handler.pass(type(uint16).max);
        handler.replace(1, 20);
        handler.markReady(4);
        assertEq(handler.moves(), 1);
        handler.settle(1);
        handler.settle(4);
        assertEq(handler.settlements(), 2);
    }

    /// @dev A full bucket, and what flowed in meanwhile; a unit of rounding for each draw.
    function invariant_NoMoreIsDrawnThanABucketAndItsInflow() public view {
        uint256 inflow = ((block.timestamp - handler.start()) * CAPACITY) / WINDOW;
        assertTrue(handler.drawn() <= CAPACITY + inflow + 2 * handler.count() + 1);
    }

    function invariant_NoPathHasMorePayloadsUnsettledThanPlaces() public view {
        bytes32[2] memory paths = [bytes32(0), bytes32("other")];
        for (uint256 i = 0; i < paths.length; ++i) {
            uint256 taken = limits.unsettledOf(address(requests), KEY, address(handler), paths[i]);
            assertEq(taken, handler.unsettled(paths[i]));
            assertTrue(taken <= PLACES);
        }
    }

    function invariant_AnIdStandsForOnePayload() public view {
        for (uint256 i = 0; i < handler.count(); ++i) assertEq(handler.uses(handler.ids(i)), 1);
    }

    function invariant_AMandateGivesOneRequestAtMost() public view {
        for (uint256 i = 0; i < handler.mandateCount(); ++i) assertTrue(handler.fillings(i) <= 1);
    }
}
