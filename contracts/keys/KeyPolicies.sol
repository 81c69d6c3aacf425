// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId} from "../types/Ids.sol";
import {POLICY_TAG} from "../types/Tags.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyRules} from "./KeyRules.sol";
import {KeyStatus, PayloadKind, Policy, Scheme} from "./KeyTypes.sol";
import {Pauses} from "./Pauses.sol";

/// @title What keys may sign, and for whom
abstract contract KeyPolicies is Pauses {
    /// @inheritdoc IKeyRegistry
    function setPolicy(KeyId keyId, Policy calldata policy) external restricted {
        _setPolicy(keyId, _require(keyId), policy);
    }

    /// @inheritdoc IKeyRegistry
    function requireRequestable(KeyId keyId, address requester, PayloadKind kind)
        external
        view
        returns (uint32 delay, Scheme scheme, bool limited)
    {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        (uint32 policyEpoch, uint32 kinds) = (entry.policyEpoch, entry.kinds);
        (delay, scheme) = (entry.delay, entry.scheme);
        _requireNotPaused(keyId, entry.pausedUntil);
        Permission permission = _permissions[keyId][policyEpoch][requester];
        require(permission != Permission.None, KeyRegistryRequesterNotAllowed(keyId, requester, policyEpoch));
        require(kinds & (uint32(1) << uint32(kind)) != 0, KeyRegistryKindNotAllowed(keyId, kind, kinds));
        limited = permission == Permission.Delegate;
    }

    /// @inheritdoc IKeyRegistry
    function policyOf(KeyId keyId) external view returns (Policy memory) {
        Key storage entry = _require(keyId);
        return Policy(entry.requesters, entry.delegates, entry.kinds, entry.delay);
    }

    function _setPolicy(KeyId keyId, Key storage entry, Policy calldata policy) internal {
        KeyRules.requirePolicy(entry.scheme, policy);
        uint32 policyEpoch = ++entry.policyEpoch;
        bytes32 hash = keccak256(abi.encode(POLICY_TAG, keyId, policyEpoch, keccak256(abi.encode(policy))));

        entry.delay = policy.delay;
        entry.kinds = policy.kinds;
        entry.policy = hash;
        entry.requesters = policy.requesters;
        entry.delegates = policy.delegates;
        _permit(_permissions[keyId][policyEpoch], policy);
        emit PolicySet(keyId, policyEpoch, hash, policy);
    }

    function _permit(mapping(address requester => Permission) storage permissions, Policy calldata policy) private {
        for (uint256 i = 0; i < policy.requesters.length; ++i) permissions[policy.requesters[i]] = Permission.Requester;
        for (uint256 i = 0; i < policy.delegates.length; ++i) {
            address delegate = policy.delegates[i];
            require(permissions[delegate] != Permission.Requester, KeyRegistryRequesterIsDelegate(delegate));
            permissions[delegate] = Permission.Delegate;
        }
    }
}
