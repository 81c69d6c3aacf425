// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnclaveStorage} from "./EnclaveStorage.sol";
import {IAttestationVerifier} from "./IAttestationVerifier.sol";
import {IEnclaveRegistry} from "./IEnclaveRegistry.sol";

/// @title Whose word counts for each TEE: its verifier, and from when on
abstract contract TrustRoots is EnclaveStorage {
    struct Root {
        IAttestationVerifier former;
        IAttestationVerifier verifier;
        uint48 effectiveAt;
        bytes32 vendor;
        /// @dev before this verifier was set; zero if none before it was ever in effect
        bytes32 formerVendor;
    }

    mapping(bytes32 tee => Root) private _roots;
    uint48 private immutable _trustDelay;

    constructor(uint48 trustDelay_) {
        _trustDelay = trustDelay_;
    }

    /// @inheritdoc IEnclaveRegistry
    function setVerifier(IAttestationVerifier verifier) external restricted {
        bytes32 tee = verifier.tee();
        bytes32 vendor = verifier.vendor();
        bytes32 known = _roots[tee].vendor;
        require(known == 0 || known == vendor, EnclaveRegistryOtherVendor(tee, vendor, known));
        uint48 effectiveAt = uint48(block.timestamp) + (_ids.length == 0 ? 0 : _trustDelay);

        _roots[tee] = Root(verifierOf(tee), verifier, effectiveAt, vendor, _provenVendor(tee));
        emit VerifierSet(tee, verifier, vendor, effectiveAt);
    }

    /// @inheritdoc IEnclaveRegistry
    function removeVerifier(bytes32 tee) external restricted {
        Root storage root = _roots[tee];
        IAttestationVerifier verifier = root.verifier;
        require(address(verifier) != address(0), EnclaveRegistryNoVerifier(tee));

        IAttestationVerifier none = IAttestationVerifier(address(0));
        bytes32 vendor = _provenVendor(tee);
        _roots[tee] = Root(none, none, 0, vendor, vendor);
        emit VerifierRemoved(tee, verifier);
    }

    /// @inheritdoc IEnclaveRegistry
    function withdrawVerifier(bytes32 tee) external restricted {
        Root storage root = _roots[tee];
        require(
            block.timestamp < root.effectiveAt,
            EnclaveRegistryNothingToWithdraw(tee, root.effectiveAt, block.timestamp)
        );

        emit VerifierWithdrawn(tee, root.verifier);
        _roots[tee] = Root(root.former, root.former, 0, root.formerVendor, root.formerVendor);
    }

    /// @inheritdoc IEnclaveRegistry
    function trustDelay() external view returns (uint48) {
        return _trustDelay;
    }

    /// @inheritdoc IEnclaveRegistry
    function vendorOf(bytes32 tee) public view returns (bytes32) {
        return _roots[tee].vendor;
    }

    /// @inheritdoc IEnclaveRegistry
    function verifierOf(bytes32 tee) public view returns (IAttestationVerifier) {
        Root storage root = _roots[tee];
        return block.timestamp < root.effectiveAt ? root.former : root.verifier;
    }

    /// @dev Of a verifier that is or was in effect.
    function _provenVendor(bytes32 tee) private view returns (bytes32) {
        Root storage root = _roots[tee];
        return block.timestamp < root.effectiveAt ? root.formerVendor : root.vendor;
    }
}
