// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SGX_TEE} from "../intel/IntelTags.sol";
import {IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {IIntelCertificates} from "../intel/IIntelCertificates.sol";
import {IIntelTcb, TcbClaim} from "../intel/IIntelTcb.sol";
import {Quote, Quotes} from "../intel/Quote.sol";
import {QuoteVerifier} from "../intel/QuoteVerifier.sol";
import {SgxReports} from "../intel/SgxReport.sol";

/// @title Verifier of Intel SGX quotes, version 3
contract SgxVerifier is QuoteVerifier {
    uint256 private constant TEE_TYPE = 0;
    uint256 private constant VERSION = 3;

    /// @dev Of the first byte of the flags (Intel SDM, volume 3D, 35.7.1): INIT; DEBUG; PROVISIONKEY and EINITTOKENKEY.
    bytes16 private constant INIT = 0x01000000000000000000000000000000;
    bytes16 private constant DEBUG = 0x02000000000000000000000000000000;
    bytes16 private constant INTEL_KEYS = 0x30000000000000000000000000000000;
    /// @dev Of XFRM, AVX and AVX-512 are the machine's to offer; all else is the image's.
    bytes16 private constant MEASURED = 0xffffffffffffffff1bffffffffffffff;

    constructor(IIntelCertificates certificates_, IIntelTcb tcb_, bytes32 platformSalt_)
        QuoteVerifier(certificates_, tcb_, platformSalt_)
    {}

    /// @inheritdoc IAttestationVerifier
    function tee() external pure returns (bytes32) {
        return SGX_TEE;
    }

    function _read(bytes calldata evidence) internal pure override returns (Quote memory) {
        uint256 version = Quotes.readHeader(evidence, TEE_TYPE);
        require(version == VERSION, QuoteVersion(version));
        uint256 end = Quotes.HEADER_BYTES + Quotes.REPORT_BYTES;
        require(evidence.length >= end, QuoteTruncated(evidence.length, end));
        return Quotes.readParts(evidence, version, Quotes.HEADER_BYTES, Quotes.REPORT_BYTES);
    }

    function _requireBody(bytes calldata body, TcbClaim memory) internal pure override {
        SgxReports.requireReserved(body);
        bytes16 attributes = SgxReports.attributesOf(body);
        require(attributes & DEBUG == 0, SgxDebug(attributes));
        require(attributes & INIT != 0 && attributes & INTEL_KEYS == 0, SgxAttributes(attributes));
    }

    /// @dev MRENCLAVE, MRSIGNER, ISVPRODID, ISVSVN, CONFIGSVN, ATTRIBUTES, MISCSELECT, CONFIGID, ISVEXTPRODID,
    /// ISVFAMILYID
    function _identityOf(bytes calldata body) internal pure override returns (bytes32) {
        bytes memory numbers = abi.encodePacked(
            SgxReports.productOf(body), SgxReports.svnOf(body), SgxReports.configSvnOf(body)
        );
        bytes memory flags =
            abi.encodePacked(SgxReports.attributesOf(body) & MEASURED, SgxReports.miscSelectOf(body));
        return keccak256(
            bytes.concat(
                body[64:96], body[128:160], numbers, flags, body[192:256], body[32:48], body[304:320]
            )
        );
    }

    function _reportDataOf(bytes calldata body) internal pure override returns (bytes32) {
        return bytes32(body[320:352]);
    }

    function _tee() internal pure override returns (bytes32) {
        return SGX_TEE;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate SgxVerifier";
        description = "Verifies Intel SGX quotes of version 3.";
    }
}
