// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISignatureVerifier} from "../../../../contracts/signatures/ISignatureVerifier.sol";
import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {PayloadKind, Scheme} from "../../../../contracts/keys/KeyTypes.sol";
import {FeeCap, Mandate, MandateState, MandateTerms} from "../../../../contracts/requests/modules/IMandates.sol";
import {Effect, EffectKind, Intent} from "../../../../contracts/requests/ISigningRequests.sol";
import {ISpendingLimits} from "../../../../contracts/requests/guards/ISpendingLimits.sol";
import {SigningRequests} from "../../../../contracts/requests/SigningRequests.sol";
import {KeyId, MandateId, RequestId} from "../../../../contracts/types/Ids.sol";
import {Base} from "../../support/Base.sol";
import {StubKey} from "../../support/StubKey.sol";

contract MandatesTest is Base {
    uint256 private constant ASSETS = 3;

    SigningRequests private requests;
    StubKey private key;

    function setUp() public {
        key = new StubKey(Scheme.Bip340);
        requests = new SigningRequests(
            address(this),
            IKeyRegistry(address(key)),
            ISignatureVerifier(address(key)),
            ISpendingLimits(address(key))
        );
    }

    /// @dev Whatever an executor tries, what is filled has fees within the cap of each asset; and what is within them is filled.
    function testFuzzFeesNeverExceedTheirCaps(uint8[ASSETS] memory caps, uint8[6] memory amounts, uint8[6] memory assets)
        public
    {
        Mandate memory mandate = _mandate(caps);
        requests.placeMandate(mandate);
        uint256[ASSETS + 1] memory sums;
        Effect[] memory fees = new Effect[](amounts.length);
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 asset = assets[i] % (ASSETS + 1); // the last has no cap
            fees[i] = _effect(EffectKind.Fee, asset, amounts[i] % 128);
            sums[asset] += amounts[i] % 128;
        }
        bool within = sums[ASSETS] == 0;
        for (uint256 i = 0; i < ASSETS; ++i) within = within && sums[i] <= caps[i];
        assertTrue(_fill(mandate, fees) == within);
    }

    /// @dev Any sequence of fillings, cancellations and waiting: one request at most, and none after an end.
    function testFuzzGivesOneRequestAtMost(uint8[12] memory steps, uint32[12] memory waits) public {
        Mandate memory mandate = _mandate([10, 10, 10]);
        bytes32 hash = requests.mandateHashOf(mandate);
        MandateId id = requests.placeMandate(mandate);
        bool over = false;
        for (uint256 i = 0; i < steps.length; ++i) {
            vm.warp(block.timestamp + waits[i] % 1 days);
            bool open = !over && block.timestamp <= mandate.deadline;
            bool moved = false;
            if (steps[i] % 3 == 0) {
                try requests.cancelMandate(address(this), 1, hash) {
                    moved = true;
                } catch {}
                assertTrue(moved == open);
            } else {
                moved = _fill(mandate, new Effect[](0));
                assertTrue(open || !moved);
            }
            over = over || moved;
            assertTrue(requests.requestCount() <= 1);
        }
        bool filled = requests.mandateStateOf(id) == MandateState.Filled;
        assertEq(requests.requestCount(), filled ? 1 : 0);
    }

    function _fill(Mandate memory mandate, Effect[] memory fees) private returns (bool) {
        MandateTerms memory terms =
            MandateTerms({requester: address(this), counter: 1, executor: mandate.executor, feeCaps: mandate.feeCaps});
        Effect[] memory effects = new Effect[](1 + fees.length);
        effects[0] = mandate.effects[0];
        for (uint256 i = 0; i < fees.length; ++i) effects[i + 1] = fees[i];
        bytes[] memory digests = new bytes[](1);
        digests[0] = abi.encode(1);
        Intent memory intent = Intent({
            keyId: mandate.keyId,
            path: mandate.path,
            kind: mandate.kind,
            payload: "payload",
            digests: digests,
            effects: effects,
            deadline: mandate.deadline,
            consumer: mandate.consumer,
            callbackGas: mandate.callbackGas,
            replaces: RequestId.wrap(0)
        });
        try requests.fill(terms, intent) {
            return true;
        } catch {
            return false;
        }
    }

    function _mandate(uint8[ASSETS] memory amounts) private view returns (Mandate memory) {
        FeeCap[] memory caps = new FeeCap[](ASSETS);
        for (uint256 i = 0; i < ASSETS; ++i) caps[i] = FeeCap({asset: bytes32(i), amount: amounts[i]});
        Effect[] memory effects = new Effect[](1);
        effects[0] = _effect(EffectKind.Transfer, 0, 1000);
        return Mandate({
            keyId: KeyId.wrap("key"),
            path: 0,
            kind: PayloadKind.BitcoinPsbt,
            effects: effects,
            feeCaps: caps,
            executor: address(0),
            deadline: uint48(block.timestamp + 3 days),
            consumer: address(0),
            callbackGas: 0
        });
    }

    function _effect(EffectKind kind, uint256 asset, uint256 amount) private pure returns (Effect memory) {
        return Effect({kind: kind, asset: bytes32(asset), recipient: "", amount: amount, detail: 0});
    }
}
