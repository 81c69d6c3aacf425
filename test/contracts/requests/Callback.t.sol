// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {ISignatureVerifier} from "../../../contracts/signatures/ISignatureVerifier.sol";
import {PayloadKind, PublicKey, Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {ISignatureConsumer} from "../../../contracts/requests/ISignatureConsumer.sol";
import {
    Effect,
    Intent,
    ISigningRequests,
    RequestHeader,
    RequestState
} from "../../../contracts/requests/ISigningRequests.sol";
import {ISpendingLimits} from "../../../contracts/requests/guards/ISpendingLimits.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {KeyId, RequestId} from "../../../contracts/types/Ids.sol";
import {Base} from "../support/Base.sol";

/// @dev A key for everybody whose every signature verifies: what is tested here comes after verification.
contract EasyKey {
    function requireRequestable(KeyId, address, PayloadKind) external pure returns (uint32, Scheme, bool) {
        return (0, Scheme.Ed25519, false);
    }

    function signerOf(KeyId, address, bytes32, PayloadKind) external pure returns (Scheme, bytes32) {
        return (Scheme.Ed25519, bytes32(uint256(1)));
    }

    function verify(Scheme, PublicKey calldata, bytes calldata, bytes calldata) external pure returns (bool) {
        return true;
    }
}

/// @dev A consumer whose behaviour the test chooses.
contract Consumer is ISignatureConsumer {
    enum Mode {
        Take,
        Fail,
        BurnGas,
        ReturnBomb,
        RevertBomb,
        Reenter
    }

    Mode public mode;
    uint256 public taken;
    uint256 public gasSeen;
    bytes[] private _seen;
    RequestHeader private _header;
    ISigningRequests private immutable _requests;

    constructor(ISigningRequests requests_) {
        _requests = requests_;
    }

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function setHeader(RequestHeader calldata header_) external {
        _header = header_;
    }

    function onSignature(RequestId, KeyId, bytes[] calldata signatures) external {
        uint256 left = gasleft();
        if (mode == Mode.Fail) revert();
        if (mode == Mode.BurnGas) while (true) ++left;
        if (mode == Mode.ReturnBomb) assembly { return(0, 100000) }
        if (mode == Mode.RevertBomb) assembly { revert(0, 100000) }
        if (mode == Mode.Reenter) _reenter(signatures);
        ++taken;
        gasSeen = left;
    }

    /// @dev Each second entry must fail for its own reason; a success fails the whole callback.
    function _reenter(bytes[] calldata signatures) private {
        bytes[] memory digests = new bytes[](1);
        digests[0] = abi.encode(bytes32(uint256(7)));
        try _requests.fulfil(_header, digests, signatures) { revert(); } catch {}
        try _requests.redeliver(_header, signatures) { revert(); } catch {}
        try _requests.markReady(_header) { revert(); } catch {}
    }
}

contract CallbackTest is Base {
    SigningRequests private requests;
    Consumer private consumer;
    bytes[] private signatures;
    bytes[] private digests;

    function setUp() public {
        EasyKey key = new EasyKey();
        requests = new SigningRequests(
            address(this),
            IKeyRegistry(address(key)),
            ISignatureVerifier(address(key)),
            ISpendingLimits(address(key))
        );
        consumer = new Consumer(requests);
        signatures.push(new bytes(64));
        digests.push(abi.encode(bytes32(uint256(7))));
    }

    function testDeliversOnce() public {
        RequestHeader memory header = _ready(100_000);
        _fulfil(header);
        assertEq(consumer.taken(), 1);
        vm.expectRevert();
        requests.redeliver(header, signatures);
    }

    function testNothingBlocksAFulfilment() public {
        Consumer.Mode[4] memory modes =
            [Consumer.Mode.Fail, Consumer.Mode.BurnGas, Consumer.Mode.ReturnBomb, Consumer.Mode.RevertBomb];
        for (uint256 i = 0; i < modes.length; ++i) {
            consumer.setMode(modes[i]);
            RequestHeader memory header = _ready(100_000);
            uint256 before = gasleft();
            _fulfil(header);
            // the callback's gas and a bounded rest: no memory is paid for what the consumer returns
            assertTrue(before - gasleft() < 100_000 + 100_000);
            assertTrue(requests.stateOf(requests.requestId(header)) == RequestState.Fulfilled);
            assertEq(consumer.taken(), 0);
        }
    }

    function testRedeliversUntilTakenAndThenNeverAgain() public {
        consumer.setMode(Consumer.Mode.Fail);
        RequestHeader memory header = _ready(100_000);
        _fulfil(header);
        requests.redeliver(header, signatures);
        assertEq(consumer.taken(), 0);
        consumer.setMode(Consumer.Mode.Take);
        requests.redeliver(header, signatures);
        assertEq(consumer.taken(), 1);
        vm.expectRevert();
        requests.redeliver(header, signatures);
    }

    function testRedeliversNothingElse() public {
        consumer.setMode(Consumer.Mode.Fail);
        RequestHeader memory header = _ready(100_000);
        _fulfil(header);
        bytes[] memory others = new bytes[](1);
        others[0] = new bytes(65);
        vm.expectRevert();
        requests.redeliver(header, others);
    }

    function testASecondEntryFindsNothingToDo() public {
        RequestHeader memory header = _ready(500_000);
        consumer.setMode(Consumer.Mode.Reenter);
        consumer.setHeader(header);
        _fulfil(header);
        assertEq(consumer.taken(), 1);
    }

    function testAnAddressWithoutCodeTakesNothing() public {
        RequestHeader memory header = _readyFor(address(0xdead), 50_000);
        _fulfil(header);
        bytes32 undelivered = keccak256(abi.encodePacked(keccak256(signatures[0])));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISigningRequests.SigningRequestsNothingToDeliver.selector,
                requests.requestId(header),
                keccak256(""),
                undelivered
            )
        );
        requests.redeliver(header, new bytes[](0));
    }

    function testFuzzGivesWhatWasDeclaredOrNothingHappens(uint256 gasGiven) public {
        gasGiven = 100_000 + gasGiven % 1_000_000;
        RequestHeader memory header = _ready(300_000);
        try requests.fulfil{gas: gasGiven}(header, digests, signatures) {
            assertEq(consumer.taken(), 1);
            // what the consumer saw, but for the few opcodes before it looked
            assertTrue(consumer.gasSeen() > 299_000);
        } catch {
            assertTrue(requests.stateOf(requests.requestId(header)) == RequestState.Ready);
        }
    }

    function _fulfil(RequestHeader memory header) private {
        requests.fulfil(header, digests, signatures);
    }

    function _ready(uint32 callbackGas) private returns (RequestHeader memory) {
        return _readyFor(address(consumer), callbackGas);
    }

    function _readyFor(address to, uint32 callbackGas) private returns (RequestHeader memory header) {
        Intent memory intent = Intent({
            keyId: KeyId.wrap(bytes32(uint256(1))),
            path: 0,
            kind: PayloadKind.RawDigest,
            payload: "",
            digests: digests,
            effects: new Effect[](0),
            deadline: uint48(block.timestamp + 1 hours),
            consumer: to,
            callbackGas: callbackGas,
            replaces: RequestId.wrap(0)
        });
        requests.requestSignature(intent);
        header = requests.headerOf(intent, address(this), requests.requestCount());
        requests.markReady(header);
    }
}
