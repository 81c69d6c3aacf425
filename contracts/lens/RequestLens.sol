// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ISpendingLimits} from "../requests/guards/ISpendingLimits.sol";
import {
    Announcement,
    Intent,
    ISigningRequests,
    ModuleListing,
    RequestHeader,
    RequestState,
    RequestWord
} from "../requests/ISigningRequests.sol";
import {RequestHash} from "../requests/RequestHash.sol";
import {Described} from "../types/Described.sol";
import {IExtsload} from "../types/Extsload.sol";
import {KeyId, RequestId} from "../types/Ids.sol";
import {DelegateView, IRequestLens, RequestView} from "./IRequestLens.sol";

/// @title Requests, modules and delegates, for whoever reads the chain from outside
contract RequestLens is IRequestLens, Described {
    /// @dev Where SigningRequests keeps what it has no getter for; a test compares them with the compiler's layout.
    uint256 private constant UNDELIVERED_SLOT = 2;
    uint256 private constant ANNOUNCEMENTS_SLOT = 3;
    uint256 private constant LISTINGS_SLOT = 4;

    ISigningRequests private immutable _requests;
    ISpendingLimits private immutable _limits;

    constructor(ISigningRequests requests_, ISpendingLimits limits_) {
        _requests = requests_;
        _limits = limits_;
    }

    /// @inheritdoc IRequestLens
    function requestViews(RequestId[] calldata ids) external view returns (RequestView[] memory found) {
        found = new RequestView[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) found[i] = _requestView(ids[i]);
    }

    /// @inheritdoc IRequestLens
    function requestId(RequestHeader calldata header) external view returns (RequestId) {
        return RequestHash.id(header, address(_requests));
    }

    /// @inheritdoc IRequestLens
    function headerOf(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory)
    {
        return RequestHash.headerOf(intent, requester, counter);
    }

    /// @inheritdoc IRequestLens
    function isOvertaken(RequestHeader calldata header) external view returns (bool) {
        RequestWord memory word = _requests.wordOf(RequestHash.id(header, address(_requests)));
        if (word.state == RequestState.None) return false;
        return word.epoch != _requests.keys().rowOf(header.keyId, header.requester).epoch;
    }

    /// @inheritdoc IRequestLens
    function announcementOf(address module, KeyId keyId, address requester, bytes32 hash)
        external
        view
        returns (Announcement memory)
    {
        bytes32 name = keccak256(abi.encode(module, keyId, requester, hash));
        uint256 word = uint256(_load(_valueSlot(name, ANNOUNCEMENTS_SLOT)));
        return Announcement({announcedAt: uint48(word), epoch: uint40(word >> 48)});
    }

    /// @inheritdoc IRequestLens
    function listingOf(address module) external view returns (ModuleListing memory) {
        uint256 slot = _valueSlot(bytes32(uint256(uint160(module))), LISTINGS_SLOT);
        return ModuleListing({codeHash: _load(slot), effectiveAt: uint48(uint256(_load(slot + 1)))});
    }

    /// @inheritdoc IRequestLens
    function delegates(KeyId keyId, address[] calldata requesters) external view returns (DelegateView[] memory found) {
        found = new DelegateView[](requesters.length);
        for (uint256 i = 0; i < requesters.length; ++i) found[i] = _delegateView(keyId, requesters[i]);
    }

    /// @inheritdoc IRequestLens
    function placesOf(KeyId keyId, address requester, bytes32[] calldata paths)
        external
        view
        returns (uint16[] memory unsettled)
    {
        unsettled = new uint16[](paths.length);
        for (uint256 i = 0; i < paths.length; ++i) {
            unsettled[i] = _limits.unsettledOf(_requests, keyId, requester, paths[i]);
        }
    }

    function _requestView(RequestId id) private view returns (RequestView memory) {
        RequestWord memory word = _requests.wordOf(id);
        return RequestView({
            id: id,
            state: word.state,
            queuedAt: word.queuedAt,
            readyAt: word.readyAt,
            deadline: word.deadline,
            epoch: word.epoch,
            voted: word.voted,
            undelivered: _load(_valueSlot(RequestId.unwrap(id), UNDELIVERED_SLOT))
        });
    }

    function _delegateView(KeyId keyId, address requester) private view returns (DelegateView memory found) {
        found.requester = requester;
        found.version = _limits.versionOf(_requests, keyId, requester);
        found.limits = _limits.limitsOf(_requests, keyId, requester);
        found.available = new uint256[](found.limits.caps.length);
        for (uint256 i = 0; i < found.available.length; ++i) {
            found.available[i] = _limits.available(_requests, keyId, requester, found.limits.caps[i].asset);
        }
    }

    function _load(uint256 slot) private view returns (bytes32) {
        return IExtsload(address(_requests)).extsload(bytes32(slot));
    }

    /// @dev Where a mapping keeps the value of a key of one word.
    function _valueSlot(bytes32 key, uint256 mapping_) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, mapping_)));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate RequestLens";
        description = "Requests, modules and delegates, for whoever reads the chain from outside.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IRequestLens).interfaceId;
    }
}
