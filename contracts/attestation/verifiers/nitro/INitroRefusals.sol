// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IX509Refusals} from "../x509/IX509Refusals.sol";

/// @title Why a Nitro document, or a certificate of its chain, is refused
/// @dev Named as off chain (docs/attestation.md, "Refusal codes"): `NitroStale` here is NITRO_STALE there.
interface INitroRefusals is IX509Refusals {
    /// @notice More bytes than any genuine one; said before it is decoded.
    error EvidenceTooLarge(uint256 length, uint256 most);
    /// @notice Evidence ends within its document; bytes.
    error EvidenceTruncated(uint256 length, uint256 needed);

    // Formats

    /// @notice A type that documents do not use, a reserved head, a cut item, too many items; its first byte, and how
    /// many bytes follow.
    error CborMalformed(uint256 head, uint256 left);
    /// @notice A number in more bytes than it needs.
    error CborNotMinimal(uint256 value, uint256 size);
    /// @notice An array or string of indefinite length; its first byte.
    error CborIndefinite(uint256 head);
    /// @notice A map has a key twice.
    error CborDuplicateKey(bytes32 key);
    /// @notice Bytes after the item.
    error CborTrailingBytes(uint256 left);

    // Signatures

    /// @notice A signature of another length, in bytes; or a scalar of one, that is longer.
    error SignatureMalformed(uint256 length, uint256 expected);

    // Certificates

    /// @notice No longer valid; Unix seconds.
    error CertificateExpired(bytes32 certificate, uint256 notAfter, uint256 time);
    /// @notice Not valid yet; Unix seconds.
    error CertificateNotYetValid(bytes32 certificate, uint256 notBefore, uint256 time);
    /// @notice A vote has revoked it; hash of its issuer's name.
    error CertificateRevoked(bytes32 issuer, uint256 serial);
    /// @notice Nobody has brought it.
    error CertificateUnknown(bytes32 certificate);
    /// @notice Another number of certificates than a chain has.
    error ChainLength(uint256 found, uint256 most);
    /// @notice A certificate stands twice in the chain.
    error ChainDuplicate(bytes32 certificate);
    /// @notice The chain ends in another root.
    error ChainRoot(bytes32 found, bytes32 root);
    /// @notice A certificate names another issuer than the one that follows: hashes of names. Or it is known under
    /// another parent: ids of certificates.
    error ChainOrder(bytes32 named, bytes32 issuer);
    /// @notice A certificate names another key of its issuer; hashes of key ids.
    error ChainKeyId(bytes32 named, bytes32 issuer);
    /// @notice An issuer that is no CA.
    error ChainNotCa(bytes32 certificate);
    /// @notice The leaf is a CA.
    error ChainLeafIsCa(bytes32 certificate);
    /// @notice The key may not do what it does; bits from the left, as RFC 5280 numbers them.
    error ChainKeyUsage(bytes32 certificate, uint256 usage, uint256 needed);
    /// @notice More CAs stand below an issuer than it allows.
    error ChainPathLength(bytes32 issuer);
    /// @notice Its issuer has not signed it.
    error ChainSignature(bytes32 certificate);

    // Documents

    /// @notice No COSE_Sign1 of four parts, or an unprotected header that says something; its first byte.
    error NitroHeader(uint256 found);
    /// @notice The protected header does not say ES384 and nothing else.
    error NitroAlgorithm(bytes32 found);
    /// @notice The document is not signed by its leaf.
    error NitroSignature(bytes32 certificate);
    /// @notice A field is missing, unknown, of another type, or too long; its name, and its first byte or its length.
    error NitroField(bytes32 name, uint256 found);
    /// @notice The digest is not SHA384.
    error NitroDigest(bytes32 found);
    /// @notice The module is not the one that the leaf names; hashes of names.
    error NitroModule(bytes32 found, bytes32 named);
    /// @notice PCR0, 1, 2 or 8 is missing.
    error NitroPcrMissing(uint256 index);
    /// @notice A PCR has no number from 0 to 31: the head of its key, and what it counts.
    error NitroPcrIndex(uint256 head, uint256 found);
    /// @notice A PCR has not 48 bytes.
    error NitroPcrLength(uint256 index, uint256 found);
    /// @notice PCR0, 1 or 2 is zero: the enclave runs in debug mode.
    error NitroDebug(uint256 index);
    /// @notice The timestamp does not count milliseconds.
    error NitroTimestampUnit(uint256 timestamp);
    /// @notice Older than the window; Unix seconds, and seconds.
    error NitroStale(uint256 issuedAt, uint256 time, uint256 most);
    /// @notice Dated ahead of the time by more than clocks differ; Unix seconds, and seconds.
    error NitroFuture(uint256 issuedAt, uint256 time, uint256 most);
    /// @notice The enclave wanted something else said than 32 bytes.
    error NitroReportData(uint256 length, uint256 expected);
}
