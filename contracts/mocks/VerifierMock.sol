// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Attestation, IAttestationVerifier} from "../attestation/IAttestationVerifier.sol";

/// @title A verifier that believes everything, of any TEE and vendor, for tests of what registries make of it
contract VerifierMock is IAttestationVerifier {
    bytes32 public immutable tee;
    bytes32 public immutable vendor;

    constructor(bytes32 tee_, bytes32 vendor_) {
        tee = tee_;
        vendor = vendor_;
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external pure returns (Attestation memory) {
        return abi.decode(evidence, (Attestation));
    }

    /// @inheritdoc IAttestationVerifier
    function recheck(bytes calldata evidence) external pure returns (Attestation memory) {
        return abi.decode(evidence, (Attestation));
    }
}
