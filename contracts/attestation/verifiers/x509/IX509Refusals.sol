// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Why bytes are no certificate, whoever has issued it
/// @dev Named as off chain (docs/attestation.md, "Refusal codes"): `DerMalformed` here is DER_MALFORMED there.
interface IX509Refusals {
    /// @notice Not DER: another tag than expected (0: none in particular), a length or integer that is not minimal, a
    /// time that does not exist, bytes left over.
    error DerMalformed(uint256 found, uint256 expected);
    /// @notice Not version 3, a serial number of over 20 bytes, two common names, none where one is needed.
    error CertificateMalformed(uint256 found, uint256 expected);
    /// @notice Not the vendor's curve and hash (Intel: P-256 and SHA-256, AWS: P-384 and SHA-384), or two algorithms
    /// that do not fit.
    error CertificateAlgorithm(bytes32 found);
    /// @notice An extension twice, too many, an unknown critical one, a default spelled out, a usage not minimal.
    error CertificateExtension(bytes32 oidHash);
}
