// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../../../contracts/keys/IDerivedKeys.sol";
import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {
    Effect,
    Fulfilment,
    Intent,
    RequestHeader,
    RequestState,
    RequestWord
} from "../../../contracts/requests/ISigningRequests.sol";
import {RequestHash} from "../../../contracts/requests/RequestHash.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {KeyId, RequestId} from "../../../contracts/types/Ids.sol";
import {PayloadKinds} from "../../../contracts/types/Kinds.sol";
import {Base, Vm} from "./Base.sol";
import {StubAuthority} from "./StubAuthority.sol";
import {StubKey} from "./StubKey.sol";

/// @dev Knows logs and the time of their block, and nothing else.
interface IWatcher {
    function read(Vm.Log[] calldata logs) external;
    function mayExpire(RequestId id) external view returns (bool);
}

/// @dev A module, as far as the core sees it: code.
contract Asker {}

/// @dev Asks, announces, moves and ends at random, for three requesters, one module, a vote and a guardian, and
/// remembers what each request has been through. Rows change, and are raised, in between.
contract RequestsHandler is Base {
    struct Announced {
        address requester;
        bytes32 hash;
        uint40 epoch;
        uint48 since;
        bool usedUp;
    }

    address public constant VOTE = address(0x70E);
    address public constant GUARDIAN = address(0x60A2);
    address public constant REFUSALS = address(0x2EF);
    KeyId private constant KEY = KeyId.wrap("key");

    SigningRequests public immutable requests;
    StubKey private immutable _key = new StubKey(Scheme.Bip340);
    address private immutable _module = address(new Asker());
    IWatcher private immutable _watcher;
    address[3] private _requesters = [address(0xA1), address(0xA2), address(0xA3)];

    RequestHeader[] private _headers;
    Announced[] private _announced;
    bool private _begun;
    RequestId[] public ids;
    mapping(RequestId id => RequestState) public lastState;
    mapping(RequestId id => bytes32 payloadHash) public payloadOf;
    mapping(RequestId id => address) public requesterOf;
    mapping(RequestId id => bool) public voted;
    mapping(RequestId id => uint256) public fulfilments;
    /// @dev Unix time in seconds before which it must not be READY
    mapping(RequestId id => uint256) public earliest;
    mapping(RequestId id => uint40) public epochOf;

    uint256 public repeatedIds;
    uint256 public wrongSteps;
    uint256 public forgedMoves;
    uint256 public wrongReady;
    uint256 public wrongEnds;
    uint256 public usedTwice;
    uint256 public unforeseen;

    /// @dev A call that reverts leaves no log.
    modifier shown() {
        if (address(_watcher) != address(0)) vm.recordLogs();
        _;
        if (address(_watcher) != address(0)) _watcher.read(vm.getRecordedLogs());
    }

    constructor(IWatcher watcher_) {
        _watcher = watcher_;
        requests = new SigningRequests(
            address(new StubAuthority(VOTE, GUARDIAN)),
            IKeyRegistry(address(_key)),
            IDerivedKeys(address(_key)),
            REFUSALS,
            1 days
        );
    }

    /// @dev Every requester has a row, and the module is listed and in effect: no key exists when a vote lists it. The
    /// runner calls it again and again: a module that is listed has to go before it comes back.
    function begin() external shown {
        _key.setKeyCount(0);
        if (_begun) {
            vm.prank(VOTE);
            requests.removeModule(_module);
        }
        _begun = true;
        vm.prank(VOTE);
        requests.listModule(_module, _module.codehash);
        _key.setKeyCount(1);
        for (uint256 i = 0; i < 3; ++i) _key.setRow(_requesters[i], address(0), _module, 0);
    }

    // --- Rows --------------------------------------------------------------------------------------------------------

    function setRow(uint256 who, uint16 delay, bool withModule) external shown {
        _key.setRow(_requesters[who % 3], address(0), withModule ? _module : address(0), delay % 1000);
    }

    function raise(uint256 who) external shown {
        _key.raise(KEY, _requesters[who % 3]);
    }

    // --- Asking ------------------------------------------------------------------------------------------------------

    function ask(uint256 who, uint16 room, bytes calldata payload) external shown {
        address requester = _requesters[who % 3];
        uint32 delay = _key.rowOf(KEY, requester).delay;
        Intent memory intent = _intent(delay, room, payload);
        vm.prank(requester);
        _note(requests.request(intent), intent, requester, block.timestamp + delay);
    }

    function askByVote(uint256 who, uint16 room, bytes calldata payload) external shown {
        address requester = _requesters[who % 3];
        uint32 delay = _key.rowOf(KEY, requester).delay;
        Intent memory intent = _intent(delay, room, payload);
        vm.prank(VOTE);
        RequestId id = requests.requestFor(intent, requester, 0);
        voted[id] = true;
        _note(id, intent, requester, block.timestamp + delay);
    }

    function announce(uint256 who, bytes32 hash) external shown {
        address requester = _requesters[who % 3];
        uint40 epoch = _key.rowOf(KEY, requester).epoch;
        vm.prank(_module);
        try requests.announce(KEY, requester, hash) {
            _announced.push(Announced(requester, hash, epoch, uint48(block.timestamp), false));
        } catch {}
    }

    function withdraw(uint256 seed, uint8 by) external shown {
        Announced storage announced = _pickAnnounced(seed);
        vm.prank(_caller(by, announced.requester));
        try requests.withdraw(_module, KEY, announced.requester, announced.hash) {
            _use(announced);
        } catch {}
    }

    function askAsAnnounced(uint256 seed, uint16 room, bytes calldata payload) external shown {
        Announced storage announced = _pickAnnounced(seed);
        (address requester, uint40 epoch) = (announced.requester, announced.epoch);
        uint32 delay = _key.rowOf(KEY, requester).delay;
        Intent memory intent = _intent(delay, room, payload);
        vm.prank(_module);
        try requests.requestFor(intent, requester, announced.hash) returns (RequestId id) {
            _use(announced);
            if (epoch != _key.rowOf(KEY, requester).epoch) ++usedTwice;
            _note(id, intent, requester, announced.since + delay);
        } catch {}
    }

    // --- Moving ------------------------------------------------------------------------------------------------------

    function markReady(uint256 seed) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try requests.markReady(header) {} catch {}
        _step(id);
    }

    function markReadyMany(uint256 seed) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        RequestHeader[] memory headers = new RequestHeader[](3);
        (headers[0], headers[1]) = (header, header);
        (, headers[2]) = _pick(seed / 7);
        requests.markReadyMany(headers);
        _step(id);
        _step(RequestHash.id(headers[2], address(requests)));
    }

    function fulfil(uint256 seed, bool honest) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        try requests.fulfil(header, _digests(), _signatures(honest)) {
            assertTrue(honest);
            ++fulfilments[id];
        } catch {}
        _step(id);
    }

    /// @dev The second entry is the first again, the third is forged.
    function fulfilMany(uint256 seed) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        bool open = requests.stateOf(id) == RequestState.Ready;
        Fulfilment[] memory entries = new Fulfilment[](3);
        entries[0] = Fulfilment(header, _digests(), _signatures(true));
        entries[1] = entries[0];
        entries[2] = Fulfilment(header, _digests(), _signatures(false));
        requests.fulfilMany(entries);
        if (open && requests.stateOf(id) == RequestState.Fulfilled) ++fulfilments[id];
        _step(id);
    }

    /// @dev What says anything else than a request says is no request.
    function forge(uint256 seed, uint8 field, bytes32 lie) external shown {
        (, RequestHeader memory header) = _pick(seed);
        RequestHeader memory forged = abi.decode(abi.encode(header), (RequestHeader));
        _lie(forged, field % 7, lie);
        vm.assume(keccak256(abi.encode(forged)) != keccak256(abi.encode(header)));
        vm.assume(lastState[RequestHash.id(forged, address(requests))] == RequestState.None);
        try requests.fulfil(forged, _digests(), _signatures(true)) { ++forgedMoves; } catch {}
        try requests.markReady(forged) { ++forgedMoves; } catch {}
        try requests.expire(forged) { ++forgedMoves; } catch {}
    }

    // --- Ending ------------------------------------------------------------------------------------------------------

    function cancel(uint256 seed, uint8 by) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        address caller = _caller(by, header.requester);
        vm.prank(caller);
        try requests.cancel(header) {
            bool own = caller == header.requester && !voted[id];
            if (!own && caller != VOTE && caller != GUARDIAN) ++wrongEnds;
        } catch {}
        _step(id);
    }

    function abandon(uint256 seed, uint8 by) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        address caller = _caller(by, header.requester);
        vm.prank(caller);
        try requests.abandon(header) {
            bool own = caller == header.requester && !voted[id];
            if (!own && caller != VOTE) ++wrongEnds;
        } catch {}
        _step(id);
    }

    function expire(uint256 seed) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        bool open = _isOpen(requests.stateOf(id));
        bool over = block.timestamp > header.deadline || _key.rowOf(KEY, header.requester).epoch != epochOf[id];
        if (address(_watcher) != address(0) && _watcher.mayExpire(id) != (open && over)) ++unforeseen;
        try requests.expire(header) {
            if (!open || !over) ++wrongEnds;
        } catch {
            if (open && over) ++wrongEnds;
        }
        _step(id);
    }

    function endRefused(uint256 seed, uint8 by) external shown {
        (RequestId id, RequestHeader memory header) = _pick(seed);
        address caller = by % 6 == 5 ? REFUSALS : _caller(by, header.requester);
        vm.prank(caller);
        try requests.endRefused(id) {
            if (caller != REFUSALS) ++wrongEnds;
        } catch {}
        _step(id);
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time % 2000);
    }

    // --- What came of it ---------------------------------------------------------------------------------------------

    function count() external view returns (uint256) {
        return ids.length;
    }

    function announcements() external view returns (uint256) {
        return _announced.length;
    }

    function headerOf(uint256 index) external view returns (RequestHeader memory) {
        return _headers[index];
    }

    function hashHeader(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory)
    {
        return RequestHash.headerOf(intent, requester, counter);
    }

    function _note(RequestId id, Intent memory intent, address requester, uint256 from) private {
        if (payloadOf[id] != 0) ++repeatedIds;
        payloadOf[id] = keccak256(intent.payload);
        requesterOf[id] = requester;
        earliest[id] = from;
        epochOf[id] = _key.rowOf(KEY, requester).epoch;
        ids.push(id);
        _headers.push(this.hashHeader(intent, requester, requests.requestCount()));
        _step(id);
    }

    function _step(RequestId id) private {
        RequestWord memory word = requests.wordOf(id);
        RequestState from = lastState[id];
        if (from == word.state) return;
        if (!_mayFollow(from, word.state)) ++wrongSteps;
        if (word.state == RequestState.Ready) {
            bool late = block.timestamp + 30 minutes > word.deadline;
            uint40 epoch = _key.rowOf(KEY, requesterOf[id]).epoch;
            if (block.timestamp < earliest[id] || late || epoch != epochOf[id]) ++wrongReady;
        }
        lastState[id] = word.state;
    }

    function _use(Announced storage announced) private {
        if (announced.usedUp) ++usedTwice;
        announced.usedUp = true;
    }

    function _pick(uint256 seed) private view returns (RequestId, RequestHeader memory) {
        vm.assume(ids.length > 0);
        uint256 index = seed % ids.length;
        return (ids[index], _headers[index]);
    }

    /// @dev The latest of its name: where the row has overtaken one it may be announced anew.
    function _pickAnnounced(uint256 seed) private view returns (Announced storage picked) {
        vm.assume(_announced.length > 0);
        uint256 first = seed % _announced.length;
        picked = _announced[first];
        for (uint256 i = first + 1; i < _announced.length; ++i) {
            if (_announced[i].hash == picked.hash && _announced[i].requester == picked.requester) {
                picked = _announced[i];
            }
        }
    }

    function _caller(uint8 by, address requester) private view returns (address) {
        address[5] memory callers = [requester, VOTE, GUARDIAN, _requesters[by % 3], address(0xBAD)];
        return callers[by % 5];
    }

    function _mayFollow(RequestState from, RequestState to) private pure returns (bool) {
        if (from == RequestState.None) return _isOpen(to);
        if (from == RequestState.Queued) {
            return to == RequestState.Ready || to == RequestState.Expired || to == RequestState.Cancelled;
        }
        return from == RequestState.Ready
            && (to == RequestState.Fulfilled || to == RequestState.Refused || to == RequestState.Expired);
    }

    function _isOpen(RequestState state) private pure returns (bool) {
        return state == RequestState.Queued || state == RequestState.Ready;
    }

    function _lie(RequestHeader memory header, uint8 field, bytes32 lie) private pure {
        if (field == 0) header.keyId = KeyId.wrap(lie);
        if (field == 1) header.requester = address(uint160(uint256(lie)));
        if (field == 2) header.counter = uint64(uint256(lie));
        if (field == 3) header.payloadHash = lie;
        if (field == 4) header.effectsHash = lie;
        if (field == 5) header.deadline = uint48(uint256(lie));
        if (field == 6) header.path = lie;
    }

    function _intent(uint32 delay, uint16 room, bytes calldata payload) private view returns (Intent memory) {
        return Intent({
            keyId: KEY,
            path: 0,
            kind: PayloadKinds.RAW_DIGEST,
            payload: payload,
            digests: _digests(),
            effects: new Effect[](0),
            deadline: uint48(block.timestamp) + delay + 40 minutes + room % 1000,
            consumer: address(0),
            callbackGas: 0,
            replaces: RequestId.wrap(0)
        });
    }

    function _digests() private pure returns (bytes[] memory digests) {
        digests = new bytes[](1);
        digests[0] = abi.encode(bytes32("message"));
    }

    function _signatures(bool honest) private pure returns (bytes[] memory signatures) {
        signatures = _digests();
        if (!honest) signatures[0] = "another";
    }
}
