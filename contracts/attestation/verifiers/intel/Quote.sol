// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIntelRefusals} from "./IIntelRefusals.sol";

/// @dev Where the parts of a quote are, as offsets; nothing is verified.
struct Quote {
    uint256 version;
    uint256 body;
    /// @dev header and body end here: what the attestation key signs
    uint256 signedEnd;
    uint256 signature;
    uint256 key;
    uint256 qeReport;
    uint256 authData;
    uint256 authDataEnd;
    /// @dev the PCK chain as PEM, without a NUL at its end
    uint256 chain;
    uint256 chainEnd;
}

/// @title What TDX and SGX quotes share: header, ECDSA signature data, certification
/// @dev Intel SGX/TDX DCAP quoting library API, appendix A. Numbers are little-endian.
library Quotes {
    uint256 internal constant HEADER_BYTES = 48;
    uint256 internal constant REPORT_BYTES = 384;
    uint256 private constant MOST_BYTES = 16_384;
    uint256 private constant ECDSA_P256 = 2;
    /// @dev Intel's QE
    bytes16 private constant QE_VENDOR = hex"939a7233f79c4ca9940a0db3957f0607";
    /// @dev the PCK certificate chain as PEM
    uint256 private constant PCK_CHAIN = 5;
    /// @dev QE report, its signature, auth data, and certification of those
    uint256 private constant QE_REPORT = 6;

    /// @return version that the header says, of any number
    function readHeader(bytes calldata quote, uint256 teeType) internal pure returns (uint256 version) {
        require(quote.length <= MOST_BYTES, IIntelRefusals.EvidenceTooLarge(quote.length, MOST_BYTES));
        _need(quote, HEADER_BYTES);
        version = u16(quote, 0);
        uint256 keyType = u16(quote, 2);
        uint256 found = u32(quote, 4);
        bytes16 vendor = bytes16(wordAt(quote, 12));
        require(keyType == ECDSA_P256, IIntelRefusals.QuoteKeyType(keyType, ECDSA_P256));
        require(found == teeType, IIntelRefusals.QuoteTeeType(found, teeType));
        require(vendor == QE_VENDOR, IIntelRefusals.QuoteQeVendor(vendor, QE_VENDOR));
    }

    /// @dev Version 3: all in a row. From 4 on, what belongs to the QE is certification data of a type of its own.
    /// @param body where it begins
    /// @param bodyBytes its length
    function readParts(bytes calldata quote, uint256 version, uint256 body, uint256 bodyBytes)
        internal
        pure
        returns (Quote memory its)
    {
        (its.version, its.body, its.signedEnd) = (version, body, body + bodyBytes);
        its.signature = _nested(quote, its.signedEnd);
        its.key = its.signature + 64;
        its.qeReport = its.key + 64;
        if (version > 3) its.qeReport = _certification(quote, its.qeReport, QE_REPORT);
        uint256 size = its.qeReport + REPORT_BYTES + 64;
        _need(quote, size + 2);
        its.authData = size + 2;
        its.authDataEnd = its.authData + u16(quote, size);
        its.chain = _certification(quote, its.authDataEnd, PCK_CHAIN);
        its.chainEnd = quote.length;
        // some quoting enclaves end the text like a C string
        if (its.chainEnd > its.chain && quote[its.chainEnd - 1] == 0) --its.chainEnd;
    }

    /// @dev DANGER: as the others, only where the quote is known to be long enough.
    function u16(bytes calldata quote, uint256 offset) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            let found := calldataload(add(quote.offset, offset))
            value := or(byte(0, found), shl(8, byte(1, found)))
        }
    }

    function u32(bytes calldata quote, uint256 offset) internal pure returns (uint256) {
        return u16(quote, offset) | u16(quote, offset + 2) << 16;
    }

    function wordAt(bytes calldata quote, uint256 offset) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(add(quote.offset, offset))
        }
    }

    function _certification(bytes calldata quote, uint256 offset, uint256 expected) private pure returns (uint256) {
        _need(quote, offset + 2);
        uint256 found = u16(quote, offset);
        require(found == expected, IIntelRefusals.QuoteCertification(found, expected));
        return _nested(quote, offset + 2);
    }

    /// @dev Every nested part is the last one of what it is in, so it ends where the quote does.
    /// @return where its content begins
    function _nested(bytes calldata quote, uint256 offset) private pure returns (uint256) {
        _need(quote, offset + 4);
        uint256 end = offset + 4 + u32(quote, offset);
        _need(quote, end);
        require(end == quote.length, IIntelRefusals.QuoteTrailingBytes(quote.length, end));
        return offset + 4;
    }

    function _need(bytes calldata quote, uint256 length) private pure {
        require(quote.length >= length, IIntelRefusals.QuoteTruncated(quote.length, length));
    }
}
