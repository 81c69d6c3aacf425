// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title 32 bytes in the alphabet of Bitcoin, as Solana writes its addresses
library Base58 {
    bytes private constant ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    /// @dev the least power of 58 beyond 2^256 is its 44th
    uint256 private constant MAX_LENGTH = 44;

    /// @dev Every leading zero byte is a "1".
    function encode(bytes32 word) internal pure returns (string memory text) {
        bytes memory alphabet = ALPHABET;
        bytes memory digits = new bytes(MAX_LENGTH);
        uint256 left = MAX_LENGTH;
        for (uint256 rest = uint256(word); rest > 0; rest /= 58) digits[--left] = alphabet[rest % 58];
        for (uint256 i = 0; i < 32 && word[i] == 0; ++i) digits[--left] = alphabet[0];

        text = new string(MAX_LENGTH - left);
        for (uint256 i = left; i < MAX_LENGTH; ++i) bytes(text)[i - left] = digits[i];
    }
}
