// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Rating} from "./Rating.sol";

/// @dev What a signed text says of itself, and how many levels follow.
struct Head {
    bytes32 id;
    /// @dev Unix seconds
    uint40 issueDate;
    /// @dev Unix seconds
    uint40 nextUpdate;
    uint32 evaluation;
    bytes6 fmspc;
    bytes2 pceId;
    uint256 levels;
    uint256 modules;
    /// @dev of `tdxModule`: mrsigner, attributes and their mask in two words
    bool hasModule;
    uint256 moduleHigh;
    uint256 moduleLow;
}

/// @title Lists of words: collateral as contracts keep it
/// @dev TCB info: two words a level (SVNs of SGX and TDX; rating). Then modules: major version and number of levels;
/// mrsigner, attributes, mask in two words; a rating for each level.
library Words {
    /// @dev 64 levels of two words, and 8 modules of 3 words and 32 levels
    uint256 internal constant MOST = 64 * 2 + 8 * (3 + 32);

    /// @dev An empty list with room for `most`.
    function allocate(uint256 most) internal pure returns (uint256[] memory list) {
        list = new uint256[](most + 1);
        assembly ("memory-safe") {
            mstore(list, 0)
        }
    }

    /// @dev DANGER: without a bound of its own; every list is bounded where it is read.
    function push(uint256[] memory self, uint256 value) internal pure {
        uint256 length = self.length;
        assembly ("memory-safe") {
            mstore(add(add(self, 32), shl(5, length)), value)
            mstore(self, add(length, 1))
        }
    }

    function append(uint256[] memory self, uint256[] memory others) internal pure {
        for (uint256 i = 0; i < others.length; ++i) push(self, others[i]);
    }

    /// @dev Keeps `count` levels of two words in order, the highest first, of equals the first one first.
    function insertLevel(uint256[] memory self, uint256 count, uint256 svns, Rating rating) internal pure {
        push(self, 0);
        push(self, 0);
        uint256 place = count;
        for (; place > 0; --place) {
            (uint256 above, Rating its) = (self[2 * place - 2], Rating.wrap(self[2 * place - 1]));
            if (!_isHigher(svns, rating, above, its)) break;
            (self[2 * place], self[2 * place + 1]) = (above, Rating.unwrap(its));
        }
        (self[2 * place], self[2 * place + 1]) = (svns, Rating.unwrap(rating));
    }

    /// @dev The same for levels of one SVN.
    function insertSvn(uint256[] memory self, Rating rating) internal pure {
        push(self, 0);
        uint256 place = self.length - 1;
        for (; place > 0; --place) {
            Rating above = Rating.wrap(self[place - 1]);
            if (rating.svnOf() <= above.svnOf()) break;
            self[place] = Rating.unwrap(above);
        }
        self[place] = Rating.unwrap(rating);
    }

    /// @dev > SGX components, then the PCESVN, then TDX components.
    function _isHigher(uint256 svns, Rating rating, uint256 others, Rating other) private pure returns (bool) {
        if (svns >> 128 != others >> 128) return svns >> 128 > others >> 128;
        if (rating.svnOf() != other.svnOf()) return rating.svnOf() > other.svnOf();
        return uint128(svns) > uint128(others);
    }
}
