// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIntelRefusals} from "./IIntelRefusals.sol";

/// @dev What a certificate that the root has issued may do.
enum AuthorityRole {
    None,
    Root,
    PckIssuer,
    TcbSigner
}

struct AuthorityView {
    AuthorityRole role;
    bool revoked;
    /// @dev Unix seconds; both ends belong to the time of validity
    uint40 notBefore;
    /// @dev Unix seconds
    uint40 notAfter;
    /// @dev Unix seconds: of the newest revocation list; zero: none was brought
    uint40 thisUpdate;
    /// @dev Unix seconds
    uint40 nextUpdate;
    uint256 x;
    uint256 y;
}

/// @dev A platform whose PCK certificate is in force.
struct Platform {
    /// @dev the PCK, a point of P-256
    uint256 x;
    uint256 y;
    /// @dev SVNs of components 1 to 16
    bytes16 components;
    uint16 pceSvn;
    bytes6 fmspc;
    bytes2 pceId;
    /// @dev which machine, pseudonymously
    bytes16 ppid;
    /// @dev Unix seconds: the latest beginning of the chain and its revocation lists
    uint40 notBefore;
    /// @dev Unix seconds: the earliest end of the chain
    uint40 notAfter;
    /// @dev Unix seconds: when the first of its revocation lists is to be renewed
    uint40 nextUpdate;
}

/// @title Intel's certificates and revocation lists: what ends at the root, and what is revoked
/// @notice Anyone may bring what the root has signed, directly or not. Nothing goes back: a list is replaced by a newer
/// one only, and what was revoked once stays so, whatever a later list says.
interface IIntelCertificates is IIntelRefusals {
    /// @notice A certificate of the root has been verified; `id` is SHA-256 of the certificate.
    event AuthorityBrought(uint256 indexed index, bytes32 indexed id, AuthorityRole role);
    /// @notice The PCK certificate of a platform has been verified; `chain` is the Keccak-256 hash of its
    /// chain as text.
    event PckBrought(bytes32 indexed chain, uint256 indexed issuer, uint256 indexed serial, bytes6 fmspc);
    /// @notice A newer revocation list of an authority has been verified; Unix seconds.
    event CrlBrought(uint256 indexed issuer, uint40 thisUpdate, uint40 nextUpdate);
    /// @notice A list, or a vote, has revoked a certificate for ever.
    event CertificateRevocation(uint256 indexed issuer, uint256 indexed serial);

    /// @notice Brings a certificate for TCB signing that the root has issued.
    /// @param certificate as DER
    /// @return index of the authority
    function bringSigner(bytes calldata certificate) external returns (uint256 index);

    /// @notice Brings the PCK certificate chain of a platform: leaf, Platform or Processor CA, root.
    /// @param chain PEM as it stands in a quote, without the NUL at its end
    /// @return id its Keccak-256 hash
    function bringPck(bytes calldata chain) external returns (bytes32 id);

    /// @notice Brings a revocation list.
    /// @param issuer the authority's index; 0 is the root
    /// @param list as DER
    function bringCrl(uint256 issuer, bytes calldata list) external;

    /// @notice Revokes a certificate by a vote, whatever Intel says.
    /// @param issuer the authority's index; 0 is the root
    /// @param serial number of the certificate
    function revoke(uint256 issuer, uint256 serial) external;

    /// @notice The platform of a PCK chain, if the chain and its revocation lists hold now; reverts with what does not.
    /// @param chain Keccak-256 hash of its text, without the NUL at its end
    function platformOf(bytes32 chain) external view returns (Platform memory);

    /// @notice The same where nothing is asked of times, nor of revocation: for evidence that was verified before.
    /// @param chain hash of the PEM chain
    /// @return its what the chain says
    /// @return revoked whether a list or a vote has revoked the platform's certificate, or its issuer's
    function keptPlatformOf(bytes32 chain) external view returns (Platform memory its, bool revoked);

    /// @notice Whether a PCK chain was brought, in force or not: what nobody needs to bring again.
    /// @param chain Keccak-256 hash of its text, without the NUL at its end
    function isBrought(bytes32 chain) external view returns (bool);

    /// @notice From when until when a TCB signer is valid, if it is now and is not revoked, nor is the root's list due;
    /// Unix seconds.
    /// @param index of the authority
    /// @return notBefore the beginning
    /// @return notAfter the end
    function requireSigner(uint256 index) external view returns (uint40 notBefore, uint40 notAfter);

    /// @notice Whether a TCB signer that is valid now has signed this; reverts where it is not valid.
    /// @param index of the authority
    /// @param digest SHA-256 of what is signed
    /// @param r one half of the signature
    /// @param s the other
    function isSigned(uint256 index, bytes32 digest, uint256 r, uint256 s) external view returns (bool);

    /// @notice Whether this certificate is revoked, by its issuer or a vote.
    /// @param issuer the authority's index
    /// @param serial number of the certificate
    function isRevoked(uint256 issuer, uint256 serial) external view returns (bool);

    /// @notice SHA-256 of the root certificate that ends every chain.
    function root() external view returns (bytes32);

    /// @notice Index of an authority by SHA-256 of its certificate; 0 is the root, or one that is not known.
    /// @param certificate the hash
    function authorityOf(bytes32 certificate) external view returns (uint256);

    /// @notice What is known of an authority; `role` is None where there is none.
    /// @param index of the authority; 0 is the root
    function authorityAt(uint256 index) external view returns (AuthorityView memory);

    /// @notice How many authorities there are, the root included.
    function authorityCount() external view returns (uint256);
}
