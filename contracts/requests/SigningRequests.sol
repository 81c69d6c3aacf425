// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IDerivedKeys} from "../keys/IDerivedKeys.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {Scheme} from "../keys/KeyTypes.sol";
import {Described} from "../types/Described.sol";
import {Extsload} from "../types/Extsload.sol";
import {KeyId, RequestId} from "../types/Ids.sol";
import {Callback} from "./Callback.sol";
import {GuardCall} from "./GuardCall.sol";
import {
    Announcement,
    Fulfilment,
    Intent,
    ISigningRequests,
    ModuleListing,
    RequestHeader,
    RequestState,
    RequestWord
} from "./ISigningRequests.sol";
import {ListedCode} from "../types/ListedCode.sol";
import {RequestHash} from "./RequestHash.sol";
import {RequestRules} from "./RequestRules.sol";

/// @title Signatures that governance asked for: the life of a request, from top to bottom
/// @dev The core holds what no DAO can leave out. Modules ask for others (requests/modules), guards are asked
/// (requests/guards), lenses read (lens/). Every state-changing function has the same beats: checks, the core's own
/// writes, then calls to others.
contract SigningRequests is ISigningRequests, AccessManaged, Extsload, Described {
    /// @dev Who is asking, and since when the row's delay runs.
    struct Asking {
        address requester;
        address module;
        bool voted;
        uint48 queuedAt;
    }

    /// @dev Read by enclaves (docs/storage.md): its values hold nothing else.
    mapping(RequestId id => RequestWord) private _requests;
    /// @dev hash of the signatures that a consumer has not taken yet
    mapping(RequestId id => bytes32) private _undelivered;
    /// @dev by module, key, requester and what the module calls it
    mapping(bytes32 announcement => Announcement) private _announcements;
    mapping(address module => ModuleListing) private _listings;
    uint64 private _count;

    IKeyRegistry private immutable _keys;
    IDerivedKeys private immutable _derivedKeys;
    address private immutable _refusals;
    uint48 private immutable _trustDelay;

    constructor(
        address authority_,
        IKeyRegistry keys_,
        IDerivedKeys derivedKeys_,
        address refusals_,
        uint48 trustDelay_
    ) AccessManaged(authority_) {
        _keys = keys_;
        _derivedKeys = derivedKeys_;
        _refusals = refusals_;
        _trustDelay = trustDelay_;
    }

    // --- Asking ------------------------------------------------------------------------------------------------------

    /// @inheritdoc ISigningRequests
    function request(Intent calldata intent) external returns (RequestId) {
        return _open(intent, Asking(msg.sender, address(0), false, uint48(block.timestamp)));
    }

    /// @inheritdoc ISigningRequests
    function announce(KeyId keyId, address requester, bytes32 hash) external {
        uint48 listedAt = _requireModule(keyId, requester);
        bytes32 name = _announcementName(msg.sender, keyId, requester, hash);
        uint40 epoch = _keys.rowOf(keyId, requester).epoch;
        Announcement memory former = _announcements[name];
        bool over = former.announcedAt < listedAt || former.epoch != epoch;
        // zero is how a vote says that it announced nothing
        require(hash != 0 && over, SigningRequestsAnnounced(msg.sender, keyId, requester, hash));

        _announcements[name] = Announcement(uint48(block.timestamp), epoch);
        emit RequestAnnounced(msg.sender, keyId, requester, hash, epoch);
    }

    /// @inheritdoc ISigningRequests
    function withdraw(address module, KeyId keyId, address requester, bytes32 hash) external {
        if (msg.sender != requester) _checkCanCall(msg.sender, msg.data);

        _useUp(module, keyId, requester, hash);
        emit AnnouncementWithdrawn(module, keyId, requester, hash, msg.sender);
    }

    /// @inheritdoc ISigningRequests
    function requestFor(Intent calldata intent, address requester, bytes32 announced) external returns (RequestId) {
        if (announced == 0) {
            _checkCanCall(msg.sender, msg.data);
            return _open(intent, Asking(requester, address(0), true, uint48(block.timestamp)));
        }
        uint48 listedAt = _requireModule(intent.keyId, requester);
        Announcement memory announcement = _useUp(msg.sender, intent.keyId, requester, announced);
        // what was announced under a former listing ended with it
        require(
            announcement.announcedAt >= listedAt,
            SigningRequestsNotAnnounced(msg.sender, intent.keyId, requester, announced)
        );
        uint40 current = _keys.rowOf(intent.keyId, requester).epoch;
        require(
            announcement.epoch == current,
            SigningRequestsAnnouncementOvertaken(announced, announcement.epoch, current)
        );
        emit AnnouncementUsed(msg.sender, intent.keyId, requester, announced);

        return _open(intent, Asking(requester, msg.sender, false, announcement.announcedAt));
    }

    // --- QUEUED -> READY ---------------------------------------------------------------------------------------------

    /// @inheritdoc ISigningRequests
    function markReady(RequestHeader calldata header) external {
        RequestId id = RequestHash.idOf(header, address(this));
        RequestWord storage word = _requireState(id, RequestState.Queued);
        require(block.timestamp >= word.readyAt, SigningRequestsTooEarly(id, word.readyAt, block.timestamp));
        RequestRules.requireRoom(id, word.deadline);
        // an equal epoch: the row, and so its delay, guard and kinds, are what they were
        (uint40 epoch,, address guard,) = _keys.requireRequestable(header.keyId, header.requester, header.kind);
        require(epoch == word.epoch, SigningRequestsOvertaken(id, word.epoch, epoch));

        word.state = RequestState.Ready;
        word.readyAt = uint48(block.timestamp);
        emit RequestReady(id, header.keyId);

        if (!word.voted) GuardCall.onReady(guard, id, header);
    }

    /// @inheritdoc ISigningRequests
    function markReadyMany(RequestHeader[] calldata headers) external {
        for (uint256 i = 0; i < headers.length; ++i) {
            _attempt(i, headers[i], abi.encodeCall(this.markReady, (headers[i])));
        }
    }

    // --- READY -> FULFILLED ------------------------------------------------------------------------------------------

    /// @inheritdoc ISigningRequests
    function fulfil(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external {
        RequestId id = RequestHash.idOf(header, address(this));
        RequestWord storage word = _requireState(id, RequestState.Ready);
        require(
            block.timestamp <= word.deadline, SigningRequestsDeadlinePassed(id, word.deadline, block.timestamp)
        );
        _requireDigests(id, header, digests);
        // INTEGRATOR: neither the row nor a pause is asked: a signature that is out is out
        _derivedKeys.requireSigned(header.keyId, header.requester, header.path, header.kind, digests, signatures);

        word.state = RequestState.Fulfilled;
        emit SignatureFulfilled(id, header.keyId, signatures);

        _notify(id, header, signatures);
    }

    /// @inheritdoc ISigningRequests
    function fulfilMany(Fulfilment[] calldata entries) external {
        for (uint256 i = 0; i < entries.length; ++i) {
            Fulfilment calldata entry = entries[i];
            bytes memory call = abi.encodeCall(this.fulfil, (entry.header, entry.digests, entry.signatures));
            _attempt(i, entry.header, call);
        }
    }

    /// @inheritdoc ISigningRequests
    function redeliver(RequestHeader calldata header, bytes[] calldata signatures) external {
        RequestId id = RequestHash.idOf(header, address(this));
        bytes32 hash = RequestHash.list(signatures);
        bytes32 undelivered = _undelivered[id];
        require(
            undelivered != 0 && hash == undelivered, SigningRequestsNothingToDeliver(id, hash, undelivered)
        );

        delete _undelivered[id];

        _notify(id, header, signatures);
    }

    // --- Other ends --------------------------------------------------------------------------------------------------

    /// @inheritdoc ISigningRequests
    function cancel(RequestHeader calldata header) external {
        RequestId id = RequestHash.idOf(header, address(this));
        RequestWord storage word = _requireState(id, RequestState.Queued);
        _requireMayEnd(header.requester, word.voted);

        word.state = RequestState.Cancelled;
        emit RequestCancelled(id, msg.sender);
    }

    /// @inheritdoc ISigningRequests
    function expire(RequestHeader calldata header) external {
        RequestId id = RequestHash.idOf(header, address(this));
        RequestWord storage word = _requests[id];
        bool queued = word.state == RequestState.Queued;
        require(
            queued || word.state == RequestState.Ready, SigningRequestsWrongState(id, word.state, RequestState.Ready)
        );
        bool over = block.timestamp > word.deadline
            || _keys.rowOf(header.keyId, header.requester).epoch != word.epoch;
        require(over, SigningRequestsNotExpired(id, word.deadline, block.timestamp));

        word.state = RequestState.Expired;
        // what expires in the queue was never READY: nobody can have signed it
        if (queued) word.readyAt = 0;
        emit RequestExpired(id);
    }

    /// @inheritdoc ISigningRequests
    function abandon(RequestHeader calldata header) external {
        RequestId id = RequestHash.idOf(header, address(this));
        RequestWord storage word = _requireState(id, RequestState.Ready);
        _requireMayEnd(header.requester, word.voted);

        word.state = RequestState.Expired;
        emit RequestAbandoned(id, msg.sender);
    }

    /// @inheritdoc ISigningRequests
    function endRefused(RequestId id) external {
        require(msg.sender == _refusals, SigningRequestsNotRefusals(msg.sender, _refusals));
        RequestWord storage word = _requireState(id, RequestState.Ready);

        word.state = RequestState.Refused;
        emit RequestRefused(id);
    }

    // --- Modules that may ask ----------------------------------------------------------------------------------------

    /// @inheritdoc ISigningRequests
    function listModule(address module, bytes32 codeHash) external restricted {
        require(ListedCode.isAt(module, codeHash), SigningRequestsNoModule(module, codeHash));
        uint48 listedAt = _listings[module].effectiveAt;
        require(listedAt == 0, SigningRequestsListed(module, listedAt));
        uint48 effectiveAt = uint48(block.timestamp) + (_keys.keyCount() == 0 ? 0 : _trustDelay);

        _listings[module] = ModuleListing(codeHash, effectiveAt);
        emit ModuleListed(module, codeHash, effectiveAt);
    }

    /// @inheritdoc ISigningRequests
    function withdrawModule(address module) external restricted {
        uint48 effectiveAt = _listings[module].effectiveAt;
        require(
            block.timestamp < effectiveAt, SigningRequestsNothingToWithdraw(module, effectiveAt, block.timestamp)
        );

        _removeModule(module);
    }

    /// @inheritdoc ISigningRequests
    function removeModule(address module) external restricted {
        require(_listings[module].effectiveAt != 0, SigningRequestsNotListed(module, 0, block.timestamp));

        _removeModule(module);
    }

    // --- Reading -----------------------------------------------------------------------------------------------------

    /// @inheritdoc ISigningRequests
    function stateOf(RequestId id) external view returns (RequestState) {
        return _requests[id].state;
    }

    /// @inheritdoc ISigningRequests
    function wordOf(RequestId id) external view returns (RequestWord memory) {
        return _requests[id];
    }

    /// @inheritdoc ISigningRequests
    function requestCount() external view returns (uint64) {
        return _count;
    }

    /// @inheritdoc ISigningRequests
    function trustDelay() external view returns (uint48) {
        return _trustDelay;
    }

    /// @inheritdoc ISigningRequests
    function keys() external view returns (IKeyRegistry) {
        return _keys;
    }

    /// @inheritdoc ISigningRequests
    function derivedKeys() external view returns (IDerivedKeys) {
        return _derivedKeys;
    }

    /// @inheritdoc ISigningRequests
    function refusals() external view returns (address) {
        return _refusals;
    }

    // --- How it is done ----------------------------------------------------------------------------------------------

    /// @dev QUEUED, or READY at once where nothing is left to wait for. A guard's no reverts all of it.
    function _open(Intent calldata intent, Asking memory asking) private returns (RequestId id) {
        (uint40 epoch, uint32 delay, address guard, Scheme scheme) =
            _keys.requireRequestable(intent.keyId, asking.requester, intent.kind);
        uint48 readyAt = RequestRules.readyAt(asking.queuedAt, delay);
        RequestRules.requireValid(intent, scheme, readyAt);
        _requireReplaceable(intent.replaces, asking.module);
        RequestHeader memory header = RequestHash.headerOf(intent, asking.requester, ++_count);
        id = RequestHash.id(header, address(this));
        bool ready = readyAt == block.timestamp;

        RequestWord storage word = _requests[id];
        word.state = ready ? RequestState.Ready : RequestState.Queued;
        word.queuedAt = asking.queuedAt;
        word.readyAt = readyAt;
        word.deadline = intent.deadline;
        word.epoch = epoch;
        word.voted = asking.voted;
        _emitRequested(id, header.counter, epoch, readyAt, intent, asking);
        if (ready) emit RequestReady(id, intent.keyId);

        if (asking.voted) return id;
        GuardCall.onQueued(guard, id, asking.requester, intent);
        if (ready) GuardCall.onReady(guard, id, header);
    }

    function _emitRequested(
        RequestId id,
        uint64 counter,
        uint40 epoch,
        uint48 readyAt,
        Intent calldata intent,
        Asking memory asking
    ) private {
        emit SignatureRequested(
            id,
            intent.keyId,
            asking.requester,
            counter,
            epoch,
            asking.queuedAt,
            readyAt,
            asking.module,
            asking.voted,
            intent
        );
    }

    /// @dev One entry of a call for many, as a call of this contract to itself: what it meets is its own, and undone
    /// with it. Its errors are this contract's, or those of the registries, and always have a selector: an end without
    /// one is an end of gas.
    function _attempt(uint256 index, RequestHeader calldata header, bytes memory data) private {
        bool done;
        bytes4 reason;
        uint256 size;
        assembly ("memory-safe") {
            mstore(0x00, 0)
            done := call(gas(), address(), 0, add(data, 0x20), mload(data), 0x00, 0x04)
            size := returndatasize()
            reason := shl(224, shr(224, mload(0x00)))
        }
        if (done) return;
        require(
            size >= 4 && reason != SigningRequestsInsufficientGas.selector, SigningRequestsEntryOutOfGas(index)
        );
        emit EntrySkipped(RequestHash.idOf(header, address(this)), reason);
    }

    /// @dev A second entry from the consumer finds the request fulfilled and nothing undelivered.
    function _notify(RequestId id, RequestHeader calldata header, bytes[] calldata signatures) private {
        if (header.consumer == address(0)) return;
        if (Callback.call(header.consumer, header.callbackGas, id, header.keyId, signatures)) {
            emit CallbackDelivered(id, header.consumer);
        } else {
            _undelivered[id] = RequestHash.list(signatures);
            emit CallbackFailed(id, header.consumer);
        }
    }

    function _useUp(address module, KeyId keyId, address requester, bytes32 hash)
        private
        returns (Announcement memory announcement)
    {
        bytes32 name = _announcementName(module, keyId, requester, hash);
        announcement = _announcements[name];
        require(announcement.announcedAt != 0, SigningRequestsNotAnnounced(module, keyId, requester, hash));

        delete _announcements[name];
    }

    function _removeModule(address module) private {
        delete _listings[module];
        emit ModuleRemoved(module, msg.sender);
    }

    function _requireState(RequestId id, RequestState needed) private view returns (RequestWord storage word) {
        word = _requests[id];
        require(word.state == needed, SigningRequestsWrongState(id, word.state, needed));
    }

    /// @dev INTEGRATOR: whether the two conflict, and are of one key, requester, path and kind, is for the enclaves to
    /// decide, which are shown both.
    function _requireReplaceable(RequestId first, address module) private view {
        if (RequestId.unwrap(first) == 0) return;
        require(module == address(0), SigningRequestsReplacement(first));
        RequestRules.requireWasReady(first, _requests[first]);
    }

    /// @dev What a vote asked for in somebody's name is not theirs to end.
    function _requireMayEnd(address requester, bool voted) private {
        if (msg.sender != requester || voted) _checkCanCall(msg.sender, msg.data);
    }

    /// @dev That the caller is what a vote has listed, with the code that was voted for, and what this row names.
    /// @return listedAt since when: what was announced before was announced under another listing
    function _requireModule(KeyId keyId, address requester) private view returns (uint48 listedAt) {
        ModuleListing memory listing = _listings[msg.sender];
        listedAt = listing.effectiveAt;
        require(
            listedAt != 0 && block.timestamp >= listedAt,
            SigningRequestsNotListed(msg.sender, listedAt, block.timestamp)
        );
        require(
            msg.sender.codehash == listing.codeHash,
            SigningRequestsOtherCode(msg.sender, msg.sender.codehash, listing.codeHash)
        );
        address named = _keys.moduleOf(keyId, requester);
        require(named == msg.sender, SigningRequestsOtherModule(keyId, requester, msg.sender, named));
    }

    function _requireDigests(RequestId id, RequestHeader calldata header, bytes[] calldata digests) private pure {
        bytes32 hash = RequestHash.list(digests);
        require(hash == header.digestsHash, SigningRequestsOtherDigests(id, hash, header.digestsHash));
    }

    function _announcementName(address module, KeyId keyId, address requester, bytes32 hash)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(module, keyId, requester, hash));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate SigningRequests";
        description = "Signatures that governance asked for.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ISigningRequests).interfaceId;
    }
}
