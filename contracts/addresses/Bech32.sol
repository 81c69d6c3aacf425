// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Addresses of segregated witness outputs (BIP-173, BIP-350)
library Bech32 {
    /// @notice Empty, too long for an address of 90 characters, in upper case, or not printable ASCII.
    error Bech32InvalidPrefix(string prefix);
    /// @notice No witness program has this version and length in bytes (BIP-141).
    error Bech32InvalidProgram(uint8 version, uint256 length);

    bytes32 private constant ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    uint256 private constant MAX_LENGTH = 90;
    uint256 private constant CHECKSUM_LENGTH = 6;
    /// @dev BIP-350: > Bech32m is used for version 1 and higher
    uint256 private constant BECH32 = 1;
    uint256 private constant BECH32M = 0x2bc830a3;

    /// @dev `prefix` is the human-readable part in lower case: "bc" on the main network, "tb" on test networks, "bcrt"
    /// locally.
    function encode(string memory prefix, uint8 version, bytes memory program) internal pure returns (string memory) {
        _requireProgram(version, program.length);
        bytes memory groups = _groups(version, program);
        _requirePrefix(prefix, groups.length);

        uint256 checksum = _checksum(bytes(prefix), groups, version == 0 ? BECH32 : BECH32M);
        bytes memory text = new bytes(groups.length + CHECKSUM_LENGTH);
        for (uint256 i = 0; i < groups.length; ++i) text[i] = ALPHABET[uint8(groups[i])];
        for (uint256 i = 0; i < CHECKSUM_LENGTH; ++i) {
            text[groups.length + i] = ALPHABET[(checksum >> 5 * (5 - i)) & 31];
        }
        return string.concat(prefix, "1", string(text));
    }

    /// @dev The witness version and the program in groups of five bits, padded with zeros.
    function _groups(uint8 version, bytes memory program) private pure returns (bytes memory groups) {
        groups = new bytes(1 + (program.length * 8 + 4) / 5);
        groups[0] = bytes1(version);
        for (uint256 i = 1; i < groups.length; ++i) {
            uint256 at = (i - 1) * 5;
            uint256 high = uint8(program[at / 8]);
            uint256 low = at / 8 + 1 < program.length ? uint8(program[at / 8 + 1]) : 0;
            groups[i] = bytes1(uint8(((high << 8 | low) >> (11 - at % 8)) & 31));
        }
    }

    /// @dev > bech32_polymod(bech32_hrp_expand(hrp) + data + [0,0,0,0,0,0]) ^ const
    function _checksum(bytes memory prefix, bytes memory groups, uint256 constant_) private pure returns (uint256 sum) {
        sum = 1;
        for (uint256 i = 0; i < prefix.length; ++i) sum = _step(sum, uint8(prefix[i]) >> 5);
        sum = _step(sum, 0);
        for (uint256 i = 0; i < prefix.length; ++i) sum = _step(sum, uint8(prefix[i]) & 31);
        for (uint256 i = 0; i < groups.length; ++i) sum = _step(sum, uint8(groups[i]));
        for (uint256 i = 0; i < CHECKSUM_LENGTH; ++i) sum = _step(sum, 0);
        sum ^= constant_;
    }

    /// @dev > b = (chk >> 25); chk = (chk & 0x1ffffff) << 5 ^ v; for i in range(5): chk ^= GEN[i] if ((b >> i) & 1)
    /// else 0
    function _step(uint256 sum, uint256 value) private pure returns (uint256 next) {
        uint256 top = sum >> 25;
        next = (sum & 0x1ffffff) << 5 ^ value;
        if (top & 1 != 0) next ^= 0x3b6a57b2;
        if (top & 2 != 0) next ^= 0x26508e6d;
        if (top & 4 != 0) next ^= 0x1ea119fa;
        if (top & 8 != 0) next ^= 0x3d4233dd;
        if (top & 16 != 0) next ^= 0x2a1462b3;
    }

    /// @dev BIP-141: 2 to 40 bytes, and for version 0 either 20 or 32.
    function _requireProgram(uint8 version, uint256 length) private pure {
        bool fits = version == 0 ? length == 20 || length == 32 : version <= 16 && length >= 2 && length <= 40;
        require(fits, Bech32InvalidProgram(version, length));
    }

    function _requirePrefix(string memory prefix, uint256 groups) private pure {
        bytes memory text = bytes(prefix);
        bool fits = text.length > 0 && text.length + 1 + groups + CHECKSUM_LENGTH <= MAX_LENGTH;
        for (uint256 i = 0; fits && i < text.length; ++i) {
            fits = text[i] >= 0x21 && text[i] <= 0x7e && (text[i] < "A" || text[i] > "Z");
        }
        require(fits, Bech32InvalidPrefix(prefix));
    }
}
