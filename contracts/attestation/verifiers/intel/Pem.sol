// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIntelRefusals} from "./IIntelRefusals.sol";

/// @title Certificates as text (RFC 7468, strict)
/// @dev Exact boundaries, lines of 64, one newline each, canonical base64, nothing between. The last newline may be
/// missing.
library Pem {
    bytes32 private constant BEGIN = "-----BEGIN CERTIFICATE-----\n";
    bytes32 private constant END = "-----END CERTIFICATE-----";
    uint256 private constant BEGIN_LENGTH = 28;
    uint256 private constant END_LENGTH = 25;
    uint256 private constant NONE = 64;

    /// @param most certificates
    function decode(bytes calldata text, uint256 most) internal pure returns (bytes[] memory certificates) {
        certificates = new bytes[](most);
        bytes memory values = _values();
        uint256 count = 0;
        for (uint256 offset = 0; offset < text.length; ++count) {
            require(count < most, IIntelRefusals.ChainLength(count + 1, most));
            (certificates[count], offset) = _certificate(text, offset, values);
        }
        require(count == most, IIntelRefusals.ChainLength(count, most));
    }

    function _certificate(bytes calldata text, uint256 offset, bytes memory values)
        private
        pure
        returns (bytes memory certificate, uint256 next)
    {
        require(_starts(text, offset, BEGIN, BEGIN_LENGTH), IIntelRefusals.PemMalformed(offset));
        offset += BEGIN_LENGTH;
        uint256 digits = _digits(text, offset);
        next = offset + digits + (digits + 63) / 64;
        bool whole = digits != 0 && next <= text.length && text[next - 1] == "\n";
        require(whole && _starts(text, next, END, END_LENGTH), IIntelRefusals.PemMalformed(next));
        certificate = _decode(text, offset, digits, values);
        next += END_LENGTH;
        require(next == text.length || text[next] == "\n", IIntelRefusals.PemMalformed(next));
        if (next != text.length) ++next;
    }

    /// @dev How many digits stand in lines of 64 and a last one that may be shorter; a newline within is no digit.
    function _digits(bytes calldata text, uint256 offset) private pure returns (uint256 digits) {
        for (; offset + 64 < text.length && text[offset + 64] == "\n" && text[offset] != "-"; offset += 65) {
            digits += 64;
        }
        if (offset >= text.length || text[offset] == "-") return digits;
        uint256 begin = offset;
        while (offset < text.length && text[offset] != "\n") ++offset;
        digits += offset - begin;
    }

    /// @dev RFC 4648, section 4, with padding; unused bits must be zero (3.5).
    function _decode(bytes calldata text, uint256 offset, uint256 digits, bytes memory values)
        private
        pure
        returns (bytes memory result)
    {
        require(digits % 4 == 0, IIntelRefusals.PemMalformed(offset));
        result = new bytes(digits / 4 * 3);
        uint256 to;
        assembly ("memory-safe") {
            to := add(result, 32)
        }
        for (uint256 i = 0; i < digits; i += 4) {
            uint256 position = offset + i + i / 64;
            uint256 padding = i + 4 == digits ? _padding(text, position) : 0;
            uint256 group = _group(text, position, padding, values);
            require(group & ((1 << 8 * padding) - 1) == 0, IIntelRefusals.PemMalformed(position));
            _write(to, group);
            to += 3;
            if (padding != 0) _shorten(result, padding);
        }
    }

    function _padding(bytes calldata text, uint256 offset) private pure returns (uint256) {
        if (text[offset + 3] != "=") return 0;
        return text[offset + 2] == "=" ? 2 : 1;
    }

    /// @dev 24 bits of four digits, of which the last `padding` are none.
    function _group(bytes calldata text, uint256 offset, uint256 padding, bytes memory values)
        private
        pure
        returns (uint256 group)
    {
        uint256 four;
        assembly ("memory-safe") {
            four := shr(224, calldataload(add(text.offset, offset)))
        }
        uint256 wrong;
        assembly ("memory-safe") {
            let table := add(values, 32)
            let a := byte(0, mload(add(table, byte(28, four))))
            let b := byte(0, mload(add(table, byte(29, four))))
            let c := byte(0, mload(add(table, byte(30, four))))
            let d := byte(0, mload(add(table, byte(31, four))))
            if padding { d := 0 }
            if gt(padding, 1) { c := 0 }
            wrong := gt(or(or(a, b), or(c, d)), 63)
            group := or(or(shl(18, a), shl(12, b)), or(shl(6, c), d))
        }
        require(wrong == 0, IIntelRefusals.PemMalformed(offset));
    }

    function _write(uint256 to, uint256 group) private pure {
        assembly ("memory-safe") {
            mstore8(to, shr(16, group))
            mstore8(add(to, 1), shr(8, group))
            mstore8(add(to, 2), group)
        }
    }

    function _shorten(bytes memory result, uint256 by) private pure {
        assembly ("memory-safe") {
            mstore(result, sub(mload(result), by))
        }
    }

    function _starts(bytes calldata text, uint256 offset, bytes32 with, uint256 length) private pure returns (bool) {
        return offset + length <= text.length && bytes32(text[offset:offset + length]) == with;
    }

    /// @dev The value of each byte as a digit, `NONE` for those that are none.
    function _values() private pure returns (bytes memory values) {
        bytes memory alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        values = new bytes(256);
        for (uint256 i = 0; i < 256; ++i) values[i] = bytes1(uint8(NONE));
        for (uint256 i = 0; i < 64; ++i) values[uint8(alphabet[i])] = bytes1(uint8(i));
    }
}
