// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Derivation} from "../../../contracts/keys/Derivation.sol";
import {Secp256k1} from "../../../contracts/signatures/Secp256k1.sol";
import {Base} from "../support/Base.sol";

contract DerivationTest is Base {
    // the generator, whose y is even
    bytes32 private constant X = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;

    function testRefusesTweaksOfZeroAndBeyondTheOrder() public view {
        assertTrue(Derivation.derivedAddress(2, X, 0) == address(0));
        assertTrue(Derivation.derivedAddress(2, X, Secp256k1.ORDER) == address(0));
        assertTrue(Derivation.derivedAddress(2, X, type(uint256).max) == address(0));
    }

    function testRefusesTheTweakThatGivesThePointAtInfinity() public view {
        assertTrue(Derivation.derivedAddress(2, X, Secp256k1.ORDER - 1) == address(0));
        assertTrue(Derivation.derivedAddress(3, X, 1) == address(0));
    }

    function testRefusesWhatIsNoPoint() public view {
        assertTrue(Derivation.derivedAddress(2, bytes32(uint256(5)), 1) == address(0));
        assertTrue(Derivation.derivedAddress(4, X, 1) == address(0));
        assertTrue(Derivation.derivedAddress(2, bytes32(Secp256k1.ORDER), 1) == address(0));
        assertTrue(Derivation.outputAddress(bytes32(uint256(5))) == address(0));
    }

    function testFuzzAddsTheTweak(uint256 tweak) public view {
        tweak = 1 + tweak % (Secp256k1.ORDER - 2);
        assertTrue(Derivation.derivedAddress(2, X, tweak) == vm.addr(tweak + 1));
    }
}
