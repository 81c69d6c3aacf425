// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveStorage} from "./EnclaveStorage.sol";
import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";

/// @title Physical platforms: how many enclaves are on each, how many may be, and which are out
/// @dev Who owns a platform may one day forge evidence for it.
abstract contract Platforms is EnclaveStorage {
    mapping(bytes32 tee => uint16) private _caps;
    mapping(bytes32 platformId => uint32) private _enclavesOn;
    mapping(bytes32 platformId => bool) private _revoked;

    /// @inheritdoc IEnclaveRegistry
    function setPlatformCap(bytes32 tee, uint16 cap) external restricted {
        _caps[tee] = cap;
        emit PlatformCapSet(tee, cap);
    }

    /// @inheritdoc IEnclaveRegistry
    function platformCap(bytes32 tee) external view returns (uint16) {
        return _caps[tee];
    }

    /// @inheritdoc IEnclaveRegistry
    function enclavesOn(bytes32 platformId) external view returns (uint32) {
        return _enclavesOn[platformId];
    }

    /// @inheritdoc IEnclaveRegistry
    function isPlatformRevoked(bytes32 platformId) public view returns (bool) {
        return _revoked[platformId];
    }

    function _revokePlatform(bytes32 platformId) internal {
        require(platformId != 0, EnclaveRegistryNoPlatform());
        require(!_revoked[platformId], EnclaveRegistryPlatformRevoked(platformId));

        _revoked[platformId] = true;
        emit PlatformRevoked(platformId);
    }

    /// @dev 32 bits, for a counter that wraps must stop no registration where no cap is set.
    function _enterPlatform(bytes32 tee, bytes32 platformId) internal {
        require(!_revoked[platformId], EnclaveRegistryPlatformRevoked(platformId));
        uint32 enclaves_ = ++_enclavesOn[platformId];
        uint16 cap = _caps[tee];
        require(cap == 0 || enclaves_ <= cap, EnclaveRegistryPlatformFull(platformId, enclaves_, cap));
    }

    function _leavePlatform(bytes32 platformId) internal {
        --_enclavesOn[platformId];
    }
}
