// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../../../../contracts/keys/IDerivedKeys.sol";
import {IKeyRegistry} from "../../../../contracts/keys/IKeyRegistry.sol";
import {Scheme} from "../../../../contracts/keys/KeyTypes.sol";
import {Effect, Intent} from "../../../../contracts/requests/ISigningRequests.sol";
import {FeeCap, Mandate, MandateTerms} from "../../../../contracts/requests/modules/IMandates.sol";
import {Mandates} from "../../../../contracts/requests/modules/Mandates.sol";
import {SigningRequests} from "../../../../contracts/requests/SigningRequests.sol";
import {KeyId, MandateId, RequestId} from "../../../../contracts/types/Ids.sol";
import {EffectKinds, PayloadKinds} from "../../../../contracts/types/Kinds.sol";
import {Base} from "../../support/Base.sol";
import {StubKey} from "../../support/StubKey.sol";

contract MandatesTest is Base {
    uint256 private constant ASSETS = 3;
    KeyId private constant KEY = KeyId.wrap("key");

    SigningRequests private requests;
    Mandates private mandates;
    StubKey private key;

    /// @dev The test is the authority, and lets everyone do everything.
    function canCall(address, address, bytes4) external pure returns (bool, uint32) {
        return (true, 0);
    }

    function setUp() public {
        key = new StubKey(Scheme.Bip340);
        address stub = address(key);
        requests = new SigningRequests(address(this), IKeyRegistry(stub), IDerivedKeys(stub), stub, 1 days);
        mandates = new Mandates(requests);
        key.setKeyCount(0);
        requests.listModule(address(mandates), address(mandates).codehash);
        key.setRow(address(this), address(0), address(mandates), 0);
    }

    /// @dev Whatever an executor tries, what is filled has fees within the cap of each asset; and what is within them
    /// is filled.
    function testFuzzFeesNeverExceedTheirCaps(
        uint8[ASSETS] memory caps,
        uint8[6] memory amounts,
        uint8[6] memory assets
    )
        public
    {
        Mandate memory mandate = _mandate(caps);
        mandates.place(mandate);
        uint256[ASSETS + 1] memory sums;
        Effect[] memory fees = new Effect[](amounts.length);
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 asset = assets[i] % (ASSETS + 1); // the last has no cap
            fees[i] = _effect(EffectKinds.FEE, asset, amounts[i] % 128);
            sums[asset] += amounts[i] % 128;
        }
        bool within = sums[ASSETS] == 0;
        for (uint256 i = 0; i < ASSETS; ++i) within = within && sums[i] <= caps[i];
        assertTrue(_fill(mandate, fees) == within);
    }

    /// @dev Any sequence of fillings, withdrawals, raises and waiting: one request at most, and none after an end.
    function testFuzzGivesOneRequestAtMost(uint8[12] memory steps, uint32[12] memory waits) public {
        Mandate memory mandate = _mandate([10, 10, 10]);
        MandateId id = mandates.place(mandate);
        bool used = false; // filled or withdrawn
        bool raised = false;
        for (uint256 i = 0; i < steps.length; ++i) {
            vm.warp(block.timestamp + waits[i] % 12 hours);
            uint256 step = steps[i] % 8;
            bool inTime = block.timestamp + 40 minutes <= mandate.deadline;
            uint64 before = requests.requestCount();
            if (step == 0) {
                assertTrue(_withdraw(id) == !used);
                used = true;
            } else if (step == 1) {
                key.raise(KEY, address(this));
                raised = true;
            } else {
                bool open = !used && !raised && inTime;
                assertTrue(_fill(mandate, new Effect[](0)) == open);
                assertEq(requests.requestCount(), before + (open ? 1 : 0));
                used = used || open;
            }
            assertTrue(requests.requestCount() <= 1);
        }
    }

    function _withdraw(MandateId id) private returns (bool) {
        try requests.withdraw(address(mandates), KEY, address(this), MandateId.unwrap(id)) {
            return true;
        } catch {
            return false;
        }
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
        try mandates.fill(terms, intent) {
            return true;
        } catch {
            return false;
        }
    }

    function _mandate(uint8[ASSETS] memory amounts) private view returns (Mandate memory) {
        FeeCap[] memory caps = new FeeCap[](ASSETS);
        for (uint256 i = 0; i < ASSETS; ++i) caps[i] = FeeCap({asset: bytes32(i), amount: amounts[i]});
        Effect[] memory effects = new Effect[](1);
        effects[0] = _effect(EffectKinds.TRANSFER, 0, 1000);
        return Mandate({
            keyId: KEY,
            path: 0,
            kind: PayloadKinds.BITCOIN_PSBT,
            effects: effects,
            feeCaps: caps,
            executor: address(0),
            deadline: uint48(block.timestamp + 3 days),
            consumer: address(0),
            callbackGas: 0
        });
    }

    function _effect(uint8 kind, uint256 asset, uint256 amount) private pure returns (Effect memory) {
        return Effect({kind: kind, asset: bytes32(asset), recipient: "", amount: amount, detail: 0});
    }
}
