// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Bech32} from "../../../contracts/addresses/Bech32.sol";
import {Base} from "../support/Base.sol";

contract Bech32Test is Base {
    bytes32 private constant ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    uint256[5] private generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    function encode(string memory prefix, uint8 version, bytes memory program) external pure returns (string memory) {
        return Bech32.encode(prefix, version, program);
    }

    function testGivesThePublishedAddresses() public pure {
        // BIP-350, "Test vectors for v0-v16 native segregated witness addresses", in lower case
        bytes memory twenty = hex"751e76e8199196d454941c45d1b3a323f1433bd6";
        bytes memory thirtyTwo = hex"000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433";
        bytes memory generator_ = hex"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
        bytes memory script = hex"1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262";
        _require("bc", 0, twenty, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
        _require("tb", 0, script, "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7");
        _require("tb", 0, thirtyTwo, "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy");
        _require("tb", 1, thirtyTwo, "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c");
        _require("bc", 1, generator_, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0");
        _require("bc", 16, hex"751e", "bc1sw50qgdz25j");
        _require("bc", 2, hex"751e76e8199196d454941c45d1b3a323", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs");
        bytes memory forty = bytes.concat(twenty, twenty);
        _require("bc", 1, forty, "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y");
    }

    function testFuzzIsReadBackAsItWas(uint8 version, uint8 length, bytes32 first, bytes8 second) public view {
        version %= 17;
        bytes memory program = bytes.concat(first, second);
        uint256 size = version == 0 ? (length % 2 == 0 ? 20 : 32) : 2 + length % 39;
        assembly ("memory-safe") {
            mstore(program, size)
        }
        bytes memory text = bytes(Bech32.encode("bcrt", version, program));
        (uint8 readVersion, bytes memory read) = _read(text, 5);
        assertEq(readVersion, version);
        assertEq(uint256(keccak256(read)), uint256(keccak256(program)));
        assertEq(_sum(text, 4), version == 0 ? 1 : 0x2bc830a3);
    }

    function testRefusesProgramsThatNobodyCouldSpend() public {
        _refuses(0, 19);
        _refuses(0, 21);
        _refuses(0, 31);
        _refuses(0, 33);
        _refuses(1, 1);
        _refuses(1, 41);
        _refuses(17, 32);
    }

    function testRefusesPrefixesThatAreNone() public {
        bytes memory program = new bytes(32);
        string[8] memory wrong = ["", "bA", "Z", "BC", "b c", unicode"bß", "b\x7f", "twentytwocharactersare"];
        for (uint256 i = 0; i < wrong.length; ++i) {
            if (bytes(wrong[i]).length == 22) program = new bytes(40);
            vm.expectRevert(abi.encodeWithSelector(Bech32.Bech32InvalidPrefix.selector, wrong[i]));
            this.encode(wrong[i], 1, program);
        }
        assertEq(bytes(this.encode("seventeencharacte", 1, program)).length, 89);
        assertEq(bytes(this.encode("eighteencharacters", 1, program)).length, 90);
        vm.expectRevert(abi.encodeWithSelector(Bech32.Bech32InvalidPrefix.selector, "nineteen_characters"));
        this.encode("nineteen_characters", 1, program);
        this.encode("!@[`a~", 1, program);
    }

    function _require(string memory prefix, uint8 version, bytes memory program, string memory expected) private pure {
        assertTrue(keccak256(bytes(Bech32.encode(prefix, version, program))) == keccak256(bytes(expected)));
    }

    function _refuses(uint8 version, uint256 length) private {
        vm.expectRevert(abi.encodeWithSelector(Bech32.Bech32InvalidProgram.selector, version, length));
        this.encode("bc", version, new bytes(length));
    }

    function _digit(bytes1 character) private pure returns (uint256 digit) {
        while (ALPHABET[digit] != character) ++digit;
    }

    /// @dev The data part from `start` on, without its checksum.
    function _read(bytes memory text, uint256 start) private pure returns (uint8 version, bytes memory program) {
        version = uint8(_digit(text[start]));
        uint256 digits = text.length - start - 7;
        program = new bytes(digits * 5 / 8);
        uint256 bits;
        for (uint256 i = 0; i < digits; ++i) {
            bits = bits << 5 | _digit(text[start + 1 + i]);
            if ((i + 1) * 5 / 8 > i * 5 / 8) program[i * 5 / 8] = bytes1(uint8(bits >> ((i + 1) * 5 % 8)));
        }
    }

    /// @dev bech32_polymod over all of it: the constant of the encoding if the checksum is right.
    function _sum(bytes memory text, uint256 prefix) private view returns (uint256 sum) {
        sum = 1;
        for (uint256 i = 0; i < prefix; ++i) sum = _mod(sum, uint8(text[i]) >> 5);
        sum = _mod(sum, 0);
        for (uint256 i = 0; i < prefix; ++i) sum = _mod(sum, uint8(text[i]) & 31);
        for (uint256 i = prefix + 1; i < text.length; ++i) sum = _mod(sum, _digit(text[i]));
    }

    function _mod(uint256 sum, uint256 value) private view returns (uint256 next) {
        next = (sum & 0x1ffffff) << 5 ^ value;
        for (uint256 i = 0; i < 5; ++i) if (sum >> (25 + i) & 1 == 1) next ^= generator[i];
    }
}
