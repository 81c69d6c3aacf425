// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PayloadKind} from "../../../../contracts/keys/KeyTypes.sol";
import {Effect, EffectKind} from "../../../../contracts/requests/ISigningRequests.sol";
import {Cap, Limits} from "../../../../contracts/requests/guards/ISpendingLimits.sol";
import {SpendingLimits} from "../../../../contracts/requests/guards/SpendingLimits.sol";
import {KeyId, RequestId} from "../../../../contracts/types/Ids.sol";
import {Base} from "../../support/Base.sol";

contract SpendingLimitsTest is Base {
    bytes32 private constant ASSET = "asset";
    KeyId private constant KEY = KeyId.wrap("key");
    address private constant REQUESTER = address(7);

    SpendingLimits private limits;

    /// @dev The test is the authority, and lets everyone do everything.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    function setUp() public {
        limits = new SpendingLimits(address(this));
    }

    /// @dev In any stretch of time no more is drawn than a full bucket and what flows in meanwhile.
    function testFuzzDrawsNoMoreThanABucketAndItsRefill(uint96 capacity, uint32 window, uint96[8] memory amounts, uint24[8] memory waits)
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
            uint256 most = capacity + ((block.timestamp - start) * capacity) / window + i + 1; // a unit of rounding each
            assertTrue(drawn <= most);
            assertTrue(limits.available(address(this), KEY, REQUESTER, ASSET) <= capacity);
        }
    }

    function testFuzzAFullWindowFillsTheBucket(uint96 capacity, uint32 window, uint96 amount) public {
        vm.assume(capacity > 0 && window > 0);
        _setCap(capacity, window);
        assertTrue(_draw(amount % (uint256(capacity) + 1)));
        vm.warp(block.timestamp + window);
        assertEq(limits.available(address(this), KEY, REQUESTER, ASSET), capacity);
    }

    function testFuzzNeverGivesMoreThanABucketAtOnce(uint96 capacity, uint32 window, uint256 amount) public {
        vm.assume(capacity > 0 && window > 0 && amount > capacity);
        _setCap(capacity, window);
        assertTrue(!_draw(amount));
        assertEq(limits.available(address(this), KEY, REQUESTER, ASSET), capacity);
    }

    function _draw(uint256 amount) private returns (bool) {
        Effect[] memory effects = new Effect[](1);
        effects[0] = Effect({kind: EffectKind.Transfer, asset: ASSET, recipient: "", amount: amount, detail: 0});
        try limits.charge(RequestId.wrap(0), KEY, REQUESTER, PayloadKind.BitcoinPsbt, effects) {
            return true;
        } catch {
            return false;
        }
    }

    function _setCap(uint96 capacity, uint32 window) private {
        Cap[] memory caps = new Cap[](1);
        caps[0] = Cap({asset: ASSET, capacity: capacity, window: window, feeCap: 0});
        Limits memory its = Limits({
            expiresAt: type(uint48).max,
            kinds: uint32(1) << uint32(PayloadKind.BitcoinPsbt),
            maxUnsettled: 1,
            recipients: new bytes[](0),
            targets: new bytes[](0),
            caps: caps
        });
        limits.setLimits(address(this), KEY, REQUESTER, its);
    }
}
