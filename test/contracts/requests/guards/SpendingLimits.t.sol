// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {Row} from "../../../../contracts/keys/KeyTypes.sol";
import {Cap, Limits} from "../../../../contracts/requests/guards/ISpendingLimits.sol";
import {SpendingLimits} from "../../../../contracts/requests/guards/SpendingLimits.sol";
import {Effect, Intent, ISigningRequests} from "../../../../contracts/requests/ISigningRequests.sol";
import {KeyId, RequestId} from "../../../../contracts/types/Ids.sol";
import {EffectKinds, PayloadKinds} from "../../../../contracts/types/Kinds.sol";
import {Base} from "../../support/Base.sol";

/// @dev A registry whose rows name a guard, and which may refuse to raise them.
contract Rows {
    error RowsRefuse();

    address public guard;
    bool public refuses;
    uint256 public raised;

    function set(address guard_, bool refuses_) external {
        (guard, refuses) = (guard_, refuses_);
    }

    function rowOf(KeyId, address) external view returns (Row memory row) {
        row.guard = guard;
    }

    function raise(KeyId, address) external {
        require(!refuses, RowsRefuse());
        ++raised;
    }
}

contract SpendingLimitsTest is Base {
    bytes32 private constant ASSET = "asset";
    KeyId private constant KEY = KeyId.wrap("key");
    address private constant REQUESTER = address(7);

    SpendingLimits private limits;
    Rows private rows;
    /// @dev The test stands for the requests contract, too.
    ISigningRequests private requests = ISigningRequests(address(this));

    /// @dev The test is the authority, and lets everyone do everything.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    function keys() external view returns (IKeyRegistry) {
        return IKeyRegistry(address(rows));
    }

    function setUp() public {
        limits = new SpendingLimits(address(this));
        rows = new Rows();
        rows.set(address(limits), false);
    }

    /// @dev In any stretch of time no more is drawn than a full bucket and what flows in meanwhile.
    function testFuzzDrawsNoMoreThanABucketAndItsRefill(
        uint96 capacity,
        uint32 window,
        uint96[8] memory amounts,
        uint24[8] memory waits
    )
        public
    {
        vm.assume(capacity > 0 && window > 0);
        _setCap(capacity, window);
        uint256 start = block.timestamp;
        uint256 drawn = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            vm.warp(block.timestamp + waits[i]);
            uint256 amount = amounts[i] % (uint256(capacity) + 1);
            if (_draw(amount)) drawn += amount;
            // a unit of rounding each
            uint256 most = capacity + ((block.timestamp - start) * capacity) / window + i + 1;
            assertTrue(drawn <= most);
            assertTrue(_available() <= capacity);
        }
    }

    function testFuzzAFullWindowFillsTheBucket(uint96 capacity, uint32 window, uint96 amount) public {
        vm.assume(capacity > 0 && window > 0);
        _setCap(capacity, window);
        assertTrue(_draw(amount % (uint256(capacity) + 1)));
        vm.warp(block.timestamp + window);
        assertEq(_available(), capacity);
    }

    function testFuzzNeverGivesMoreThanABucketAtOnce(uint96 capacity, uint32 window, uint256 amount) public {
        vm.assume(capacity > 0 && window > 0 && amount > capacity);
        _setCap(capacity, window);
        assertTrue(!_draw(amount));
        assertEq(_available(), capacity);
    }

    /// @dev The largest bucket there can be, over the shortest and the longest time.
    function testFuzzABucketOfAnySizeIsEmptiedAndFilled(uint208 capacity, uint40 window, uint40 wait) public {
        vm.assume(capacity > 0 && window > 0);
        _setCap(capacity, window);
        assertTrue(_draw(capacity));
        assertEq(_available(), 0);
        vm.warp(block.timestamp + wait);
        assertTrue((_available() == capacity) == (wait >= window || _inflow(capacity, window, wait) == capacity));
    }

    /// @dev A kind that is no known one spends nothing, whoever names it as recipient or target.
    function testFuzzKnowsTheKindsThatSpend(uint8 kind) public {
        _setCap(1000, 1);
        bool known = kind == EffectKinds.TRANSFER || kind == EffectKinds.FEE || kind == EffectKinds.APPROVAL;
        assertTrue(_drawAs(kind, 0) == known);
    }

    function testFuzzKnowsTheKindsOfPayloadsThatItNames(uint8 kind) public {
        _setCap(1000, 1);
        Intent memory intent = _intent(0);
        intent.kind = kind;
        assertTrue(_asks(intent) == (kind == PayloadKinds.BITCOIN_PSBT));
    }

    function testRaisesTheRowWhenLimitsAreSetAndWhenTheyAreTakenAway() public {
        _setCap(1, 1);
        assertEq(rows.raised(), 1);
        limits.removeLimits(requests, KEY, REQUESTER);
        assertEq(rows.raised(), 2);
    }

    function testRaisesNoRowThatAnotherGuardBindsOrNone() public {
        address[2] memory guards = [address(0), address(8)];
        for (uint256 i = 0; i < guards.length; ++i) {
            rows.set(guards[i], true);
            _setCap(1, 1);
            limits.removeLimits(requests, KEY, REQUESTER);
        }
        assertEq(rows.raised(), 0);
    }

    /// @dev What was asked under other limits would go on if the limits changed and the row did not.
    function testChangesNothingWhereTheRowCannotBeRaised() public {
        _setCap(10, 1);
        rows.set(address(limits), true);
        vm.expectRevert(abi.encodeWithSelector(Rows.RowsRefuse.selector));
        this.setCap(20, 1);
        vm.expectRevert(abi.encodeWithSelector(Rows.RowsRefuse.selector));
        limits.removeLimits(requests, KEY, REQUESTER);
        assertEq(limits.versionOf(requests, KEY, REQUESTER), 1);
        assertEq(_available(), 10);
    }

    function setCap(uint208 capacity, uint48 window) external {
        _setCap(capacity, window);
    }

    function _available() private view returns (uint256) {
        return limits.available(requests, KEY, REQUESTER, ASSET);
    }

    function _draw(uint256 amount) private returns (bool) {
        return _drawAs(EffectKinds.TRANSFER, amount);
    }

    function _drawAs(uint8 kind, uint256 amount) private returns (bool) {
        Intent memory intent = _intent(amount);
        intent.effects[0].kind = kind;
        return _asks(intent);
    }

    function _asks(Intent memory intent) private returns (bool) {
        try limits.onQueued(RequestId.wrap(0), REQUESTER, intent) {
            return true;
        } catch {
            return false;
        }
    }

    function _intent(uint256 amount) private pure returns (Intent memory intent) {
        intent.keyId = KEY;
        intent.kind = PayloadKinds.BITCOIN_PSBT;
        intent.effects = new Effect[](1);
        intent.effects[0] =
            Effect({kind: EffectKinds.TRANSFER, asset: ASSET, recipient: "", amount: amount, detail: 0});
    }

    function _setCap(uint208 capacity, uint48 window) private {
        Cap[] memory caps = new Cap[](1);
        caps[0] = Cap({asset: ASSET, capacity: capacity, window: window, feeCap: 0});
        Limits memory its = Limits({
            expiresAt: type(uint48).max,
            kinds: PayloadKinds.setOf(PayloadKinds.BITCOIN_PSBT),
            maxUnsettled: 1,
            recipients: new bytes[](0),
            targets: new bytes[](0),
            caps: caps
        });
        limits.setLimits(requests, KEY, REQUESTER, its);
    }

    /// @dev What flows into an empty bucket, in whole units.
    function _inflow(uint256 capacity, uint256 window, uint256 wait) private pure returns (uint256) {
        return wait >= window ? capacity : capacity * wait / window;
    }
}
