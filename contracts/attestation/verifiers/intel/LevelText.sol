// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Advisories, AdvisoryList} from "./Advisories.sol";
import {Json, Text} from "./Json.sol";
import {ADVISORY_BITS, CONFIGURATION, HARDENING, Rating, SVN_SHIFT, TcbStatuses} from "./Rating.sol";
import {Span} from "../x509/Span.sol";
import {Words} from "./Words.sol";

/// @title What levels of TCB info and of QE identity have in common
library LevelText {
    using Json for Text;
    using Words for uint256[];
    using Advisories for AdvisoryList;

    uint256 private constant MOST_SVN_LEVELS = 32;
    uint256 private constant MOST_ADVISORIES = 256;
    /// @dev of more than 31 bytes, so a name that is compared apart
    bytes32 private constant LONGEST_STATUS = keccak256("ConfigurationAndSWHardeningNeeded");

    /// @dev Levels of one SVN each, highest first: of a TDX module, or of a quoting enclave.
    function svnLevels(Text memory self, AdvisoryList storage advisories)
        internal
        returns (uint256[] memory levels)
    {
        levels = Words.allocate(MOST_SVN_LEVELS);
        self.enterList();
        for (uint256 count = 0; self.element(count == 0); ++count) {
            self.shape(count < MOST_SVN_LEVELS, "tcbLevels");
            levels.insertSvn(_readSvnLevel(self, advisories));
        }
    }

    function _readSvnLevel(Text memory self, AdvisoryList storage advisories) private returns (Rating) {
        uint256 svn;
        uint256 meaning;
        uint256 named;
        uint256 seen = 0;
        self.enterObject();
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = 0;
            if (name == "tcb") (svn, field) = (_readSvn(self), 1);
            else if (name == "tcbStatus") (meaning, field) = (status(self), 2);
            else if (name == "advisoryIDs") (named, field) = (advisoriesIn(self, advisories), 4);
            else self.skip();
            seen = self.once(seen, field);
        }
        self.shape(seen & 3 == 3, "level");
        return Rating.wrap(svn << SVN_SHIFT | meaning << ADVISORY_BITS | named);
    }

    function _readSvn(Text memory self) private pure returns (uint256 svn) {
        uint256 seen = 0;
        self.enterObject();
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            if (name == "isvsvn") (svn, seen) = (self.integer(0xffff), self.once(seen, 1));
            else self.skip();
        }
        self.shape(seen == 1, "isvsvn");
    }

    function status(Text memory self) internal pure returns (uint256 meaning) {
        Span found = self.text();
        if (found.hash() == LONGEST_STATUS) return CONFIGURATION | HARDENING;
        meaning = TcbStatuses.meaningOfName(found.size() < 32 ? found.word() : bytes32(0));
        self.shape(meaning <= 0xff, "tcbStatus");
    }

    function advisoriesIn(Text memory self, AdvisoryList storage advisories) internal returns (uint256 named) {
        self.enterList();
        uint256 count = 0;
        for (; self.element(count == 0); ++count) {
            self.shape(count < MOST_ADVISORIES, "advisoryIDs");
            named |= advisories.add(self.short());
        }
    }
}
