// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {INitroRefusals} from "./INitroRefusals.sol";
import {IP384Verifier, Uint384} from "./IP384Verifier.sol";

/// @dev A leaf whose chain is in force.
struct NitroLeaf {
    Uint384 x;
    Uint384 y;
    /// @dev hash of the module that it names: its common name as far as the first point
    bytes32 module;
}

/// @dev A certificate that was verified once.
struct NitroCertificateView {
    /// @dev id of its issuer's certificate; zero: it is the root, or nobody has brought it
    bytes32 parent;
    bool isCa;
    /// @dev how many CAs may stand between it and a leaf
    uint8 room;
    /// @dev Unix seconds; both ends belong to the time of validity; zero: nobody has brought it
    uint40 notBefore;
    /// @dev Unix seconds
    uint40 notAfter;
    uint256 serial;
    /// @dev hash of its name, as DER
    bytes32 subject;
}

/// @title AWS's certificates of Nitro: what ends at the root, and what is revoked
/// @notice Anyone may bring what the root has signed, directly or not. A certificate's id is the Keccak-256 hash of
/// what is signed of it. Its signature is verified once, in a place below its issuer's; whether it and all above it
/// are in force is asked each time.
interface INitroCertificates is INitroRefusals {
    /// @notice A certificate has been verified.
    event CertificateBrought(bytes32 indexed id, bytes32 indexed parent, uint256 serial);
    /// @notice A vote has revoked a certificate for ever; hash of its issuer's name.
    event CertificateRevocation(bytes32 indexed issuer, uint256 indexed serial);

    /// @notice Brings a certificate; the same under the same parent again changes nothing.
    /// @param certificate as DER
    /// @param parent id of its issuer's certificate, which has been brought
    /// @param hints for its signature, as `IP384Verifier` takes them
    /// @return id of the certificate
    function bring(bytes calldata certificate, bytes32 parent, bytes calldata hints) external returns (bytes32 id);

    /// @notice Revokes by a vote, whatever AWS says, a certificate that may yet be brought.
    /// @param issuer Keccak-256 hash of its issuer's name, as DER
    /// @param serial number of the certificate
    function revoke(bytes32 issuer, uint256 serial) external;

    /// @notice The leaf of a chain that is in force now; reverts with what is not.
    /// @param chain ids, the root first, the leaf last
    function requireChain(bytes32[] calldata chain) external view returns (NitroLeaf memory);

    /// @notice The same where nothing is asked of times, nor of revocation: for a document that was verified before.
    /// @param chain ids, the root first, the leaf last
    /// @return leaf its key, and the module that it names
    /// @return revoked whether a vote has revoked any of them
    function keptChain(bytes32[] calldata chain) external view returns (NitroLeaf memory leaf, bool revoked);

    /// @notice What is known of a certificate.
    /// @param id of the certificate
    function certificateOf(bytes32 id) external view returns (NitroCertificateView memory);

    /// @notice Whether a vote has revoked this certificate.
    /// @param issuer Keccak-256 hash of its issuer's name, as DER
    /// @param serial number of the certificate
    function isRevoked(bytes32 issuer, uint256 serial) external view returns (bool);

    /// @notice Id of the root certificate that ends every chain.
    function root() external view returns (bytes32);

    /// @notice Who verifies signatures.
    function p384() external view returns (IP384Verifier);
}
