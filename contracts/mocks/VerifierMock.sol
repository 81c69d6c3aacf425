// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Attestation, IAttestationVerifier} from "../attestation/IAttestationVerifier.sol";

/// @title A verifier that believes everything, of any TEE and vendor, for tests of what registries make of it
contract VerifierMock is IAttestationVerifier {
    bytes32 public immutable tee;
    bytes32 public immutable vendor;
    /// @notice From now on `recheck` says this of the end, if it is not zero; one more than it.
    uint48 public endAndOne;

    constructor(bytes32 tee_, bytes32 vendor_) {
        tee = tee_;
        vendor = vendor_;
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external pure returns (Attestation memory) {
        return abi.decode(evidence, (Attestation));
    }

    /// @notice What evidence is worth from now on, in Unix seconds.
    function judge(uint48 validUntil) external {
        endAndOne = validUntil + 1;
    }

    /// @inheritdoc IAttestationVerifier
    function recheck(bytes calldata evidence) external view returns (Attestation memory its) {
        its = abi.decode(evidence, (Attestation));
        if (endAndOne != 0) its.validUntil = endAndOne - 1;
    }
}
