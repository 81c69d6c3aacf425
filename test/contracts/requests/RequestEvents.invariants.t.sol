// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {
    Announcement,
    Intent,
    ISigningRequests,
    RequestState,
    RequestWord
} from "../../../contracts/requests/ISigningRequests.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {RequestId} from "../../../contracts/types/Ids.sol";
import {Base, Vm} from "../support/Base.sol";
import {IWatcher, RequestsHandler} from "../support/RequestsHandler.sol";

/// @dev An explorer: knows logs and the time of their block, and nothing else.
contract Explorer is IWatcher {
    RequestId[] private _ids;
    mapping(RequestId id => RequestWord) private _words;
    mapping(RequestId id => address) private _requesters;
    mapping(address requester => uint40) private _epochs;
    bytes32[] private _names;
    mapping(bytes32 announcement => Announcement) private _announcements;
    mapping(address module => bytes32) private _listed;
    uint256 public unknown;

    function read(Vm.Log[] calldata logs) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 name = logs[i].topics[0];
            if (!_readRequest(name, logs[i]) && !_readEnding(name, logs[i]) && !_readModule(name, logs[i])) ++unknown;
        }
    }

    function count() external view returns (uint256) {
        return _ids.length;
    }

    function wordOf(uint256 index) external view returns (RequestId id, RequestWord memory word) {
        id = _ids[index];
        word = _words[id];
    }

    function names() external view returns (bytes32[] memory) {
        return _names;
    }

    function announcementOf(bytes32 name) external view returns (Announcement memory) {
        return _announcements[name];
    }

    function epochOf(address requester) external view returns (uint40) {
        return _epochs[requester];
    }

    function listed(address module) external view returns (bytes32) {
        return _listed[module];
    }

    /// @dev A row that has a newer epoch logs nothing about each request that it overtakes, nor does time.
    function mayExpire(RequestId id) external view returns (bool) {
        RequestWord memory word = _words[id];
        bool open = word.state == RequestState.Queued || word.state == RequestState.Ready;
        return open && (block.timestamp > word.deadline || _epochs[_requesters[id]] != word.epoch);
    }

    function _readRequest(bytes32 name, Vm.Log calldata log) private returns (bool) {
        RequestId id = RequestId.wrap(log.topics[1]);
        if (name == ISigningRequests.SignatureRequested.selector) return _open(id, log);
        if (name == ISigningRequests.RequestReady.selector) {
            _words[id].readyAt = uint48(block.timestamp);
            return _move(id, RequestState.Ready);
        }
        if (name == ISigningRequests.EntrySkipped.selector) return true;
        return name == ISigningRequests.SignatureFulfilled.selector && _move(id, RequestState.Fulfilled);
    }

    function _open(RequestId id, Vm.Log calldata log) private returns (bool) {
        (
            uint64 counter,
            uint40 epoch,
            uint48 queuedAt,
            uint48 readyAt,
            address module,
            bool voted,
            Intent memory intent
        )
        = abi.decode(log.data, (uint64, uint40, uint48, uint48, address, bool, Intent));
        _words[id] = RequestWord(RequestState.Queued, queuedAt, readyAt, intent.deadline, epoch, voted);
        _requesters[id] = address(uint160(uint256(log.topics[3])));
        _ids.push(id);
        return _ids.length == counter && (module == address(0) || _listed[module] != 0);
    }

    function _readEnding(bytes32 name, Vm.Log calldata log) private returns (bool) {
        RequestId id = RequestId.wrap(log.topics[1]);
        if (name == ISigningRequests.RequestCancelled.selector) return _move(id, RequestState.Cancelled);
        if (name == ISigningRequests.RequestRefused.selector) return _move(id, RequestState.Refused);
        if (name == ISigningRequests.RequestAbandoned.selector) return _move(id, RequestState.Expired);
        if (name != ISigningRequests.RequestExpired.selector) return false;
        if (_words[id].state == RequestState.Queued) _words[id].readyAt = 0;
        return _move(id, RequestState.Expired);
    }

    function _readModule(bytes32 name, Vm.Log calldata log) private returns (bool) {
        if (name == IKeyRegistry.RowSet.selector || name == IKeyRegistry.RowRaised.selector) {
            _epochs[address(uint160(uint256(log.topics[2])))] = uint40(uint256(bytes32(log.data[:32])));
            return true;
        }
        address module = address(uint160(uint256(log.topics[1])));
        if (name == ISigningRequests.ModuleListed.selector) {
            _listed[module] = bytes32(log.data[:32]);
            return true;
        }
        if (name == ISigningRequests.ModuleRemoved.selector) {
            delete _listed[module];
            return true;
        }
        return _readAnnouncement(name, log);
    }

    /// @dev Module, key, requester and hash: the same four words as the core's own name for it.
    function _readAnnouncement(bytes32 name, Vm.Log calldata log) private returns (bool) {
        bytes32 its = keccak256(abi.encode(log.topics[1], log.topics[2], log.topics[3], bytes32(log.data[:32])));
        if (name == ISigningRequests.RequestAnnounced.selector) {
            _names.push(its);
            _announcements[its] = Announcement(uint48(block.timestamp), uint40(uint256(bytes32(log.data[32:64]))));
            return true;
        }
        delete _announcements[its];
        return name == ISigningRequests.AnnouncementUsed.selector
            || name == ISigningRequests.AnnouncementWithdrawn.selector;
    }

    function _move(RequestId id, RequestState state) private returns (bool) {
        _words[id].state = state;
        return true;
    }
}

/// @dev The runner fuzzes what is in the file of the test.
contract EventsHandler is RequestsHandler {
    constructor(IWatcher watcher_) RequestsHandler(watcher_) {}
}

/// @dev I9: what requests are follows from events and block times, row epochs among them.
contract RequestEventsInvariants is Base {
    uint256 private constant ANNOUNCEMENTS_SLOT = 3;

    SigningRequests private requests;
    EventsHandler private handler;
    Explorer private explorer;
    address[] private _targets;

    function setUp() public {
        vm.warp(1_800_000_000);
        explorer = new Explorer();
        handler = new EventsHandler(explorer);
        handler.begin();
        requests = handler.requests();
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheExplorerSeesEveryEnd() public {
        handler.ask(0, 0, "fulfilled, READY at once");
        handler.fulfil(0, true);
        handler.setRow(0, 60, true);
        handler.announce(0, "told");
        handler.pass(60);
        handler.askAsAnnounced(0, 0, "refused, as announced");
        handler.endRefused(1, 5);
        handler.ask(0, 0, "cancelled");
        handler.cancel(2, 0);
        handler.ask(0, 0, "expires in the queue");
        handler.askByVote(1, 0, "READY, and overtaken");
        handler.raise(1);
        handler.expire(4);
        for (uint256 i = 0; i < 3; ++i) handler.pass(1999);
        handler.expire(3);
        handler.ask(2, 0, "abandoned");
        handler.abandon(5, 0);
        handler.ask(0, 0, "queued");
        handler.ask(1, 0, "ready");
        _requireStates();
        invariant_EventsAndTimeGiveEveryRequest();
        invariant_EventsAndTimeGiveEveryAnnouncement();
    }

    function invariant_EventsAndTimeGiveEveryRequest() public view {
        assertEq(explorer.unknown(), 0);
        assertEq(handler.unforeseen(), 0);
        assertEq(requests.requestCount(), explorer.count());
        for (uint256 i = 0; i < explorer.count(); ++i) {
            (RequestId id, RequestWord memory told) = explorer.wordOf(i);
            assertTrue(keccak256(abi.encode(requests.wordOf(id))) == keccak256(abi.encode(told)));
        }
    }

    function invariant_EventsAndTimeGiveEveryAnnouncement() public view {
        bytes32[] memory names = explorer.names();
        for (uint256 i = 0; i < names.length; ++i) {
            Announcement memory told = explorer.announcementOf(names[i]);
            uint256 word = uint256(requests.extsload(keccak256(abi.encode(names[i], ANNOUNCEMENTS_SLOT))));
            assertEq(word, uint256(told.announcedAt) | (uint256(told.epoch) << 48));
        }
    }

    function _requireStates() private view {
        RequestState[8] memory expected = [
            RequestState.Fulfilled,
            RequestState.Refused,
            RequestState.Cancelled,
            RequestState.Expired,
            RequestState.Expired,
            RequestState.Expired,
            RequestState.Queued,
            RequestState.Ready
        ];
        for (uint256 i = 0; i < 8; ++i) {
            (, RequestWord memory told) = explorer.wordOf(i);
            assertEq(uint256(told.state), uint256(expected[i]));
            assertTrue((told.readyAt == 0) == (i == 3)); // what expired in the queue was never READY
            assertTrue(told.voted == (i == 4));
            assertEq(told.epoch, i == 0 || i == 4 || i == 5 ? 2 : 3);
        }
    }
}
