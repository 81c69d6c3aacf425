// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Sha512} from "../../../signatures/Sha512.sol";
import {Described} from "../../../types/Described.sol";
import {Attestation, IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {measurementHash} from "../../Measurement.sol";
import {INitroCertificates, NitroLeaf} from "./INitroCertificates.sol";
import {INitroVerifier, NitroClaims} from "./INitroVerifier.sol";
import {IP384Verifier, MOST_P384_HINT_BYTES, P384Signature, Uint384} from "./IP384Verifier.sol";
import {NitroCertificateReader} from "./NitroCertificate.sol";
import {NitroDocument, NitroDocuments} from "./NitroDocument.sol";
import {AWS_VENDOR, NITRO_PLATFORM_TAG, NITRO_TEE} from "./NitroTags.sol";
import {Span, span} from "../x509/Span.sol";

/// @title Verifier of AWS Nitro attestation documents
/// @dev The leaf signs the document, a chain of certificates ends at AWS's root; the document has to be of now, and of
/// an enclave that is not in debug mode.
contract NitroVerifier is INitroVerifier, Described {
    uint256 private constant LENGTH_BYTES = 2;
    uint256 private constant SIGNATURE_BYTES = 96;
    uint256 private constant REPORT_BYTES = 32;
    uint256 private constant MOST_MODULE_DIGITS = 32;
    /// @dev seconds by which a document may be dated ahead of a block
    uint256 private constant CLOCK_SECONDS = 60;
    /// @dev Nitro Enclaves exist since 2020: whatever lies before, or as far ahead as microseconds do, is no count of
    /// milliseconds of a document. 2020-01-01 and 2200-01-01.
    uint256 private constant FIRST_TIMESTAMP = 1_577_836_800_000;
    uint256 private constant LAST_TIMESTAMP = 7_258_118_400_000;

    INitroCertificates private immutable _certificates;
    IP384Verifier private immutable _p384;
    bytes32 private immutable _platformSalt;
    uint48 private immutable _documentSeconds;
    uint48 private immutable _registrationSeconds;

    constructor(
        INitroCertificates certificates_,
        bytes32 platformSalt_,
        uint48 documentSeconds_,
        uint48 registrationSeconds_
    ) {
        (_certificates, _p384, _platformSalt) = (certificates_, certificates_.p384(), platformSalt_);
        (_documentSeconds, _registrationSeconds) = (documentSeconds_, registrationSeconds_);
    }

    /// @inheritdoc IAttestationVerifier
    function verify(bytes calldata evidence) external view returns (Attestation memory) {
        return _attestation(claimsOf(evidence));
    }

    /// @inheritdoc IAttestationVerifier
    function recheck(bytes calldata evidence) external view returns (Attestation memory its) {
        (NitroDocument memory document, bytes calldata hints, bytes32[] memory chain) = _read(evidence);
        (NitroLeaf memory leaf, bool revoked) = _certificates.keptChain(chain);
        its = _attestation(_claims(document, hints, leaf, chain[chain.length - 1]));
        if (revoked) its.validUntil = 0;
    }

    /// @inheritdoc IAttestationVerifier
    function tee() external pure returns (bytes32) {
        return NITRO_TEE;
    }

    /// @inheritdoc IAttestationVerifier
    function vendor() external pure returns (bytes32) {
        return AWS_VENDOR;
    }

    /// @inheritdoc INitroVerifier
    function certificates() external view returns (INitroCertificates) {
        return _certificates;
    }

    /// @inheritdoc INitroVerifier
    function platformSalt() external view returns (bytes32) {
        return _platformSalt;
    }

    /// @inheritdoc INitroVerifier
    function documentSeconds() external view returns (uint48) {
        return _documentSeconds;
    }

    /// @inheritdoc INitroVerifier
    function registrationSeconds() external view returns (uint48) {
        return _registrationSeconds;
    }

    /// @inheritdoc INitroVerifier
    function claimsOf(bytes calldata evidence) public view returns (NitroClaims memory claims) {
        (NitroDocument memory its, bytes calldata hints, bytes32[] memory chain) = _read(evidence);
        NitroLeaf memory leaf = _certificates.requireChain(chain);
        claims = _claims(its, hints, leaf, chain[chain.length - 1]);
        _requireFresh(its.timestamp);
    }

    /// @inheritdoc Described
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAttestationVerifier).interfaceId || super.supportsInterface(interfaceId);
    }

    function _claims(NitroDocument memory its, bytes calldata hints, NitroLeaf memory leaf, bytes32 named)
        private
        view
        returns (NitroClaims memory claims)
    {
        bool signed = _p384.verify(_claim(its, leaf), hints);
        require(signed, NitroSignature(named));
        claims.platformId = _platformOf(its.moduleId, leaf.module);
        claims.measurement = _measurementOf(its);
        claims.timestamp = uint64(its.timestamp);
        claims.userData = NitroDocuments.copyOf(its.userData);
        claims.nonce = NitroDocuments.copyOf(its.nonce);
        claims.publicKey = NitroDocuments.copyOf(its.publicKey);
    }

    function _attestation(NitroClaims memory its) private view returns (Attestation memory) {
        require(its.userData.length == REPORT_BYTES, NitroReportData(its.userData.length, REPORT_BYTES));
        uint48 issuedAt = uint48(its.timestamp / 1000);
        return Attestation({
            tee: NITRO_TEE,
            measurement: its.measurement,
            reportData: bytes32(its.userData),
            platformId: its.platformId,
            notBefore: issuedAt,
            validUntil: issuedAt + _registrationSeconds,
            tcbStatus: 0, // AWS publishes none
            evaluationNumber: 0
        });
    }

    function _requireFresh(uint256 timestamp) private view {
        bool plausible = timestamp >= FIRST_TIMESTAMP && timestamp <= LAST_TIMESTAMP;
        require(plausible, NitroTimestampUnit(timestamp));
        uint256 issuedAt = timestamp / 1000;
        bool fresh = block.timestamp <= issuedAt + _documentSeconds;
        require(fresh, NitroStale(issuedAt, block.timestamp, _documentSeconds));
        bool past = issuedAt <= block.timestamp + CLOCK_SECONDS;
        require(past, NitroFuture(issuedAt, block.timestamp, CLOCK_SECONDS));
    }

    /// @dev The instance, of an id like i-0123456789abcdef0-enc0123456789abcdef that is also the leaf's.
    function _platformOf(Span moduleId, bytes32 named) private view returns (bytes32) {
        bytes32 found = moduleId.hash();
        uint256 end = _digitsEnd(moduleId, 2);
        bool wellFormed = found == named && moduleId.size() > end + 4 && moduleId.word() >> 240 == bytes32("i-") >> 240
            && span(moduleId.from() + end, moduleId.from() + end + 4).word() == "-enc"
            && _digitsEnd(moduleId, end + 4) == moduleId.size();
        require(wellFormed && end > 2, NitroModule(found, named));
        bytes32 machine = span(moduleId.from(), moduleId.from() + end).hash();
        return keccak256(abi.encodePacked(NITRO_PLATFORM_TAG, AWS_VENDOR, _platformSalt, machine));
    }

    /// @dev Where small hexadecimal digits that begin here end; 32 of them at most.
    function _digitsEnd(Span text, uint256 begin) private pure returns (uint256 end) {
        uint256 most = begin + MOST_MODULE_DIGITS;
        for (end = begin; end < text.size() && end < most; ++end) {
            uint256 character = text.byteAt(end);
            bool isDigit = (character >= 0x30 && character <= 0x39) || (character >= 0x61 && character <= 0x66);
            if (!isDigit) break;
        }
    }

    function _read(bytes calldata evidence)
        private
        pure
        returns (NitroDocument memory document, bytes calldata hints, bytes32[] memory chain)
    {
        bytes calldata encoded;
        (encoded, hints) = _parts(evidence);
        document = NitroDocuments.read(encoded);
        chain = _chainOf(document);
    }

    function _parts(bytes calldata evidence) private pure returns (bytes calldata document, bytes calldata hints) {
        uint256 most = LENGTH_BYTES + NitroDocuments.MOST_BYTES + MOST_P384_HINT_BYTES;
        require(evidence.length <= most, EvidenceTooLarge(evidence.length, most));
        require(evidence.length >= LENGTH_BYTES, EvidenceTruncated(evidence.length, LENGTH_BYTES));
        uint256 end = LENGTH_BYTES + uint16(bytes2(evidence));
        require(evidence.length >= end, EvidenceTruncated(evidence.length, end));
        return (evidence[LENGTH_BYTES:end], evidence[end:]);
    }

    function _chainOf(NitroDocument memory its) private pure returns (bytes32[] memory chain) {
        uint256 count = its.bundle.length;
        chain = new bytes32[](count + 1);
        for (uint256 i = 0; i < count; ++i) {
            chain[i] = NitroCertificateReader.idOf(NitroDocuments.copyOf(its.bundle[i]));
        }
        chain[count] = NitroCertificateReader.idOf(NitroDocuments.copyOf(its.certificate));
    }

    function _claim(NitroDocument memory its, NitroLeaf memory leaf) private pure returns (P384Signature memory claim) {
        (uint256 begin, uint256 end) = (its.signature.from(), its.signature.to());
        require(end - begin == SIGNATURE_BYTES, SignatureMalformed(end - begin, SIGNATURE_BYTES));
        (uint256 high, uint256 low) = Sha512.hash384(NitroDocuments.signed(its));
        (claim.x, claim.y, claim.digest) = (leaf.x, leaf.y, Uint384(high, low));
        claim.r = NitroCertificateReader.numberOf(span(begin, begin + 48));
        claim.s = NitroCertificateReader.numberOf(span(begin + 48, end));
    }

    /// @dev > PCRs of an enclave in debug mode are zero.
    function _measurementOf(NitroDocument memory its) private pure returns (bytes32) {
        uint8[4] memory measured = [0, 1, 2, 8];
        bytes memory identity;
        for (uint256 i = 0; i < measured.length; ++i) {
            Span register = its.pcrs[measured[i]];
            require(!register.isEmpty(), NitroPcrMissing(measured[i]));
            bytes memory value = NitroDocuments.copyOf(register);
            bool zero = bytes32(value) == 0 && bytes16(span(register.from() + 32, register.to()).word()) == 0;
            require(!zero || i == 3, NitroDebug(measured[i]));
            identity = bytes.concat(identity, value);
        }
        return measurementHash(NITRO_TEE, keccak256(identity), 0);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate NitroVerifier";
        description = "Verifies AWS Nitro attestation documents.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(INitroVerifier).interfaceId;
    }
}
