// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PayloadKind} from "../../keys/KeyTypes.sol";
import {KeyId, RequestId} from "../../types/Ids.sol";
import {Effect, EffectKind} from "../ISigningRequests.sol";

/// @dev A bucket of `capacity` that refills evenly in `window` seconds; transfers, fees and values of calls all draw from it.
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
    /// @dev from then on nothing; not 0
    uint48 expiresAt;
    /// @dev bit k set: payload kind k is allowed; raw digests never
    uint32 kinds;
    /// @dev payloads of one path, or rows of replacements, that may be READY, and so signed, and not settled yet; not 0
    uint16 maxUnsettled;
    /// @dev an empty list allows every recipient of transfers
    bytes[] recipients;
    /// @dev target and selector, as a call's recipient (docs/formats.md); an empty list allows no calls
    bytes[] targets;
    Cap[] caps;
}

/// @dev Somebody for whom limits were ever set or taken away.
struct DelegateView {
    address requester;
    /// @dev Unix time in seconds; 0 once a vote has taken the limits away
    uint48 expiresAt;
    /// @dev of its present limits, or of their removal
    uint32 epoch;
}

/// @title Standing limits of delegates: how much of what, to whom, until when
/// @notice For those whom a key's policy names as delegates: without limits they may ask for nothing.
/// @dev Limits are kept per requests contract: whoever calls `charge` reads and draws on its own, and no others.
interface ISpendingLimits {
    /// @notice A vote has said what a requester may ask for; buckets start full in this epoch.
    event LimitsSet(
        address indexed requests, KeyId indexed keyId, address indexed requester, uint32 epoch, Limits limits
    );
    /// @notice A vote has taken a requester's limits away.
    event LimitsRemoved(address indexed requests, KeyId indexed keyId, address indexed requester, uint32 epoch);
    /// @notice So much was drawn on an asset's bucket, and so much is left, in units of the asset.
    event LimitDrawn(
        address indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 asset,
        uint256 amount,
        uint256 left
    );
    /// @notice A delegate's request has drawn on its limits.
    event RequestCharged(
        address indexed requests, KeyId indexed keyId, address indexed requester, RequestId id
    );
    /// @notice A delegate's request is READY and not settled: so many of this path are now.
    event PlaceTaken(
        address indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 path,
        RequestId id,
        uint16 unsettled
    );
    /// @notice A delegate's request is READY in place of another of this path that was and is not settled: as many as before are now.
    event PlaceMoved(
        address indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 path,
        RequestId from,
        RequestId to
    );
    /// @notice A delegate's request is settled: so many of this path are READY and not.
    event PlaceFreed(
        address indexed requests,
        KeyId indexed keyId,
        address indexed requester,
        bytes32 path,
        RequestId id,
        uint16 unsettled
    );

    /// @notice Limits must expire in the future (Unix seconds).
    error SpendingLimitsInvalidExpiry(uint48 expiresAt, uint256 time);
    /// @notice Nobody can decode what a raw digest or a message spends.
    error SpendingLimitsUndecodable(uint32 kinds);
    /// @notice Limits without a place let nothing become READY.
    error SpendingLimitsNoPlaces();
    /// @notice A list is longer than allowed.
    error SpendingLimitsTooLong(uint256 length, uint256 maximum);
    /// @notice An asset has two buckets.
    error SpendingLimitsRepeatedAsset(bytes32 asset);
    /// @notice A bucket holds nothing, or refills in no time (seconds).
    error SpendingLimitsInvalidCap(bytes32 asset, uint208 capacity, uint48 window);
    /// @notice No vote has set limits for this delegate.
    error SpendingLimitsMissing(KeyId keyId, address requester);
    /// @notice The limits have expired (Unix seconds).
    error SpendingLimitsExpired(KeyId keyId, address requester, uint48 expiresAt, uint256 time);
    /// @notice The limits do not allow this kind of payload (bit k is kind k).
    error SpendingLimitsKindNotAllowed(KeyId keyId, address requester, PayloadKind kind, uint32 kinds);
    /// @notice The limits allow no effect of this kind to this recipient; it is the effect at `index`.
    error SpendingLimitsEffectNotAllowed(KeyId keyId, address requester, uint256 index, EffectKind kind, bytes recipient);
    /// @notice More fees than one request may declare, in units of the asset.
    error SpendingLimitsFeeTooHigh(KeyId keyId, address requester, bytes32 asset, uint256 fee, uint256 feeCap);
    /// @notice More than the bucket holds now, in units of the asset.
    error SpendingLimitsExceeded(KeyId keyId, address requester, bytes32 asset, uint256 amount, uint256 available);
    /// @notice The caller has charged no such request, or to limits that were removed or have expired since.
    error SpendingLimitsNotCharged(RequestId id);
    /// @notice As many requests of this path as allowed are READY and not settled.
    error SpendingLimitsNoPlace(KeyId keyId, address requester, bytes32 path, uint16 unsettled, uint16 maximum);
    /// @notice The request takes no place, or no longer.
    error SpendingLimitsNothingToSettle(RequestId id);

    /// @notice By vote: what `requester` may ask of `requests` for this key, in place of what it might before; buckets start full.
    /// @dev VOTERS: it binds delegates of the key's policy. Whom the policy names as a requester it does not bind, nor does it say so.
    function setLimits(address requests, KeyId keyId, address requester, Limits calldata limits) external;

    /// @notice By vote: no limits any more, so this delegate may ask for nothing, and nothing that it asked for before becomes READY.
    function removeLimits(address requests, KeyId keyId, address requester) external;

    /// @notice Draws a request's declared effects on the caller's limits for (key, requester), or reverts with the one that disagrees.
    /// @dev What was drawn is never given back: not on cancellation, refusal or expiry.
    function charge(RequestId id, KeyId keyId, address requester, PayloadKind kind, Effect[] calldata effects) external;

    /// @notice A request that was charged becomes READY: it takes over the place of the one that it replaces (zero if none), if that has one,
    /// or else takes one of its path's places, or reverts if none is left, or if the limits have expired or are gone.
    /// @dev The caller vouches that the two are of one requester, key and path, as for what `settle` names. That not both
    /// can be final is not known here.
    function takePlace(RequestId id, KeyId keyId, address requester, bytes32 path, RequestId replaces) external;

    /// @notice Frees the place of a request of the caller, once. Nothing else is given back.
    function settle(RequestId id, KeyId keyId, address requester, bytes32 path) external;

    /// @notice What a vote has set for (requests, key, requester); empty if nothing.
    function limitsOf(address requests, KeyId keyId, address requester) external view returns (Limits memory);

    /// @notice Up to `limit` of those for whom a vote ever set limits or took them away, in the order of the first time, from position `offset` on.
    function delegates(address requests, KeyId keyId, uint256 offset, uint256 limit)
        external
        view
        returns (DelegateView[] memory);

    /// @notice Places that are taken.
    function unsettledOf(address requests, KeyId keyId, address requester, bytes32 path) external view returns (uint16);

    /// @notice What is left of an asset's bucket now; zero if it has none.
    function available(address requests, KeyId keyId, address requester, bytes32 asset) external view returns (uint256);
}
