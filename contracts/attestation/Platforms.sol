// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveStorage} from "./EnclaveStorage.sol";
import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";

/// @title Physical platforms: how many enclaves are on each, how many may be, which may, and which are out
/// @dev Who owns a platform may one day forge evidence for it.
abstract contract Platforms is EnclaveStorage {
    /// @dev What a vote asks of the platforms of a TEE: one slot.
    struct PlatformRule {
        uint16 cap;
        bool onlyAdmitted;
    }

    /// @dev One slot.
    struct Platform {
        /// @dev 32 bits, for a counter that wraps must stop no registration where no cap is set
        uint32 enclaves;
        bool revoked;
        bool admitted;
    }

    mapping(bytes32 tee => PlatformRule) private _rules;
    mapping(bytes32 platformId => Platform) private _platforms;

    /// @inheritdoc IEnclaveRegistry
    function setPlatformCap(bytes32 tee, uint16 cap) external restricted {
        _rules[tee].cap = cap;
        emit PlatformCapSet(tee, cap);
    }

    /// @inheritdoc IEnclaveRegistry
    function setOnlyAdmittedPlatforms(bytes32 tee, bool only) external restricted {
        _rules[tee].onlyAdmitted = only;
        emit OnlyAdmittedPlatformsSet(tee, only);
    }

    /// @inheritdoc IEnclaveRegistry
    function setPlatformAdmitted(bytes32 platformId, bool admitted) external restricted {
        require(platformId != 0, EnclaveRegistryNoPlatform());
        Platform storage platform = _platforms[platformId];
        require(!admitted || !platform.revoked, EnclaveRegistryPlatformRevoked(platformId));

        platform.admitted = admitted;
        emit PlatformAdmittedSet(platformId, admitted);
    }

    /// @inheritdoc IEnclaveRegistry
    function platformCap(bytes32 tee) external view returns (uint16) {
        return _rules[tee].cap;
    }

    /// @inheritdoc IEnclaveRegistry
    function onlyAdmittedPlatforms(bytes32 tee) external view returns (bool) {
        return _rules[tee].onlyAdmitted;
    }

    /// @inheritdoc IEnclaveRegistry
    function enclavesOn(bytes32 platformId) external view returns (uint32) {
        return _platforms[platformId].enclaves;
    }

    /// @inheritdoc IEnclaveRegistry
    function isPlatformRevoked(bytes32 platformId) external view returns (bool) {
        return _platforms[platformId].revoked;
    }

    /// @inheritdoc IEnclaveRegistry
    function isPlatformAdmitted(bytes32 platformId) external view returns (bool) {
        return _platforms[platformId].admitted;
    }

    function _revokePlatform(bytes32 platformId) internal {
        require(platformId != 0, EnclaveRegistryNoPlatform());
        Platform storage platform = _platforms[platformId];
        require(!platform.revoked, EnclaveRegistryPlatformRevoked(platformId));

        platform.revoked = true;
        emit PlatformRevoked(platformId);
    }

    function _enterPlatform(bytes32 tee, bytes32 platformId) internal {
        Platform storage platform = _platforms[platformId];
        PlatformRule storage rule = _rules[tee];
        require(!platform.revoked, EnclaveRegistryPlatformRevoked(platformId));
        require(!_isMissing(rule, platform), EnclaveRegistryPlatformNotAdmitted(tee, platformId));
        uint32 enclaves_ = ++platform.enclaves;
        uint16 cap = rule.cap;
        require(cap == 0 || enclaves_ <= cap, EnclaveRegistryPlatformFull(platformId, enclaves_, cap));
    }

    function _leavePlatform(bytes32 platformId) internal {
        --_platforms[platformId].enclaves;
    }

    /// @dev Whether votes let no enclave of this TEE be on this platform, any more or yet.
    function _isPlatformOut(bytes32 tee, bytes32 platformId) internal view returns (bool) {
        Platform storage platform = _platforms[platformId];
        return platform.revoked || _isMissing(_rules[tee], platform);
    }

    /// @dev Evidence that names no platform has none that a vote could admit.
    function _isMissing(PlatformRule storage rule, Platform storage platform) private view returns (bool) {
        return rule.onlyAdmitted && !platform.admitted;
    }
}
