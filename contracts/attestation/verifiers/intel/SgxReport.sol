// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIntelRefusals} from "./IIntelRefusals.sol";
import {Quotes} from "./Quote.sol";

/// @title The report body of an SGX enclave, 384 bytes (Intel SDM, volume 3D, table 38-21)
/// @dev Of the quoting enclave, and of an enclave that is quoted. Numbers are little-endian.
/// DANGER: every function takes a report of 384 bytes for granted.
library SgxReports {
    function requireReserved(bytes calldata report) internal pure {
        _requireZero(report, 20, 32);
        _requireZero(report, 96, 128);
        _requireZero(report, 160, 192);
        _requireZero(report, 262, 304);
    }

    function miscSelectOf(bytes calldata report) internal pure returns (bytes4) {
        return bytes4(Quotes.wordAt(report, 16));
    }

    function attributesOf(bytes calldata report) internal pure returns (bytes16) {
        return bytes16(Quotes.wordAt(report, 48));
    }

    function signerOf(bytes calldata report) internal pure returns (bytes32) {
        return Quotes.wordAt(report, 128);
    }

    function productOf(bytes calldata report) internal pure returns (uint16) {
        return uint16(Quotes.u16(report, 256));
    }

    function svnOf(bytes calldata report) internal pure returns (uint16) {
        return uint16(Quotes.u16(report, 258));
    }

    function configSvnOf(bytes calldata report) internal pure returns (uint16) {
        return uint16(Quotes.u16(report, 260));
    }

    /// @dev At most 64 bytes.
    function _requireZero(bytes calldata report, uint256 begin, uint256 end) private pure {
        uint256 found = uint256(Quotes.wordAt(report, begin));
        if (end - begin < 32) found >>= 8 * (32 - (end - begin));
        else if (end - begin > 32) found |= uint256(Quotes.wordAt(report, end - 32));
        require(found == 0, IIntelRefusals.QuoteBody(0, begin));
    }
}
