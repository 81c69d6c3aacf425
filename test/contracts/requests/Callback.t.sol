// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../../../contracts/keys/IDerivedKeys.sol";
import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {ConsumerMock} from "../../../contracts/mocks/ConsumerMock.sol";
import {
    Effect,
    Fulfilment,
    Intent,
    ISigningRequests,
    RequestHeader,
    RequestState
} from "../../../contracts/requests/ISigningRequests.sol";
import {RequestHash} from "../../../contracts/requests/RequestHash.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {KeyId, RequestId} from "../../../contracts/types/Ids.sol";
import {PayloadKinds} from "../../../contracts/types/Kinds.sol";
import {Base} from "../support/Base.sol";
import {StubKey} from "../support/StubKey.sol";

contract CallbackTest is Base {
    SigningRequests private requests;
    ConsumerMock private consumer;
    bytes[] private signatures;
    bytes[] private digests;

    function setUp() public {
        StubKey key = new StubKey(Scheme.Bip340);
        requests = new SigningRequests(
            address(this), IKeyRegistry(address(key)), IDerivedKeys(address(key)), address(0), 1 days
        );
        consumer = new ConsumerMock();
        digests.push(abi.encode(bytes32(uint256(7))));
        signatures.push(digests[0]); // what the stub takes for good
    }

    function testDeliversOnce() public {
        RequestHeader memory header = _ready(100_000);
        _fulfil(header);
        assertEq(consumer.taken(), 1);
        vm.expectRevert();
        requests.redeliver(header, signatures);
    }

    /// @custom:shows R8
    function testNothingBlocksAFulfilment() public {
        ConsumerMock.Mode[4] memory modes = [
            ConsumerMock.Mode.Fail,
            ConsumerMock.Mode.BurnGas,
            ConsumerMock.Mode.ReturnBomb,
            ConsumerMock.Mode.RevertBomb
        ];
        for (uint256 i = 0; i < modes.length; ++i) {
            consumer.setMode(modes[i]);
            RequestHeader memory header = _ready(100_000);
            uint256 before = gasleft();
            _fulfil(header);
            // the callback's gas and a bounded rest: no memory is paid for what the consumer returns
            assertTrue(before - gasleft() < 100_000 + 100_000);
            assertTrue(_stateOf(header) == RequestState.Fulfilled);
            assertEq(consumer.taken(), 0);
        }
    }

    /// @custom:shows R8
    function testRedeliversUntilTakenAndThenNeverAgain() public {
        consumer.setMode(ConsumerMock.Mode.Fail);
        RequestHeader memory header = _ready(100_000);
        _fulfil(header);
        requests.redeliver(header, signatures);
        assertEq(consumer.taken(), 0);
        consumer.setMode(ConsumerMock.Mode.Take);
        requests.redeliver(header, signatures);
        assertEq(consumer.taken(), 1);
        vm.expectRevert();
        requests.redeliver(header, signatures);
    }

    function testRedeliversNothingElse() public {
        consumer.setMode(ConsumerMock.Mode.Fail);
        RequestHeader memory header = _ready(100_000);
        _fulfil(header);
        bytes[] memory others = new bytes[](1);
        others[0] = new bytes(65);
        vm.expectRevert();
        requests.redeliver(header, others);
    }

    /// @custom:shows R8
    function testASecondEntryFindsNothingToDo() public {
        RequestHeader memory header = _ready(900_000);
        consumer.setMode(ConsumerMock.Mode.Calls);
        consumer.setCalls(address(requests), _allCalls(header));
        _fulfil(header);
        assertEq(consumer.taken(), 1);
        assertEq(consumer.succeeded(), 0);
    }

    /// @dev Calls for many succeed and do nothing: nothing is delivered twice.
    function testACallForManyWithinACallbackSkipsWhatIsDone() public {
        RequestHeader memory header = _ready(900_000);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(ISigningRequests.fulfilMany, (_entries(header)));
        RequestHeader[] memory headers = new RequestHeader[](1);
        headers[0] = header;
        calls[1] = abi.encodeCall(ISigningRequests.markReadyMany, (headers));
        consumer.setMode(ConsumerMock.Mode.Calls);
        consumer.setCalls(address(requests), calls);
        _fulfil(header);
        assertEq(consumer.taken(), 1);
        assertEq(consumer.succeeded(), 2);
    }

    function testAnAddressWithoutCodeTakesNothing() public {
        RequestHeader memory header = _readyFor(address(0xdead), 50_000);
        _fulfil(header);
        bytes32 undelivered = keccak256(abi.encodePacked(keccak256(signatures[0])));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISigningRequests.SigningRequestsNothingToDeliver.selector,
                RequestHash.id(header, address(requests)),
                keccak256(""),
                undelivered
            )
        );
        requests.redeliver(header, new bytes[](0));
    }

    /// @custom:shows R8
    function testFuzzGivesWhatWasDeclaredOrNothingHappens(uint256 gasGiven) public {
        gasGiven = 100_000 + gasGiven % 1_000_000;
        RequestHeader memory header = _ready(300_000);
        try requests.fulfil{gas: gasGiven}(header, digests, signatures) {
            assertEq(consumer.taken(), 1);
            // what the consumer saw, but for the few opcodes before it looked
            assertTrue(consumer.gasSeen() > 299_000);
        } catch {
            assertTrue(_stateOf(header) == RequestState.Ready);
        }
    }

    /// @dev A call for many never leaves some undone for lack of gas: what every entry was promised it gets, or none is
    /// fulfilled.
    function testFuzzGivesEachOfManyWhatWasDeclaredOrNothingHappens(uint256 gasGiven) public {
        gasGiven = 100_000 + gasGiven % 2_000_000;
        Fulfilment[] memory entries = new Fulfilment[](3);
        for (uint256 i = 0; i < 3; ++i) entries[i] = Fulfilment(_ready(300_000), digests, signatures);
        try requests.fulfilMany{gas: gasGiven}(entries) {
            assertEq(consumer.taken(), 3);
            assertTrue(consumer.gasSeen() > 299_000);
        } catch {
            assertEq(consumer.taken(), 0);
            for (uint256 i = 0; i < 3; ++i) assertTrue(_stateOf(entries[i].header) == RequestState.Ready);
        }
    }

    function _allCalls(RequestHeader memory header) private view returns (bytes[] memory calls) {
        calls = new bytes[](6);
        calls[0] = abi.encodeCall(ISigningRequests.fulfil, (header, digests, signatures));
        calls[1] = abi.encodeCall(ISigningRequests.redeliver, (header, signatures));
        calls[2] = abi.encodeCall(ISigningRequests.markReady, (header));
        calls[3] = abi.encodeCall(ISigningRequests.cancel, (header));
        calls[4] = abi.encodeCall(ISigningRequests.expire, (header));
        calls[5] = abi.encodeCall(ISigningRequests.abandon, (header));
    }

    function _entries(RequestHeader memory header) private view returns (Fulfilment[] memory entries) {
        entries = new Fulfilment[](1);
        entries[0] = Fulfilment(header, digests, signatures);
    }

    function _stateOf(RequestHeader memory header) private view returns (RequestState) {
        return requests.stateOf(RequestHash.id(header, address(requests)));
    }

    function _fulfil(RequestHeader memory header) private {
        requests.fulfil(header, digests, signatures);
    }

    function _ready(uint32 callbackGas) private returns (RequestHeader memory) {
        return _readyFor(address(consumer), callbackGas);
    }

    /// @dev READY at once.
    function _readyFor(address to, uint32 callbackGas) private returns (RequestHeader memory header) {
        Intent memory intent = Intent({
            keyId: KeyId.wrap(bytes32(uint256(1))),
            path: 0,
            kind: PayloadKinds.RAW_DIGEST,
            payload: "",
            digests: digests,
            effects: new Effect[](0),
            deadline: uint48(block.timestamp + 1 hours),
            consumer: to,
            callbackGas: callbackGas,
            replaces: RequestId.wrap(0)
        });
        requests.request(intent);
        header = this.headerOf(intent, requests.requestCount());
    }

    function headerOf(Intent calldata intent, uint64 counter) external view returns (RequestHeader memory) {
        return RequestHash.headerOf(intent, address(this), counter);
    }
}
