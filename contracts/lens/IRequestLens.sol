// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Limits} from "../requests/guards/ISpendingLimits.sol";
import {Announcement, Intent, ModuleListing, RequestHeader, RequestState} from "../requests/ISigningRequests.sol";
import {KeyId, RequestId} from "../types/Ids.sol";

/// @dev What the chain keeps of one request; what it says is in its event, and hashes to the id.
struct RequestView {
    RequestId id;
    RequestState state;
    /// @dev Unix time in seconds from which the row's delay runs
    uint48 queuedAt;
    /// @dev Unix time in seconds: the earliest one until it is READY, then the one at which it became so
    uint48 readyAt;
    /// @dev Unix time in seconds
    uint48 deadline;
    /// @dev its row's, when it was asked for or announced
    uint40 epoch;
    /// @dev asked by a vote in the requester's name
    bool voted;
    /// @dev hash of the signatures that its consumer has not taken; zero: nothing to deliver
    bytes32 undelivered;
}

/// @dev What SpendingLimits lets one requester ask for, and what is left of it.
struct DelegateView {
    address requester;
    /// @dev how often its limits were set or removed
    uint32 version;
    /// @dev empty if there are none
    Limits limits;
    /// @dev what each of the caps has left now, in their order and in the smallest unit of their assets
    uint256[] available;
}

/// @title Requests, modules and delegates, for whoever reads the chain from outside
/// @notice Holds nothing and is trusted by no contract: another one can stand beside it. Requests have no list on
/// chain: `SignatureRequested` enumerates them, and its counters have no gap.
interface IRequestLens {
    /// @notice What the chain keeps of each of these requests; state NONE where there is none.
    /// @param ids to look up
    /// @return found one for each, in their order
    function requestViews(RequestId[] calldata ids) external view returns (RequestView[] memory found);

    /// @notice The id of the request with this header, whether or not there is one.
    /// @param header of the request
    /// @return id that commits to it
    function requestId(RequestHeader calldata header) external view returns (RequestId id);

    /// @notice The header that an intent has, or will have.
    /// @param intent as it is asked
    /// @param requester for whom
    /// @param counter its place among all requests, from 1 on
    /// @return header of the request
    function headerOf(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory header);

    /// @notice Whether the row has a newer epoch than the request: enclaves sign it no more, and anyone may expire it.
    /// @param header of a request
    /// @return overtaken false where there is no such request
    function isOvertaken(RequestHeader calldata header) external view returns (bool overtaken);

    /// @notice What a module has announced and not asked for yet; zeros if nothing.
    /// @param module that announced it
    /// @param keyId of the key
    /// @param requester in whose name it will be asked
    /// @param hash of what was announced
    /// @return announcement when, and at which epoch of the row
    function announcementOf(address module, KeyId keyId, address requester, bytes32 hash)
        external
        view
        returns (Announcement memory announcement);

    /// @notice How a vote has listed a module; zeros if none has.
    /// @param module its address
    /// @return listing which code, and from when on
    function listingOf(address module) external view returns (ModuleListing memory listing);

    /// @notice What SpendingLimits lets each of these requesters ask for.
    /// @dev It binds those whose row names it as guard (`IKeyLens.rows`), and nobody else.
    /// @param keyId of the key
    /// @param requesters to look up
    /// @return found one for each, in their order
    function delegates(KeyId keyId, address[] calldata requesters) external view returns (DelegateView[] memory found);

    /// @notice How many payloads of each path are READY and not settled.
    /// @param keyId of the key
    /// @param requester whose payloads they are
    /// @param paths to look up
    /// @return unsettled one for each, in their order
    function placesOf(KeyId keyId, address requester, bytes32[] calldata paths)
        external
        view
        returns (uint16[] memory unsettled);
}
