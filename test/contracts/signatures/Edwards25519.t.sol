// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Edwards25519} from "../../../contracts/signatures/Edwards25519.sol";
import {Base} from "../support/Base.sol";

contract Edwards25519Test is Base {
    uint256 private constant SIGN = 1 << 255;

    function testDecodesWhatIsNoPointToNothing() public view {
        _requireNoPoint(Edwards25519.FIELD); // y beyond the field
        _requireNoPoint(2); // y on no point
        _requireNoPoint(SIGN | 1); // x = 0 with a sign
    }

    function testDecodesTheNeutralPoint() public view {
        (bool isPoint, uint256 x, uint256 y) = Edwards25519.decode(1);
        assertTrue(isPoint);
        assertEq(x, 0);
        assertEq(y, 1);
    }

    function _requireNoPoint(uint256 encoding) private view {
        (bool isPoint, uint256 x, uint256 y) = Edwards25519.decode(encoding);
        assertTrue(!isPoint);
        assertEq(x, 0);
        assertEq(y, 0);
    }
}
