// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {POLICY_TAG} from "../types/Tags.sol";
import {IKeyRegistry, KeyStatus, PayloadKind, Policy, Scheme} from "./IKeyRegistry.sol";
import {KeyRules} from "./KeyRules.sol";
import {KeyStorage} from "./KeyStorage.sol";

/// @title What keys may sign, and for whom
abstract contract KeyPolicies is KeyStorage {
    uint48 private constant MAX_SUSPENSION = 7 days;

    /// @inheritdoc IKeyRegistry
    function setPolicy(KeyId keyId, Policy calldata policy) external restricted {
        _setPolicy(keyId, _require(keyId), policy);
    }

    /// @inheritdoc IKeyRegistry
    function suspend(KeyId keyId, uint48 duration) external restricted {
        Key storage entry = _require(keyId);
        require(duration <= MAX_SUSPENSION, KeyRegistrySuspensionTooLong(keyId, duration, MAX_SUSPENSION));
        uint48 suspendableAt = _suspendableAt[keyId];
        require(block.timestamp >= suspendableAt, KeyRegistryCoolingDown(keyId, suspendableAt, block.timestamp));
        uint48 until = uint48(block.timestamp) + duration;

        // never shortens a pause that a vote has set; what changes nothing starts no cool-down either
        if (until <= entry.pausedUntil) return;
        _suspendableAt[keyId] = until + MAX_SUSPENSION;
        _setPause(keyId, entry, until);
    }

    /// @inheritdoc IKeyRegistry
    function pause(KeyId keyId, uint48 until) external restricted {
        _setPause(keyId, _require(keyId), until);
    }

    /// @inheritdoc IKeyRegistry
    function requireRequestable(KeyId keyId, address requester, PayloadKind kind)
        external
        view
        returns (uint32 delay, Scheme scheme, bool limited)
    {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        require(
            block.timestamp >= entry.pausedUntil, KeyRegistryPaused(keyId, entry.pausedUntil, block.timestamp)
        );
        Standing standing = _standings[keyId][entry.policyEpoch][requester];
        require(
            standing != Standing.None, KeyRegistryRequesterNotAllowed(keyId, requester, entry.policyEpoch)
        );
        uint32 kinds = entry.terms.kinds;
        require(kinds & (uint32(1) << uint32(kind)) != 0, KeyRegistryKindNotAllowed(keyId, kind, kinds));
        return (entry.delay, entry.scheme, standing == Standing.Delegate);
    }

    /// @inheritdoc IKeyRegistry
    function policyOf(KeyId keyId) external view returns (Policy memory) {
        return _require(keyId).terms;
    }

    function _setPause(KeyId keyId, Key storage entry, uint48 until) private {
        entry.pausedUntil = until;
        emit KeyPaused(keyId, msg.sender, until);
    }

    function _setPolicy(KeyId keyId, Key storage entry, Policy calldata policy) internal {
        KeyRules.requirePolicy(entry.scheme, policy);
        uint32 policyEpoch = ++entry.policyEpoch;
        bytes32 hash = keccak256(abi.encode(POLICY_TAG, keyId, policyEpoch, keccak256(abi.encode(policy))));

        entry.delay = policy.delay;
        entry.policy = hash;
        entry.terms = policy;
        _setStandings(_standings[keyId][policyEpoch], policy);
        emit PolicySet(keyId, policyEpoch, hash, policy);
    }

    function _setStandings(mapping(address requester => Standing) storage standings, Policy calldata policy) private {
        for (uint256 i = 0; i < policy.requesters.length; ++i) standings[policy.requesters[i]] = Standing.Requester;
        for (uint256 i = 0; i < policy.delegates.length; ++i) {
            address delegate = policy.delegates[i];
            require(standings[delegate] != Standing.Requester, KeyRegistryRequesterIsDelegate(delegate));
            standings[delegate] = Standing.Delegate;
        }
    }
}
