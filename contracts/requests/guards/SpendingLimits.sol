// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {PayloadKind} from "../../keys/KeyTypes.sol";
import {Described} from "../../types/Described.sol";
import {KeyId, RequestId} from "../../types/Ids.sol";
import {page} from "../../types/Page.sol";
import {Effect, EffectKind} from "../ISigningRequests.sol";
import {Cap, DelegateView, ISpendingLimits, Limits} from "./ISpendingLimits.sol";
import {UnsettledPlaces} from "./UnsettledPlaces.sol";

/// @title Standing limits of delegates: how much of what, to whom, until when
contract SpendingLimits is UnsettledPlaces, AccessManaged, Described {
    using RateLimiter for RateLimiter.RefillingBucket;

    /// @dev so many of each fit into a transaction, and into the one that proposes them
    uint256 private constant MAX_ITEMS = 32;
    bytes32 private constant WHOLE = 0;
    uint32 private constant UNDECODABLE = (uint32(1) << uint32(PayloadKind.RawDigest))
        | (uint32(1) << uint32(PayloadKind.Eip712)) | (uint32(1) << uint32(PayloadKind.Eip191));
    /// @dev bytes; enclaves read no longer one
    uint256 private constant MAX_RECIPIENT = 10_000;

    /// @dev One epoch of one requester's limits: a new vote starts with empty lists and full buckets.
    struct Epoch {
        Limits limits;
        mapping(bytes32 recipientHash => bool) isRecipient;
        mapping(bytes32 targetHash => bool) isTarget;
        mapping(bytes32 asset => RateLimiter.RefillingBucket) buckets;
        mapping(bytes32 asset => uint256) feeCaps;
    }

    struct Delegate {
        uint48 expiresAt;
        uint32 kinds;
        uint32 epoch;
        uint16 maxUnsettled;
        bool anyRecipient;
        /// @dev the first epoch after limits had been removed or had expired: what was charged before is void
        uint32 since;
        mapping(uint32 epoch => Epoch) epochs;
    }

    mapping(address requests => mapping(KeyId keyId => mapping(address requester => Delegate))) private _delegates;
    /// @dev those with an epoch, each once
    mapping(address requests => mapping(KeyId keyId => address[])) private _known;

    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc ISpendingLimits
    function setLimits(address requests, KeyId keyId, address requester, Limits calldata limits) external restricted {
        _requireSensible(limits);

        Delegate storage delegate = _beginEpoch(requests, keyId, requester);
        uint32 number = delegate.epoch;
        Epoch storage epoch = delegate.epochs[number];
        if (delegate.expiresAt <= block.timestamp) delegate.since = number;
        delegate.expiresAt = limits.expiresAt;
        delegate.kinds = limits.kinds;
        delegate.maxUnsettled = limits.maxUnsettled;
        delegate.anyRecipient = limits.recipients.length == 0;
        epoch.limits = limits;
        for (uint256 i = 0; i < limits.recipients.length; ++i) epoch.isRecipient[keccak256(limits.recipients[i])] = true;
        for (uint256 i = 0; i < limits.targets.length; ++i) epoch.isTarget[keccak256(limits.targets[i])] = true;
        for (uint256 i = 0; i < limits.caps.length; ++i) _setCap(epoch, limits.caps[i]);
        emit LimitsSet(requests, keyId, requester, number, limits);
    }

    /// @inheritdoc ISpendingLimits
    function removeLimits(address requests, KeyId keyId, address requester) external restricted {
        Delegate storage delegate = _beginEpoch(requests, keyId, requester);

        delegate.expiresAt = 0;
        emit LimitsRemoved(requests, keyId, requester, delegate.epoch);
    }

    /// @inheritdoc ISpendingLimits
    function charge(RequestId id, KeyId keyId, address requester, PayloadKind kind, Effect[] calldata effects) external {
        Delegate storage delegate = _delegates[msg.sender][keyId][requester];
        _requireCurrent(keyId, requester, delegate.expiresAt);
        require(
            delegate.kinds & (uint32(1) << uint32(kind)) != 0,
            SpendingLimitsKindNotAllowed(keyId, requester, kind, delegate.kinds)
        );

        Epoch storage epoch = delegate.epochs[delegate.epoch];
        for (uint256 i = 0; i < effects.length; ++i) {
            bool allowed = _allows(delegate, epoch, effects[i]);
            require(
                allowed,
                SpendingLimitsEffectNotAllowed(keyId, requester, i, effects[i].kind, effects[i].recipient)
            );
            _draw(keyId, requester, epoch, effects[i]);
        }
        _requireFees(keyId, requester, epoch, effects);
        _noteCharge(id, keyId, requester, delegate.epoch);
    }

    /// @inheritdoc ISpendingLimits
    function takePlace(RequestId id, KeyId keyId, address requester, bytes32 path, RequestId replaces) external {
        Delegate storage delegate = _delegates[msg.sender][keyId][requester];
        _requireCurrent(keyId, requester, delegate.expiresAt);
        _requireCharged(id, delegate.since);

        if (_hasPlace(replaces)) _movePlace(replaces, id, keyId, requester, path);
        else _takePlace(id, keyId, requester, path, delegate.maxUnsettled);
    }

    /// @inheritdoc ISpendingLimits
    function limitsOf(address requests, KeyId keyId, address requester) external view returns (Limits memory) {
        Delegate storage delegate = _delegates[requests][keyId][requester];
        return delegate.epochs[delegate.epoch].limits;
    }

    /// @inheritdoc ISpendingLimits
    function delegates(address requests, KeyId keyId, uint256 offset, uint256 limit)
        external
        view
        returns (DelegateView[] memory list)
    {
        address[] storage known = _known[requests][keyId];
        (uint256 from, uint256 size) = page(offset, limit, known.length);
        list = new DelegateView[](size);
        for (uint256 i = 0; i < size; ++i) {
            Delegate storage delegate = _delegates[requests][keyId][known[from + i]];
            list[i] = DelegateView(known[from + i], delegate.expiresAt, delegate.epoch);
        }
    }

    /// @inheritdoc ISpendingLimits
    function available(address requests, KeyId keyId, address requester, bytes32 asset)
        external
        view
        returns (uint256)
    {
        Delegate storage delegate = _delegates[requests][keyId][requester];
        return delegate.epochs[delegate.epoch].buckets[asset].available(WHOLE);
    }

    function _beginEpoch(address requests, KeyId keyId, address requester) private returns (Delegate storage delegate) {
        delegate = _delegates[requests][keyId][requester];
        if (++delegate.epoch == 1) _known[requests][keyId].push(requester);
    }

    function _setCap(Epoch storage epoch, Cap calldata cap) private {
        require(cap.window > 0 && cap.capacity > 0, SpendingLimitsInvalidCap(cap.asset, cap.capacity, cap.window));
        RateLimiter.RefillingBucket storage bucket = epoch.buckets[cap.asset];
        require(bucket._capacity == 0, SpendingLimitsRepeatedAsset(cap.asset));

        bucket.updateSettings(cap.window, cap.capacity);
        epoch.feeCaps[cap.asset] = cap.feeCap;
    }

    function _draw(KeyId keyId, address requester, Epoch storage epoch, Effect calldata effect) private {
        RateLimiter.RefillingBucket storage bucket = epoch.buckets[effect.asset];
        uint256 left = bucket.available(WHOLE);
        require(
            bucket.tryConsume(WHOLE, effect.amount),
            SpendingLimitsExceeded(keyId, requester, effect.asset, effect.amount, left)
        );
        if (effect.amount > 0) {
            emit LimitDrawn(msg.sender, keyId, requester, effect.asset, effect.amount, left - effect.amount);
        }
    }

    function _requireCurrent(KeyId keyId, address requester, uint48 expiresAt) private view {
        require(expiresAt != 0, SpendingLimitsMissing(keyId, requester));
        require(
            block.timestamp < expiresAt, SpendingLimitsExpired(keyId, requester, expiresAt, block.timestamp)
        );
    }

    /// @dev Fees have no recipient; a fee's cap is on the sum of one request.
    function _allows(Delegate storage delegate, Epoch storage epoch, Effect calldata effect) private view returns (bool) {
        if (effect.recipient.length > MAX_RECIPIENT) return false;
        if (effect.kind == EffectKind.Fee) return true;
        if (effect.kind == EffectKind.Call) return epoch.isTarget[keccak256(effect.recipient)];
        return effect.kind == EffectKind.Transfer
            && (delegate.anyRecipient || epoch.isRecipient[keccak256(effect.recipient)]);
    }

    /// @dev Sums the fees of each asset at its last mention: at most 32 effects, so the square is small.
    function _requireFees(KeyId keyId, address requester, Epoch storage epoch, Effect[] calldata effects) private view {
        for (uint256 i = 0; i < effects.length; ++i) {
            if (effects[i].kind != EffectKind.Fee) continue;
            bytes32 asset = effects[i].asset;
            uint256 sum = 0;
            for (uint256 j = 0; j <= i; ++j) {
                if (effects[j].kind == EffectKind.Fee && effects[j].asset == asset) sum += effects[j].amount;
            }
            uint256 feeCap = epoch.feeCaps[asset];
            require(sum <= feeCap, SpendingLimitsFeeTooHigh(keyId, requester, asset, sum, feeCap));
        }
    }

    function _requireSensible(Limits calldata limits) private view {
        require(
            limits.expiresAt > block.timestamp, SpendingLimitsInvalidExpiry(limits.expiresAt, block.timestamp)
        );
        require(limits.kinds & UNDECODABLE == 0, SpendingLimitsUndecodable(limits.kinds));
        require(limits.maxUnsettled > 0, SpendingLimitsNoPlaces());
        uint256 longest = Math.max(Math.max(limits.recipients.length, limits.targets.length), limits.caps.length);
        require(longest <= MAX_ITEMS, SpendingLimitsTooLong(longest, MAX_ITEMS));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate SpendingLimits";
        description = "Standing limits of delegates: how much of what, to whom, until when.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ISpendingLimits).interfaceId;
    }
}
