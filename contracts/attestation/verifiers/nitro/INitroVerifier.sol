// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {INitroCertificates} from "./INitroCertificates.sol";
import {INitroRefusals} from "./INitroRefusals.sol";

/// @dev What a document proves.
struct NitroClaims {
    bytes32 measurement;
    bytes32 platformId;
    /// @dev milliseconds since 1970
    uint64 timestamp;
    /// @dev what the enclave wanted said; empty: nothing
    bytes userData;
    bytes nonce;
    bytes publicKey;
}

/// @title Verifier of AWS Nitro attestation documents
/// @notice Evidence is the length of the document (2 bytes, big-endian), the document, and hints for its signature, as
/// `IP384Verifier` takes them. All certificates that the document brings have been brought to `certificates`, its leaf
/// among them.
interface INitroVerifier is IAttestationVerifier, INitroRefusals {
    /// @notice As `verify`, of documents with any user data: all that it proves.
    /// @param evidence as above
    function claimsOf(bytes calldata evidence) external view returns (NitroClaims memory);

    /// @notice Whose chains are believed.
    function certificates() external view returns (INitroCertificates);

    /// @notice What makes platform ids one network's own.
    function platformSalt() external view returns (bytes32);

    /// @notice How old a document may be, in seconds.
    function documentSeconds() external view returns (uint48);

    /// @notice How long evidence counts after its document's time, in seconds.
    function registrationSeconds() external view returns (uint48);
}
