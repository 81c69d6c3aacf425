// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice What a piece of evidence proves once it has been verified.
struct Attestation {
    bytes32 tee;
    bytes32 measurement;
    bytes32 reportData;
    bytes32 platformId;
    uint48 notBefore;
    uint48 validUntil;
    uint8 tcbStatus;
    uint32 evaluationNumber;
}

/// @title Verifier of one kind of attestation evidence
interface IAttestationVerifier {
    /// @notice Name of the TEE whose evidence this verifier accepts (a tag of docs/formats.md).
    function tee() external view returns (bytes32);

    /// @notice Verifies evidence or reverts with the check that failed.
    function verify(bytes calldata evidence) external view returns (Attestation memory);
}
