// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../../../types/Described.sol";
import {Attestation, IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {measurementHash} from "../../Measurement.sol";
import {IIntelCertificates, Platform} from "./IIntelCertificates.sol";
import {IIntelTcb, TcbClaim, TcbOutlook, TcbVerdict} from "./IIntelTcb.sol";
import {INTEL_VENDOR, PLATFORM_TAG} from "./IntelTags.sol";
import {IQuoteVerifier} from "./IQuoteVerifier.sol";
import {P256Signature} from "./P256Signature.sol";
import {Quote, Quotes} from "./Quote.sol";
import {SgxReports} from "./SgxReport.sol";

/// @title What the verification of a TDX and of an SGX quote have in common
/// @dev The attestation key signs header and body, the quoting enclave vouches for that key, the PCK certificate for
/// the quoting enclave, Intel's root for the certificate; collateral says how good platform and quoting enclave are.
abstract contract QuoteVerifier is IQuoteVerifier, Described {
    bytes32 private immutable _platformSalt;
    IIntelCertificates private immutable _certificates;
    IIntelTcb private immutable _tcb;

    constructor(IIntelCertificates certificates_, IIntelTcb tcb_, bytes32 platformSalt_) {
        (_certificates, _tcb, _platformSalt) = (certificates_, tcb_, platformSalt_);
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (Attestation memory) {
        Quote memory quote = _read(evidence);
        Platform memory platform = _certificates.platformOf(_chainOf(evidence, quote));
        TcbClaim memory claim = _requireQuote(evidence, quote, platform);
        TcbVerdict memory verdict = _tcb.rate(claim);
        return _attestation(evidence[quote.body:quote.signedEnd], platform, verdict, verdict.validUntil);
    }

    /// @inheritdoc IAttestationVerifier
    function recheck(bytes calldata evidence) external view returns (Attestation memory) {
        Quote memory quote = _read(evidence);
        (Platform memory platform, bool revoked) = _certificates.keptPlatformOf(_chainOf(evidence, quote));
        TcbOutlook memory its = _tcb.outlook(_requireQuote(evidence, quote, platform));
        uint256 end = revoked ? 0 : its.acceptedUntil;
        return _attestation(evidence[quote.body:quote.signedEnd], platform, its.verdict, end);
    }

    /// @inheritdoc IQuoteVerifier
    function outlook(bytes calldata evidence) external view returns (TcbOutlook memory its) {
        Quote memory quote = _read(evidence);
        Platform memory platform = _certificates.platformOf(_chainOf(evidence, quote));
        its = _tcb.outlook(_requireQuote(evidence, quote, platform));
        its.acceptedUntil = uint40(_validUntil(platform, its.verdict, its.acceptedUntil));
    }

    /// @inheritdoc IQuoteVerifier
    function certificates() external view returns (IIntelCertificates) {
        return _certificates;
    }

    /// @inheritdoc IQuoteVerifier
    function tcb() external view returns (IIntelTcb) {
        return _tcb;
    }

    /// @inheritdoc IQuoteVerifier
    function platformSalt() external view returns (bytes32) {
        return _platformSalt;
    }

    /// @inheritdoc IAttestationVerifier
    function vendor() external pure returns (bytes32) {
        return INTEL_VENDOR;
    }

    /// @inheritdoc Described
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAttestationVerifier).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev Header and places of a quote of this TEE.
    function _read(bytes calldata evidence) internal pure virtual returns (Quote memory);

    /// @dev Refuses what no enclave may be, and adds to the claim what only this TEE has.
    function _requireBody(bytes calldata body, TcbClaim memory claim) internal pure virtual;

    /// @dev Hash of the identity fields (docs/attestation.md, "Measurement").
    function _identityOf(bytes calldata body) internal pure virtual returns (bytes32);

    function _reportDataOf(bytes calldata body) internal pure virtual returns (bytes32);

    function _tee() internal pure virtual returns (bytes32);

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IQuoteVerifier).interfaceId;
    }

    function _chainOf(bytes calldata evidence, Quote memory quote) private pure returns (bytes32) {
        return keccak256(evidence[quote.chain:quote.chainEnd]);
    }

    function _attestation(bytes calldata body, Platform memory platform, TcbVerdict memory verdict, uint256 end)
        private
        view
        returns (Attestation memory its)
    {
        its.tee = _tee();
        its.measurement = measurementHash(its.tee, _identityOf(body), 0);
        its.reportData = _reportDataOf(body);
        its.platformId = _platformIdOf(platform);
        its.notBefore = platform.notBefore > verdict.notBefore ? platform.notBefore : verdict.notBefore;
        its.validUntil = uint48(_validUntil(platform, verdict, end));
        (its.tcbStatus, its.evaluationNumber) = (verdict.status, verdict.evaluation);
    }

    function _requireQuote(bytes calldata evidence, Quote memory quote, Platform memory platform)
        private
        view
        returns (TcbClaim memory claim)
    {
        _requireQeReport(evidence, quote, platform);
        _requireSigned(evidence, quote);
        claim = _claim(evidence[quote.qeReport:quote.qeReport + Quotes.REPORT_BYTES], platform);
        _requireBody(evidence[quote.body:quote.signedEnd], claim);
    }

    function _requireQeReport(bytes calldata evidence, Quote memory quote, Platform memory platform) private view {
        uint256 end = quote.qeReport + Quotes.REPORT_BYTES;
        bytes calldata report = evidence[quote.qeReport:end];
        bytes32 digest = sha256(report);
        (uint256 r, uint256 s) = _pair(evidence, end);
        bool signed = P256Signature.verify(digest, r, s, platform.x, platform.y);
        require(signed, QeReportSignature(digest));
        SgxReports.requireReserved(report);
        _requireVouched(evidence, quote);
    }

    function _requireVouched(bytes calldata evidence, Quote memory quote) private pure {
        bytes calldata key = evidence[quote.key:quote.key + 64];
        bytes32 vouched = sha256(bytes.concat(key, evidence[quote.authData:quote.authDataEnd]));
        (uint256 found, uint256 rest) = _pair(evidence, quote.qeReport + 320);
        require(found == uint256(vouched) && rest == 0, QeReportData(bytes32(found), vouched));
    }

    function _requireSigned(bytes calldata evidence, Quote memory quote) private view {
        (uint256 x, uint256 y) = _pair(evidence, quote.key);
        (uint256 r, uint256 s) = _pair(evidence, quote.signature);
        P256Signature.requirePoint(x, y);
        bytes32 digest = sha256(evidence[:quote.signedEnd]);
        require(P256Signature.verify(digest, r, s, x, y), QuoteSignature(digest));
    }

    function _platformIdOf(Platform memory platform) private view returns (bytes32) {
        bytes32 machine = keccak256(abi.encodePacked(platform.ppid));
        return keccak256(abi.encodePacked(PLATFORM_TAG, INTEL_VENDOR, _platformSalt, machine));
    }

    function _claim(bytes calldata report, Platform memory platform) private pure returns (TcbClaim memory claim) {
        (claim.tee, claim.fmspc, claim.pceId) = (_tee(), platform.fmspc, platform.pceId);
        (claim.components, claim.pceSvn) = (platform.components, platform.pceSvn);
        claim.qeSigner = SgxReports.signerOf(report);
        claim.qeAttributes = SgxReports.attributesOf(report);
        claim.qeMiscSelect = SgxReports.miscSelectOf(report);
        claim.qeProduct = SgxReports.productOf(report);
        claim.qeSvn = SgxReports.svnOf(report);
    }

    function _validUntil(Platform memory platform, TcbVerdict memory verdict, uint256 end)
        private
        pure
        returns (uint256)
    {
        uint256 due = uint256(platform.nextUpdate) + verdict.overdue;
        if (platform.notAfter < end) end = platform.notAfter;
        return due < end ? due : end;
    }

    function _pair(bytes calldata evidence, uint256 offset) private pure returns (uint256 a, uint256 b) {
        return (uint256(Quotes.wordAt(evidence, offset)), uint256(Quotes.wordAt(evidence, offset + 32)));
    }
}
