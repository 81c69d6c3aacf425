// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice What a piece of evidence proves once it has been verified.
struct Attestation {
    /// @dev tag of the TEE, docs/formats.md
    bytes32 tee;
    /// @dev what runs: hash of image and configuration
    bytes32 measurement;
    /// @dev 32 bytes that the enclave chose
    bytes32 reportData;
    /// @dev the physical platform, salted where the TEE allows it
    bytes32 platformId;
    /// @dev Unix time in seconds
    uint48 notBefore;
    /// @dev Unix time in seconds
    uint48 validUntil;
    uint8 tcbStatus;
    uint32 evaluationNumber;
}

/// @title Verifier of one kind of attestation evidence
/// @dev Roots are immutable in each verifier: another root is another verifier, and needs a vote.
interface IAttestationVerifier {
    /// @notice Name of the TEE whose evidence this verifier accepts (a tag of docs/formats.md).
    function tee() external view returns (bytes32);

    /// @notice Who makes this TEE (a tag of docs/formats.md): whoever breaks it, or is made to, breaks every TEE of
    /// that vendor.
    function vendor() external view returns (bytes32);

    /// @notice Verifies evidence or reverts with the check that failed.
    /// @dev INTEGRATOR: evidence can be shown by anyone, any number of times; who it speaks for is in the report data.
    /// @param evidence in the form of this TEE
    /// @return what it proves
    function verify(bytes calldata evidence) external view returns (Attestation memory);

    /// @notice What evidence that was verified once is worth by what has come since: collateral, revocations, votes.
    /// Its own time, and that of its certificates, are no reason any more. Reverts with whatever else is wrong with
    /// it, and where what it would be judged by is absent or overdue.
    /// @param evidence as `verify` takes it
    /// @return what it proves; `validUntil` is 0 where it is not accepted any more
    function recheck(bytes calldata evidence) external view returns (Attestation memory);
}
