// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TDX_TEE} from "../intel/IntelTags.sol";
import {IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {IIntelCertificates} from "../intel/IIntelCertificates.sol";
import {IIntelTcb, TcbClaim} from "../intel/IIntelTcb.sol";
import {Quote, Quotes} from "../intel/Quote.sol";
import {QuoteVerifier} from "../intel/QuoteVerifier.sol";

/// @title Verifier of Intel TDX quotes, version 4 (TD 1.0) and 5 (TD 1.0, TD 1.5)
contract TdxVerifier is QuoteVerifier {
    uint256 private constant TEE_TYPE = 0x81;
    uint256 private constant TD_10_TYPE = 2;
    uint256 private constant TD_10_BYTES = 584;
    uint256 private constant TD_15_TYPE = 3;
    uint256 private constant TD_15_BYTES = 648;

    /// @dev Bits 7:0 of ATTRIBUTES (Intel TDX module ABI), read little-endian: the TD is under debug, or will be.
    bytes8 private constant DEBUG = 0xff00000000000000;
    bytes8 private constant SEPT_VE_DISABLE = 0x0000001000000000; // bit 28
    bytes8 private constant MIGRATABLE = 0x0000002000000000; // bit 29
    /// @dev With LASS, PKS, KL, TPA, PERFMON (27, 30, 31, 62, 63): what software may use, no way in.
    bytes8 private constant KNOWN = 0x000000f8000000c0;

    constructor(IIntelCertificates certificates_, IIntelTcb tcb_, bytes32 platformSalt_)
        QuoteVerifier(certificates_, tcb_, platformSalt_)
    {}

    /// @inheritdoc IAttestationVerifier
    function tee() external pure returns (bytes32) {
        return TDX_TEE;
    }

    function _read(bytes calldata evidence) internal pure override returns (Quote memory) {
        uint256 version = Quotes.readHeader(evidence, TEE_TYPE);
        require(version == 4 || version == 5, QuoteVersion(version));
        uint256 body = Quotes.HEADER_BYTES;
        uint256 size = TD_10_BYTES;
        if (version == 5) {
            (body, size) = (body + 6, _bodySize(evidence));
        }
        require(evidence.length >= body + size, QuoteTruncated(evidence.length, body + size));
        return Quotes.readParts(evidence, version, body, size);
    }

    function _requireBody(bytes calldata body, TcbClaim memory claim) internal pure override {
        _requireAttributes(bytes8(body[120:128]));
        bool is15 = body.length == TD_15_BYTES;
        if (is15) {
            (bytes32 high, bytes16 low) = (bytes32(body[600:632]), bytes16(body[632:648]));
            // a service TD could move this one's memory elsewhere; none is measured, so none is accepted
            require(high == 0 && low == 0, TdServiceTd(high, low));
        }
        claim.seamAttributes = bytes8(body[112:120]);
        require(claim.seamAttributes == 0, TdxModuleAttributes(claim.seamAttributes, 0));
        claim.teeTcbSvn = bytes16(body[0:16]);
        claim.teeTcbSvn2 = is15 ? bytes16(body[584:600]) : claim.teeTcbSvn;
        (claim.mrSignerSeamHigh, claim.mrSignerSeamLow) = (bytes32(body[64:96]), bytes16(body[96:112]));
    }

    /// @dev TDATTRIBUTES, XFAM, MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0 to RTMR3 stand in a row.
    function _identityOf(bytes calldata body) internal pure override returns (bytes32) {
        return keccak256(body[120:520]);
    }

    function _reportDataOf(bytes calldata body) internal pure override returns (bytes32) {
        return bytes32(body[520:552]);
    }

    function _tee() internal pure override returns (bytes32) {
        return TDX_TEE;
    }

    function _bodySize(bytes calldata evidence) private pure returns (uint256 size) {
        require(evidence.length >= 54, QuoteTruncated(evidence.length, 54));
        uint256 bodyType = Quotes.u16(evidence, 48);
        size = Quotes.u32(evidence, 50);
        bool known = (bodyType == TD_10_TYPE && size == TD_10_BYTES) || (bodyType == TD_15_TYPE && size == TD_15_BYTES);
        require(known, QuoteBody(bodyType, size));
    }

    function _requireAttributes(bytes8 attributes) private pure {
        require(attributes & DEBUG == 0, TdDebug(attributes));
        require(attributes & ~(KNOWN | DEBUG) == 0, TdAttributes(attributes));
        require(attributes & MIGRATABLE == 0, TdMigratable(attributes));
        require(attributes & SEPT_VE_DISABLE != 0, TdSeptVeDisable(attributes));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate TdxVerifier";
        description = "Verifies Intel TDX quotes of version 4 and 5.";
    }
}
