// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IX509Refusals} from "../x509/IX509Refusals.sol";

/// @title Why Intel's evidence or collateral is refused
/// @dev Named as off chain (docs/attestation.md, "Refusal codes"): `QuoteVersion` here is QUOTE_VERSION there.
interface IIntelRefusals is IX509Refusals {
    /// @notice More bytes than any genuine one; said before it is decoded.
    error EvidenceTooLarge(uint256 length, uint256 most);

    // Formats

    /// @notice Not certificates in strict PEM; `offset` counts bytes of the text.
    error PemMalformed(uint256 offset);
    /// @notice Not JSON without spaces and escapes, or a field twice; `offset` counts bytes of the text.
    error JsonMalformed(uint256 offset);

    // Signatures

    /// @notice No point of P-256.
    error KeyInvalid(uint256 x, uint256 y);
    /// @notice A signature of another length, in bytes.
    error SignatureMalformed(uint256 length, uint256 expected);
    /// @notice r or s is 0 or not below the order of the group.
    error SignatureOutOfRange(uint256 r, uint256 s);

    // Certificates

    /// @notice No longer valid; Unix seconds.
    error CertificateExpired(uint256 serial, uint256 notAfter, uint256 time);
    /// @notice Not valid yet; Unix seconds.
    error CertificateNotYetValid(uint256 serial, uint256 notBefore, uint256 time);
    /// @notice Its issuer, or a vote, has revoked it.
    error CertificateRevoked(uint256 issuer, uint256 serial);
    /// @notice Another number of certificates than a chain has.
    error ChainLength(uint256 found, uint256 expected);
    /// @notice A certificate stands twice in the chain.
    error ChainDuplicate(bytes32 certificate);
    /// @notice The chain ends in another root.
    error ChainRoot(bytes32 found, bytes32 root);
    /// @notice A certificate names another issuer than the one that follows; hashes of names.
    error ChainOrder(bytes32 named, bytes32 issuer);
    /// @notice A certificate names another key of its issuer, or none; hashes of key ids.
    error ChainKeyId(bytes32 named, bytes32 issuer);
    /// @notice An issuer that is no CA.
    error ChainNotCa(uint256 serial);
    /// @notice The leaf is a CA.
    error ChainLeafIsCa(uint256 serial);
    /// @notice The key may not do what it does; bits from the left, as RFC 5280 numbers them.
    error ChainKeyUsage(uint256 serial, uint256 usage, uint256 needed);
    /// @notice More CAs stand below an issuer than it allows.
    error ChainPathLength(uint256 serial, uint256 found, uint256 most);
    /// @notice Its issuer has not signed it.
    error ChainSignature(uint256 serial, bytes32 digest);
    /// @notice An authority of this certificate or serial number is known already.
    error ChainKnown(uint256 serial);
    /// @notice The CA is neither that of platforms nor that of processors; hash of its common name.
    error PckIssuer(bytes32 commonName);
    /// @notice The PCK certificate lacks its extension, or value `number` is missing, foreign or of another type.
    error PckExtension(uint256 number);

    // Revocation lists

    /// @notice Not version 2, or two algorithms.
    error CrlMalformed(uint256 found, uint256 expected);
    /// @notice Of another CA, or of one that may not sign lists; hashes of names.
    error CrlIssuer(bytes32 named, bytes32 issuer);
    /// @notice Its CA has not signed it.
    error CrlSignature(bytes32 digest);
    /// @notice To be renewed, or absent (`nextUpdate` is 0); Unix seconds.
    error CrlExpired(uint256 issuer, uint256 nextUpdate, uint256 time);
    /// @notice From the future; Unix seconds.
    error CrlNotYetValid(uint256 issuer, uint256 thisUpdate, uint256 time);
    /// @notice Not newer than the one that is known; Unix seconds.
    error CrlRollback(uint256 issuer, uint256 thisUpdate, uint256 known);

    // Quotes

    /// @notice The quote ends within a field; bytes.
    error QuoteTruncated(uint256 length, uint256 needed);
    /// @notice Bytes after the quote, or after one of its parts.
    error QuoteTrailingBytes(uint256 found, uint256 expected);
    /// @notice Of another version than this TEE's.
    error QuoteVersion(uint256 found);
    /// @notice Of another TEE.
    error QuoteTeeType(uint256 found, uint256 expected);
    /// @notice An attestation key of another kind than P-256.
    error QuoteKeyType(uint256 found, uint256 expected);
    /// @notice Body type and size do not fit, or reserved bytes are in use (`bodyType` is 0 then, `size` the offset).
    error QuoteBody(uint256 bodyType, uint256 size);
    /// @notice Another vendor's quoting enclave.
    error QuoteQeVendor(bytes16 found, bytes16 expected);
    /// @notice The QE is not certified by a PCK certificate chain.
    error QuoteCertification(uint256 found, uint256 expected);
    /// @notice The attestation key has not signed header and body.
    error QuoteSignature(bytes32 digest);
    /// @notice The PCK has not signed the QE's report.
    error QeReportSignature(bytes32 digest);
    /// @notice The QE vouches for another attestation key or other auth data.
    error QeReportData(bytes32 found, bytes32 expected);

    // Collateral

    /// @notice No collateral of this kind has been brought: `subject` is the hash of a PCK chain, an FMSPC, or zero.
    error CollateralAbsent(bytes32 tee, bytes32 subject);
    /// @notice Signed by something else than a certificate for TCB signing.
    error CollateralSigner(bytes32 found);
    /// @notice TCB info is not signed as received.
    error TcbInfoSignature(bytes32 digest);
    /// @notice TCB info of another version or shape; `field` is the one that is wrong.
    error TcbInfoMalformed(bytes32 field);
    /// @notice TCB info of neither TEE.
    error TcbInfoId(bytes32 found);
    /// @notice TCB info should have been renewed; Unix seconds.
    error TcbInfoExpired(uint256 nextUpdate, uint256 time);
    /// @notice TCB info from the future; Unix seconds.
    error TcbInfoNotYetValid(uint256 issueDate, uint256 time);
    /// @notice TCB info of an older evaluation or issue date (Unix seconds) than is known or wanted.
    error TcbInfoRollback(uint256 evaluation, uint256 issueDate, uint256 leastEvaluation, uint256 knownIssueDate);
    /// @notice TCB info of another PCE.
    error TcbInfoPceid(uint256 found, uint256 wanted);
    /// @notice The platform reaches no level of TCB info.
    error TcbLevelNone(bytes16 components, uint256 pceSvn, bytes16 teeTcbSvn);
    /// @notice The status is not UpToDate, and no vote allows it with all these advisories (bits of `advisoryAt`).
    error TcbStatus(uint256 status, uint256 advisories);
    /// @notice QE identity is not signed as received.
    error QeIdentitySignature(bytes32 digest);
    /// @notice QE identity of another version or shape; `field` is the one that is wrong.
    error QeIdentityMalformed(bytes32 field);
    /// @notice QE identity of neither TEE.
    error QeIdentityId(bytes32 found);
    /// @notice QE identity should have been renewed; Unix seconds.
    error QeIdentityExpired(uint256 nextUpdate, uint256 time);
    /// @notice QE identity from the future; Unix seconds.
    error QeIdentityNotYetValid(uint256 issueDate, uint256 time);
    /// @notice QE identity of an older evaluation or issue date (Unix seconds) than is known or wanted.
    error QeIdentityRollback(uint256 evaluation, uint256 issueDate, uint256 leastEvaluation, uint256 knownIssueDate);
    /// @notice The QE has another signer than QE identity says.
    error QeSigner(bytes32 found, bytes32 expected);
    /// @notice The QE is another product than QE identity says.
    error QeProduct(uint256 found, uint256 expected);
    /// @notice The QE's MISCSELECT, masked, differs from QE identity.
    error QeMiscselect(bytes4 found, bytes4 expected);
    /// @notice The QE's attributes, masked, differ from QE identity.
    error QeAttributes(bytes16 found, bytes16 expected);
    /// @notice The QE's SVN is below every level.
    error QeSvn(uint256 found);

    // What runs

    /// @notice TCB info knows no TDX module of this major version.
    error TdxModuleUnknown(uint256 major);
    /// @notice The TDX module has another signer (48 bytes, in two parts).
    error TdxModuleSigner(bytes32 high, bytes16 low);
    /// @notice The TDX module has other attributes.
    error TdxModuleAttributes(bytes8 found, bytes8 expected);
    /// @notice The TDX module is below every level.
    error TdxModuleSvn(uint256 major, uint256 svn);
    /// @notice The TD is in debug mode.
    error TdDebug(bytes8 attributes);
    /// @notice The TD has reserved attributes.
    error TdAttributes(bytes8 attributes);
    /// @notice The TD may be migrated.
    error TdMigratable(bytes8 attributes);
    /// @notice SEPT_VE_DISABLE is off.
    error TdSeptVeDisable(bytes8 attributes);
    /// @notice A service TD is bound to the TD (48 bytes, in two parts).
    error TdServiceTd(bytes32 high, bytes16 low);
    /// @notice The enclave is in debug mode.
    error SgxDebug(bytes16 attributes);
    /// @notice The enclave is not initialised, or has keys of Intel's own enclaves.
    error SgxAttributes(bytes16 attributes);
}
