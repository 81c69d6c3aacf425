// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Bip340} from "../../../contracts/signatures/Bip340.sol";
import {Secp256k1} from "../../../contracts/signatures/Secp256k1.sol";
import {Base} from "../support/Base.sol";

contract Bip340Test is Base {
    // BIP-340 test vector 1
    uint256 private constant X = 0xDFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659;
    bytes32 private constant M = 0x243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89;
    uint256 private constant R = 0x6896BD60EEAE296DB48A229FF71DFE071BDE413E6D43F917DC8DCF8C78DE3341;
    uint256 private constant S = 0x8906D11AC976ABCCB20B091292BFF4EA897EFCB639EA871CFA95F6DE339E4B0A;

    function testVerifiesForLessThan7000Gas() public view {
        uint256 before = gasleft();
        bool valid = Bip340.verify(X, M, R, S);
        uint256 used = before - gasleft();
        assertTrue(valid);
        assertTrue(used < 7000);
    }

    function testFuzzRefusesWhatIsAltered(uint8 word, uint8 bit) public view {
        uint256[4] memory words = [X, uint256(M), R, S];
        words[word % 4] ^= uint256(1) << bit;
        assertTrue(!Bip340.verify(words[0], bytes32(words[1]), words[2], words[3]));
    }

    function testFuzzCombinesAsTheGroupDoes(uint256 a, uint256 b) public view {
        // the generator's, whose y is even
        uint256 x = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;
        uint256 sum = addmod(a, b, Secp256k1.ORDER);
        vm.assume(a % Secp256k1.ORDER != 0 && sum != 0);
        assertTrue(Secp256k1.combine(Secp256k1.EVEN, x, a, b) == vm.addr(sum));
        assertTrue(Secp256k1.combine(Secp256k1.ODD, x, a, b % Secp256k1.ORDER) == vm.addr(_difference(b, a)));
    }

    function _difference(uint256 b, uint256 a) private pure returns (uint256) {
        uint256 negated = Secp256k1.ORDER - a % Secp256k1.ORDER;
        uint256 difference = addmod(b, negated, Secp256k1.ORDER);
        vm.assume(difference != 0);
        return difference;
    }
}
