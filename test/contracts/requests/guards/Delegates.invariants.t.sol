// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../../../../contracts/keys/IDerivedKeys.sol";
import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {Scheme} from "../../../../contracts/keys/KeyTypes.sol";
import {Cap, Limits} from "../../../../contracts/requests/guards/ISpendingLimits.sol";
import {SpendingLimits} from "../../../../contracts/requests/guards/SpendingLimits.sol";
import {Effect, Intent, RequestHeader, RequestState} from "../../../../contracts/requests/ISigningRequests.sol";
import {FeeCap, Mandate, MandateTerms} from "../../../../contracts/requests/modules/IMandates.sol";
import {Mandates} from "../../../../contracts/requests/modules/Mandates.sol";
import {RequestHash} from "../../../../contracts/requests/RequestHash.sol";
import {SigningRequests} from "../../../../contracts/requests/SigningRequests.sol";
import {KeyId, MandateId, RequestId} from "../../../../contracts/types/Ids.sol";
import {EffectKinds, PayloadKinds} from "../../../../contracts/types/Kinds.sol";
import {Base} from "../../support/Base.sol";
import {StubKey} from "../../support/StubKey.sol";

uint208 constant CAPACITY = 1000;
uint48 constant WINDOW = 1 days;
uint16 constant PLACES = 2;
uint32 constant DELAY = 1 hours;
bytes32 constant ASSET = "asset";
KeyId constant KEY = KeyId.wrap("key");

/// @dev One delegate that asks, has mandates filled, waits and gives up at random; a watcher that settles; votes that
/// change its limits and its row. What it draws is counted from the last change of its limits on.
contract DelegateHandler is Base {
    SigningRequests private immutable _requests;
    SpendingLimits private immutable _limits;
    Mandates private immutable _mandates;
    StubKey private immutable _key;

    RequestHeader[] private _headers;
    bytes[] private _placed;
    RequestId[] public ids;
    mapping(RequestId id => uint256) public uses;
    mapping(uint256 mandate => uint256) public fillings;
    mapping(bytes32 path => uint256) public unsettled;
    mapping(RequestId id => bool) public hasPlace;
    mapping(RequestId id => uint256) private _askedUnder;
    mapping(RequestId id => bool) private _wasReady;

    /// @dev grows with each raise and each change of limits or row: what was asked before is over
    uint256 private _era = 1;
    bool public guarded = true;
    bool private _limited;
    uint16 private _places;
    uint256 public capacity;
    uint256 public drawn;
    uint256 public draws;
    uint256 public since;
    uint256 public settlements;
    uint256 public raises;

    constructor(SigningRequests requests_, SpendingLimits limits_, Mandates mandates_, StubKey key_) {
        (_requests, _limits, _mandates, _key) = (requests_, limits_, mandates_, key_);
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function mandateCount() external view returns (uint256) {
        return _placed.length;
    }

    function ask(uint16 amount, uint16 fee, bool otherPath) external {
        Intent memory intent = _intent(amount % 400, fee % 40, otherPath);
        try _requests.request(intent) returns (RequestId id) {
            _note(id, intent);
        } catch {}
    }

    function place(uint16 amount) external {
        Intent memory intent = _intent(amount % 400, 0, false);
        Mandate memory mandate;
        (mandate.keyId, mandate.kind, mandate.deadline) = (KEY, intent.kind, intent.deadline + 2 days);
        mandate.effects = new Effect[](1);
        mandate.effects[0] = intent.effects[0];
        mandate.feeCaps = new FeeCap[](1);
        mandate.feeCaps[0] = FeeCap({asset: ASSET, amount: 20});
        _mandates.place(mandate);
        _placed.push(abi.encode(mandate));
        _askedUnder[_mandateKey(_placed.length - 1)] = _era;
    }

    function fill(uint256 seed, uint16 fee) external {
        vm.assume(_placed.length > 0);
        uint256 index = seed % _placed.length;
        Mandate memory mandate = abi.decode(_placed[index], (Mandate));
        Intent memory intent = _intent(mandate.effects[0].amount, fee % 40, false);
        intent.deadline = mandate.deadline;
        MandateTerms memory terms = MandateTerms(address(this), uint64(index + 1), address(0), mandate.feeCaps);
        try _mandates.fill(terms, intent) returns (RequestId id) {
            assertTrue(fee % 40 <= 20);
            assertEq(_askedUnder[_mandateKey(index)], _era);
            ++fillings[index];
            _note(id, intent);
        } catch {}
    }

    function withdraw(uint256 seed) external {
        vm.assume(_placed.length > 0);
        uint256 index = seed % _placed.length;
        bytes32 hash = _mandates.mandateHashOf(abi.decode(_placed[index], (Mandate)));
        MandateId id = _mandates.mandateId(address(this), uint64(index + 1), hash);
        try _requests.withdraw(address(_mandates), KEY, address(this), MandateId.unwrap(id)) {
            ++fillings[index]; // as good as filled: it gives none any more
        } catch {}
    }

    function markReady(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _requests.markReady(header) {
            _noteReady(id, header.path);
        } catch {}
    }

    function settle(uint256 seed) external {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try _limits.settle(_requests, header) {
            assertTrue(hasPlace[id]);
            hasPlace[id] = false;
            --unsettled[header.path];
            ++settlements;
        } catch {
            assertTrue(!hasPlace[id]);
        }
    }

    /// @dev By the delegate itself: it must gain nothing by it.
    function raise() external {
        _key.raise(KEY, address(this));
        ++_era;
        ++raises;
    }

    function changeLimits(uint16 capacity_, uint8 places) external {
        _setLimits(1 + uint208(capacity_) % (2 * CAPACITY), 1 + uint16(places) % (2 * PLACES));
    }

    function removeLimits() external {
        _limits.removeLimits(_requests, KEY, address(this));
        (_limited, capacity) = (false, 0);
        _startOver();
    }

    /// @dev A vote that takes the guard out of the row, or puts it back, with another delay or none.
    function changeRow(bool guard, bool delayed) external {
        _key.setRow(address(this), guard ? address(_limits) : address(0), address(_mandates), delayed ? DELAY : 0);
        guarded = guard;
        ++_era;
    }

    function cancel(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.cancel(header) {} catch {}
    }

    function expire(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.expire(header) {} catch {}
    }

    function abandon(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.abandon(header) {} catch {}
    }

    function fulfil(uint256 seed) external {
        (, RequestHeader memory header) = _pick(seed);
        try _requests.fulfil(header, _digests(), _digests()) {} catch {}
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time);
    }

    function headerOf(Intent calldata intent, uint64 counter) external view returns (RequestHeader memory) {
        return RequestHash.headerOf(intent, address(this), counter);
    }

    /// @dev Asked for; READY by now where the row has no delay, or it has passed.
    function _note(RequestId id, Intent memory intent) private {
        ++uses[id];
        ids.push(id);
        _headers.push(this.headerOf(intent, _requests.requestCount()));
        _askedUnder[id] = _era;
        assertTrue(!guarded || _limited);
        if (guarded) {
            drawn += intent.effects[0].amount + intent.effects[1].amount;
            draws += 2;
        }
        if (_requests.stateOf(id) == RequestState.Ready) _noteReady(id, intent.path);
    }

    function _noteReady(RequestId id, bytes32 path) private {
        assertTrue(!_wasReady[id]);
        assertEq(_askedUnder[id], _era);
        _wasReady[id] = true;
        if (!guarded) return;
        assertTrue(_limited && unsettled[path] < _places);
        ++unsettled[path];
        hasPlace[id] = true;
    }

    function _setLimits(uint208 capacity_, uint16 places) private {
        Cap[] memory caps = new Cap[](1);
        caps[0] = Cap({asset: ASSET, capacity: capacity_, window: WINDOW, feeCap: 30});
        Limits memory its = Limits({
            expiresAt: type(uint48).max,
            kinds: PayloadKinds.setOf(PayloadKinds.BITCOIN_PSBT),
            maxUnsettled: places,
            recipients: new bytes[](0),
            targets: new bytes[](0),
            caps: caps
        });
        _limits.setLimits(_requests, KEY, address(this), its);
        (_limited, capacity, _places) = (true, capacity_, places);
        _startOver();
    }

    /// @dev Limits that bind nobody raise no row.
    function _startOver() private {
        (drawn, draws, since) = (0, 0, block.timestamp);
        if (guarded) ++_era;
    }

    function _pick(uint256 seed) private view returns (RequestId, RequestHeader memory) {
        vm.assume(ids.length > 0);
        uint256 index = seed % ids.length;
        return (ids[index], _headers[index]);
    }

    function _intent(uint256 amount, uint256 fee, bool otherPath) private view returns (Intent memory intent) {
        intent.keyId = KEY;
        intent.path = otherPath ? bytes32("other") : bytes32(0);
        intent.kind = PayloadKinds.BITCOIN_PSBT;
        intent.payload = "payload";
        intent.digests = _digests();
        intent.effects = new Effect[](2);
        intent.effects[0] = Effect(EffectKinds.TRANSFER, ASSET, "", amount, 0);
        intent.effects[1] = Effect(EffectKinds.FEE, ASSET, "", fee, 0);
        intent.deadline = uint48(block.timestamp + 1 days);
    }

    function _mandateKey(uint256 index) private pure returns (RequestId) {
        return RequestId.wrap(keccak256(abi.encode("mandate", index)));
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
        address stub = address(key);
        limits = new SpendingLimits(address(this));
        requests = new SigningRequests(address(this), IKeyRegistry(stub), IDerivedKeys(stub), stub, 0);
        Mandates mandates = new Mandates(requests);
        requests.listModule(address(mandates), address(mandates).codehash);
        handler = new DelegateHandler(requests, limits, mandates, key);
        handler.changeRow(true, true);
        handler.changeLimits(uint16(CAPACITY - 1), uint8(PLACES - 1));
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheHandlerRunsIntoEveryBound() public {
        assertEq(handler.capacity(), CAPACITY);
        for (uint256 i = 0; i < 4; ++i) handler.ask(300, 10, false);
        assertEq(handler.count(), 3); // the bucket holds no fourth
        handler.raise();
        handler.ask(300, 10, false);
        assertEq(handler.count(), 3); // and a raise does not fill it
        handler.pass(type(uint16).max);
        handler.place(100);
        handler.fill(0, 21);
        assertEq(handler.count(), 3);
        handler.fill(0, 20);
        handler.fill(0, 20);
        assertEq(handler.count(), 4);
        handler.ask(0, 0, false);
        handler.ask(0, 0, false);
        handler.pass(uint16(DELAY));
        for (uint256 i = 0; i < 6; ++i) handler.markReady(i); // the first three are overtaken
        assertEq(handler.unsettled(0), PLACES);
        assertTrue(requests.stateOf(handler.ids(2)) == RequestState.Queued);
        assertTrue(requests.stateOf(handler.ids(5)) == RequestState.Queued);
        handler.settle(3);
        handler.settle(3);
        handler.markReady(5);
        assertEq(handler.settlements(), 1);
        assertTrue(requests.stateOf(handler.ids(5)) == RequestState.Ready);
    }

    function testTheHandlerChangesLimitsAndRows() public {
        handler.changeRow(true, false);
        handler.ask(100, 10, false);
        assertEq(handler.unsettled(0), 1); // READY at once
        handler.place(100);
        handler.changeLimits(9, 0);
        assertEq(handler.capacity(), 10);
        handler.fill(0, 0);
        handler.ask(11, 0, true);
        assertEq(handler.count(), 1); // the mandate was overtaken, and the bucket is smaller now
        handler.ask(10, 0, false);
        assertEq(handler.count(), 1); // and one place is all there is
        handler.ask(10, 0, true);
        assertEq(handler.count(), 2);
        handler.removeLimits();
        handler.ask(0, 0, true);
        assertEq(handler.count(), 2);
        handler.changeRow(false, false);
        handler.ask(300, 30, true);
        assertEq(handler.count(), 3); // nobody is asked
        assertEq(handler.unsettled("other"), 1);
        handler.place(1);
        handler.withdraw(1);
        handler.fill(1, 0);
        assertEq(handler.count(), 3);
    }

    /// @dev A full bucket, and what flowed in since the limits were set; a unit of rounding for each draw.
    /// @custom:shows L1
    function invariant_NoMoreIsDrawnThanABucketAndItsInflow() public view {
        uint256 inflow = ((block.timestamp - handler.since()) * handler.capacity()) / WINDOW;
        assertTrue(handler.drawn() <= handler.capacity() + inflow + handler.draws() + 1);
    }

    /// @dev That none is taken beyond what the limits of then allowed is asserted where it is taken.
    /// @custom:shows L5
    function invariant_PlacesAreThoseOfWhatIsReadyAndNotSettled() public view {
        bytes32[2] memory paths = [bytes32(0), bytes32("other")];
        for (uint256 i = 0; i < paths.length; ++i) {
            assertEq(limits.unsettledOf(requests, KEY, address(handler), paths[i]), handler.unsettled(paths[i]));
            assertTrue(handler.unsettled(paths[i]) <= 2 * PLACES);
        }
        for (uint256 i = 0; i < handler.count(); ++i) {
            RequestId id = handler.ids(i);
            assertTrue(limits.hasPlace(requests, id) == handler.hasPlace(id));
        }
    }

    function invariant_AnIdStandsForOnePayload() public view {
        for (uint256 i = 0; i < handler.count(); ++i) assertEq(handler.uses(handler.ids(i)), 1);
    }

    /// @custom:shows F1
    function invariant_AMandateGivesOneRequestAtMost() public view {
        for (uint256 i = 0; i < handler.mandateCount(); ++i) assertTrue(handler.fillings(i) <= 1);
    }
}
