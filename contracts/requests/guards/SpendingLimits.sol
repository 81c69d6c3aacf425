// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IKeyRegistry} from "../../keys/IKeyRegistry.sol";
import {Described} from "../../types/Described.sol";
import {KeyId, RequestId} from "../../types/Ids.sol";
import {EffectKinds, PayloadKinds} from "../../types/Kinds.sol";
import {MAX_EFFECTS} from "../../types/Limits.sol";
import {IRequestGuard} from "../IRequestGuard.sol";
import {Effect, Intent, ISigningRequests, RequestHeader} from "../ISigningRequests.sol";
import {Cap, ISpendingLimits, Limits} from "./ISpendingLimits.sol";
import {UnsettledPlaces} from "./UnsettledPlaces.sol";

/// @title Standing limits of delegates: how much of what, to whom, until when
contract SpendingLimits is UnsettledPlaces, AccessManaged, Described {
    using RateLimiter for RateLimiter.RefillingBucket;

    bytes32 private constant WHOLE = 0;
    /// @dev of other kinds nobody can say what they spend
    uint24 private constant DECODABLE = (uint24(1) << PayloadKinds.BITCOIN_PSBT)
        | (uint24(1) << PayloadKinds.SOLANA_MESSAGE) | (uint24(1) << PayloadKinds.EVM_TRANSACTION);
    /// @dev bytes; enclaves read no longer one
    uint256 private constant MAX_RECIPIENT = 10_000;

    /// @dev One version of one requester's limits: a new vote starts with empty lists and full buckets.
    struct Version {
        Limits limits;
        mapping(bytes32 recipientHash => bool) isRecipient;
        mapping(bytes32 targetHash => bool) isTarget;
        mapping(bytes32 asset => RateLimiter.RefillingBucket) buckets;
        mapping(bytes32 asset => uint256) feeCaps;
    }

    struct Delegate {
        uint48 expiresAt;
        uint24 kinds;
        uint32 version;
        uint16 maxUnsettled;
        bool anyRecipient;
        mapping(uint32 version => Version) versions;
    }

    mapping(ISigningRequests requests => mapping(KeyId keyId => mapping(address requester => Delegate))) private
        _delegates;

    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc ISpendingLimits
    function setLimits(ISigningRequests requests, KeyId keyId, address requester, Limits calldata limits)
        external
        restricted
    {
        _requireSensible(limits);

        Delegate storage delegate = _delegates[requests][keyId][requester];
        uint32 number = ++delegate.version;
        delegate.expiresAt = limits.expiresAt;
        delegate.kinds = limits.kinds;
        delegate.maxUnsettled = limits.maxUnsettled;
        delegate.anyRecipient = limits.recipients.length == 0;
        _keepVersion(delegate.versions[number], limits);
        emit LimitsSet(requests, keyId, requester, number, limits);

        _raise(requests, keyId, requester);
    }

    /// @inheritdoc ISpendingLimits
    function removeLimits(ISigningRequests requests, KeyId keyId, address requester) external restricted {
        Delegate storage delegate = _delegates[requests][keyId][requester];

        delegate.expiresAt = 0;
        emit LimitsRemoved(requests, keyId, requester, ++delegate.version);

        _raise(requests, keyId, requester);
    }

    /// @inheritdoc ISpendingLimits
    function settle(ISigningRequests requests, RequestHeader calldata header) external restricted {
        _freePlace(requests, header);
    }

    /// @inheritdoc IRequestGuard
    function onQueued(RequestId, address requester, Intent calldata intent) external returns (bytes4) {
        KeyId keyId = intent.keyId;
        Delegate storage delegate = _delegates[ISigningRequests(msg.sender)][keyId][requester];
        _requireCurrent(keyId, requester, delegate.expiresAt);
        require(
            intent.deadline <= delegate.expiresAt,
            SpendingLimitsDeadline(keyId, requester, intent.deadline, delegate.expiresAt)
        );
        require(
            PayloadKinds.isIn(intent.kind, delegate.kinds),
            SpendingLimitsKindNotAllowed(keyId, requester, intent.kind, delegate.kinds)
        );

        _charge(keyId, requester, delegate, intent.effects);
        return IRequestGuard.onQueued.selector;
    }

    /// @inheritdoc IRequestGuard
    function onReady(RequestId id, RequestHeader calldata header) external returns (bytes4) {
        Delegate storage delegate = _delegates[ISigningRequests(msg.sender)][header.keyId][header.requester];
        _requireCurrent(header.keyId, header.requester, delegate.expiresAt);

        _takePlace(id, header, delegate.maxUnsettled);
        return IRequestGuard.onReady.selector;
    }

    /// @inheritdoc ISpendingLimits
    function limitsOf(ISigningRequests requests, KeyId keyId, address requester)
        external
        view
        returns (Limits memory)
    {
        Delegate storage delegate = _delegates[requests][keyId][requester];
        return delegate.versions[delegate.version].limits;
    }

    /// @inheritdoc ISpendingLimits
    function versionOf(ISigningRequests requests, KeyId keyId, address requester) external view returns (uint32) {
        return _delegates[requests][keyId][requester].version;
    }

    /// @inheritdoc ISpendingLimits
    function available(ISigningRequests requests, KeyId keyId, address requester, bytes32 asset)
        external
        view
        returns (uint256)
    {
        Delegate storage delegate = _delegates[requests][keyId][requester];
        return delegate.versions[delegate.version].buckets[asset].available(WHOLE);
    }

    /// @inheritdoc Described
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IRequestGuard).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev What was asked under other limits is over. A row with another guard is not ours to raise.
    function _raise(ISigningRequests requests, KeyId keyId, address requester) private {
        IKeyRegistry keys = requests.keys();
        if (keys.rowOf(keyId, requester).guard == address(this)) keys.raise(keyId, requester);
    }

    function _keepVersion(Version storage version, Limits calldata limits) private {
        version.limits = limits;
        for (uint256 i = 0; i < limits.recipients.length; ++i) {
            version.isRecipient[keccak256(limits.recipients[i])] = true;
        }
        for (uint256 i = 0; i < limits.targets.length; ++i) version.isTarget[keccak256(limits.targets[i])] = true;
        for (uint256 i = 0; i < limits.caps.length; ++i) _setCap(version, limits.caps[i]);
    }

    function _setCap(Version storage version, Cap calldata cap) private {
        require(cap.window > 0 && cap.capacity > 0, SpendingLimitsInvalidCap(cap.asset, cap.capacity, cap.window));
        RateLimiter.RefillingBucket storage bucket = version.buckets[cap.asset];
        require(bucket._capacity == 0, SpendingLimitsRepeatedAsset(cap.asset));

        bucket.updateSettings(cap.window, cap.capacity);
        version.feeCaps[cap.asset] = cap.feeCap;
    }

    /// @dev What was drawn is never given back: not on cancellation, refusal or expiry.
    function _charge(KeyId keyId, address requester, Delegate storage delegate, Effect[] calldata effects) private {
        Version storage version = delegate.versions[delegate.version];
        for (uint256 i = 0; i < effects.length; ++i) {
            bool allowed = _allows(delegate, version, effects[i]);
            require(
                allowed,
                SpendingLimitsEffectNotAllowed(keyId, requester, i, effects[i].kind, effects[i].recipient)
            );
            _draw(keyId, requester, version, effects[i]);
        }
        _requireFees(keyId, requester, version, effects);
    }

    function _draw(KeyId keyId, address requester, Version storage version, Effect calldata effect) private {
        RateLimiter.RefillingBucket storage bucket = version.buckets[effect.asset];
        uint256 left = bucket.available(WHOLE);
        require(
            bucket.tryConsume(WHOLE, effect.amount),
            SpendingLimitsExceeded(keyId, requester, effect.asset, effect.amount, left)
        );
        if (effect.amount == 0) return;
        emit LimitDrawn(
            ISigningRequests(msg.sender), keyId, requester, effect.asset, effect.amount, left - effect.amount
        );
    }

    function _requireCurrent(KeyId keyId, address requester, uint48 expiresAt) private view {
        require(expiresAt != 0, SpendingLimitsMissing(keyId, requester));
        require(
            block.timestamp < expiresAt, SpendingLimitsExpired(keyId, requester, expiresAt, block.timestamp)
        );
    }

    /// @dev Fees have no recipient; a fee's cap is on the sum of one request. An approval is spending, at its most, by
    /// whoever is approved. What is none of these four is not allowed.
    function _allows(Delegate storage delegate, Version storage version, Effect calldata effect)
        private
        view
        returns (bool)
    {
        if (effect.recipient.length > MAX_RECIPIENT) return false;
        if (effect.kind == EffectKinds.FEE) return true;
        if (effect.kind == EffectKinds.CALL) return version.isTarget[keccak256(effect.recipient)];
        return (effect.kind == EffectKinds.TRANSFER || effect.kind == EffectKinds.APPROVAL)
            && (delegate.anyRecipient || version.isRecipient[keccak256(effect.recipient)]);
    }

    /// @dev Sums the fees of each asset at its last mention: at most 64 effects, so the square is small.
    function _requireFees(KeyId keyId, address requester, Version storage version, Effect[] calldata effects)
        private
        view
    {
        for (uint256 i = 0; i < effects.length; ++i) {
            if (effects[i].kind != EffectKinds.FEE) continue;
            bytes32 asset = effects[i].asset;
            uint256 sum = 0;
            for (uint256 j = 0; j <= i; ++j) {
                if (effects[j].kind == EffectKinds.FEE && effects[j].asset == asset) sum += effects[j].amount;
            }
            uint256 feeCap = version.feeCaps[asset];
            require(sum <= feeCap, SpendingLimitsFeeTooHigh(keyId, requester, asset, sum, feeCap));
        }
    }

    function _requireSensible(Limits calldata limits) private view {
        require(
            limits.expiresAt > block.timestamp, SpendingLimitsInvalidExpiry(limits.expiresAt, block.timestamp)
        );
        require(
            limits.kinds != 0 && limits.kinds & ~DECODABLE == 0, SpendingLimitsUndecodable(limits.kinds, DECODABLE)
        );
        require(limits.maxUnsettled > 0, SpendingLimitsNoPlaces());
        uint256 longest = Math.max(Math.max(limits.recipients.length, limits.targets.length), limits.caps.length);
        require(longest <= MAX_EFFECTS, SpendingLimitsTooLong(longest, MAX_EFFECTS));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate SpendingLimits";
        description = "Standing limits of delegates: how much of what, to whom, until when.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ISpendingLimits).interfaceId;
    }
}
