// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, RequestId} from "../../types/Ids.sol";
import {IRequestGuard} from "../IRequestGuard.sol";
import {ISigningRequests, RequestHeader} from "../ISigningRequests.sol";

/// @dev A bucket of `capacity` that refills evenly in `window` seconds; transfers, approvals, fees and values of calls
/// all draw from it.
struct Cap {
    bytes32 asset;
    /// @dev in the smallest unit of the asset
    uint208 capacity;
    /// @dev seconds
    uint48 window;
    /// @dev what one request may declare as fees in this asset
    uint256 feeCap;
}

/// @dev What one requester may ask for without another vote.
struct Limits {
    /// @dev from then on nothing, and no request's deadline is later; not 0
    uint48 expiresAt;
    /// @dev bit k set: payload kind k is allowed; only kinds that can be decoded
    uint24 kinds;
    /// @dev payloads of one path that may be READY, and so signed, and not settled yet; not 0
    uint16 maxUnsettled;
    /// @dev an empty list allows every recipient of transfers and approvals
    bytes[] recipients;
    /// @dev target and selector, as a call's recipient (docs/formats.md); an empty list allows no calls
    bytes[] targets;
    Cap[] caps;
}

/// @title Standing limits of delegates: how much of what, to whom, until when
/// @notice A guard: it binds those whose row names it, and without limits they may ask for nothing. What it keeps
/// belongs to the requests contract that asks.
/// @dev Enclaves read no limits. They obey the row's epoch, which this contract raises whenever limits change: so
/// whatever was asked under other limits is overtaken. Where the row names another guard, limits bind nobody and
/// nothing is raised.
interface ISpendingLimits is IRequestGuard {
    /// @notice A vote has said what a requester may ask for; buckets start full in this version of its limits.
    event LimitsSet(
        ISigningRequests indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        uint32 version,
        Limits limits
    );
    /// @notice A vote has taken a requester's limits away.
    event LimitsRemoved(
        ISigningRequests indexed requests, KeyId indexed keyId, address indexed requester, uint32 version
    );
    /// @notice So much was drawn on an asset's bucket, and so much is left, in units of the asset.
    event LimitDrawn(
        ISigningRequests indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 asset,
        uint256 amount,
        uint256 left
    );
    /// @notice A request is READY and not settled: so many of this path are now.
    event PlaceTaken(
        ISigningRequests indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 path,
        RequestId id,
        uint16 unsettled
    );
    /// @notice The payload is final on its chain, or can no longer get there: so many of this path are READY and not
    /// settled.
    event PlaceFreed(
        ISigningRequests indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 path,
        RequestId id,
        uint16 unsettled,
        address by
    );

    /// @notice Limits must expire in the future (Unix seconds).
    error SpendingLimitsInvalidExpiry(uint48 expiresAt, uint256 time);
    /// @notice No kind is allowed, or one of which nobody can decode what it spends.
    error SpendingLimitsUndecodable(uint24 kinds, uint24 decodable);
    /// @notice Limits without a place let nothing become READY.
    error SpendingLimitsNoPlaces();
    /// @notice A list is longer than allowed.
    error SpendingLimitsTooLong(uint256 length, uint256 maximum);
    /// @notice An asset has two buckets.
    error SpendingLimitsRepeatedAsset(bytes32 asset);
    /// @notice A bucket holds nothing, or refills in no time (seconds).
    error SpendingLimitsInvalidCap(bytes32 asset, uint208 capacity, uint48 window);
    /// @notice No vote has set limits for this requester.
    error SpendingLimitsMissing(KeyId keyId, address requester);
    /// @notice The limits have expired (Unix seconds).
    error SpendingLimitsExpired(KeyId keyId, address requester, uint48 expiresAt, uint256 time);
    /// @notice The request could be signed after the limits have expired (Unix seconds).
    error SpendingLimitsDeadline(KeyId keyId, address requester, uint48 deadline, uint48 expiresAt);
    /// @notice The limits do not allow this kind of payload (bit k is kind k).
    error SpendingLimitsKindNotAllowed(KeyId keyId, address requester, uint8 kind, uint24 kinds);
    /// @notice The limits allow no effect of this kind to this recipient; it is the effect at `index`.
    error SpendingLimitsEffectNotAllowed(KeyId keyId, address requester, uint256 index, uint8 kind, bytes recipient);
    /// @notice More fees than one request may declare, in units of the asset.
    error SpendingLimitsFeeTooHigh(KeyId keyId, address requester, bytes32 asset, uint256 fee, uint256 feeCap);
    /// @notice More than the bucket holds now, in units of the asset.
    error SpendingLimitsExceeded(KeyId keyId, address requester, bytes32 asset, uint256 amount, uint256 available);
    /// @notice As many requests of this path as allowed are READY and not settled.
    error SpendingLimitsNoPlace(KeyId keyId, address requester, bytes32 path, uint16 unsettled, uint16 maximum);
    /// @notice The request has a place already: it can become READY once.
    error SpendingLimitsPlaceTaken(RequestId id);
    /// @notice The request takes no place, or no longer.
    error SpendingLimitsNothingToSettle(RequestId id);

    /// @notice By vote: what `requester` may ask of `requests` for this key, in place of what it might before; buckets
    /// start full.
    /// @dev Raises the row if its guard is this contract, and reverts if it cannot. Places stay taken.
    /// VOTERS: it binds whom the key's row binds to this guard, and nobody else.
    /// @param requests the contract that asks this guard
    /// @param keyId of the key
    /// @param requester whose limits they are
    /// @param limits what it may ask for
    function setLimits(ISigningRequests requests, KeyId keyId, address requester, Limits calldata limits) external;

    /// @notice By vote: no limits any more, so this requester may ask for nothing, and nothing that it asked for before
    /// is signed from the time on at which enclaves see it.
    /// @param requests the contract that asks this guard
    /// @param keyId of the key
    /// @param requester whose limits they were
    function removeLimits(ISigningRequests requests, KeyId keyId, address requester) external;

    /// @notice By a watcher that the DAO trusts: a payload is final on its chain, or can no longer be on it. Frees its
    /// place, once, and gives nothing else back.
    /// @dev In any state from READY on: what was fulfilled may still be on its way, what expired or was refused may
    /// still be signed.
    /// @param requests the contract that the request was made in
    /// @param header of the request
    function settle(ISigningRequests requests, RequestHeader calldata header) external;

    /// @notice What a vote has set for (requests, key, requester); empty if nothing.
    function limitsOf(ISigningRequests requests, KeyId keyId, address requester) external view returns (Limits memory);

    /// @notice How often limits were set or removed for (requests, key, requester).
    function versionOf(ISigningRequests requests, KeyId keyId, address requester) external view returns (uint32);

    /// @notice Places that are taken: payloads of this path that are READY and not settled.
    function unsettledOf(ISigningRequests requests, KeyId keyId, address requester, bytes32 path)
        external
        view
        returns (uint16);

    /// @notice Whether a request takes a place now.
    function hasPlace(ISigningRequests requests, RequestId id) external view returns (bool);

    /// @notice What is left of an asset's bucket now; zero if it has none.
    /// @param requests the contract that asks this guard
    /// @param keyId of the key
    /// @param requester whose limits they are
    /// @param asset see `Cap`
    /// @return units of the asset
    function available(ISigningRequests requests, KeyId keyId, address requester, bytes32 asset)
        external
        view
        returns (uint256);
}
