// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AdvisoryList} from "./Advisories.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {Json, Text} from "./Json.sol";
import {LevelText} from "./LevelText.sol";
import {ADVISORY_BITS, Rating, SVN_SHIFT, TDX_BIT} from "./Rating.sol";
import {Head, Words} from "./Words.sol";

/// @title TCB info of one platform model, version 3 (Intel PCS API v4), from the text that Intel signs to words
/// @dev Levels highest first, compared SVN by SVN: an order that a text happens to have is nothing to rely on.
library TcbText {
    using Json for Text;
    using LevelText for Text;
    using Words for uint256[];

    uint256 private constant COMPONENTS = 16;
    uint256 private constant MOST_LEVELS = 64;
    uint256 private constant MOST_MODULES = 8;

    /// @return head what the text says of itself
    /// @return words layout of `Words`
    function read(bytes memory text, AdvisoryList storage advisories)
        internal
        returns (Head memory head, uint256[] memory words)
    {
        words = Words.allocate(Words.MOST);
        uint256[] memory modules = Words.allocate(Words.MOST);
        Text memory self = Json.open(text, _malformed);
        self.enterObject();
        uint256 seen = 0;
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = _readHead(self, head, name);
            if (field == 0) field = _readBody(self, head, name, words, modules, advisories);
            if (field == 0) self.skip();
            else seen = self.once(seen, field);
        }
        self.requireEnd();
        self.shape(seen & 0x1ff == 0x1ff, "fields");
        words.append(modules);
    }

    /// @return field one bit of those that are needed; 0: none of them
    function _readHead(Text memory self, Head memory head, bytes32 name) private pure returns (uint256 field) {
        if (name == "id") (head.id, field) = (self.short(), 1);
        else if (name == "version" || name == "tcbType") field = _readKind(self, name);
        else if (name == "issueDate") (head.issueDate, field) = (self.time(), 8);
        else if (name == "nextUpdate") (head.nextUpdate, field) = (self.time(), 16);
        else if (name == "tcbEvaluationDataNumber") {
            (head.evaluation, field) = (uint32(self.integer(type(uint32).max)), 32);
        } else if (name == "fmspc") {
            (bytes32 value,) = self.hexadecimal(6);
            (head.fmspc, field) = (bytes6(value), 64);
        } else if (name == "pceId") {
            (bytes32 value,) = self.hexadecimal(2);
            (head.pceId, field) = (bytes2(value), 256);
        }
    }

    /// @dev > version 3 of the text, type 0 of its TCB
    function _readKind(Text memory self, bytes32 name) private pure returns (uint256 field) {
        bool isVersion = name == "version";
        self.shape(self.integer(0xff) == (isVersion ? 3 : 0), name);
        return isVersion ? 2 : 4;
    }

    function _readBody(
        Text memory self,
        Head memory head,
        bytes32 name,
        uint256[] memory words,
        uint256[] memory modules,
        AdvisoryList storage advisories
    ) private returns (uint256 field) {
        if (name == "tcbLevels") {
            head.levels = _readLevels(self, words, advisories);
            return 128;
        }
        if (name == "tdxModule") {
            Text memory copy = self.fork();
            (head.moduleHigh, head.moduleLow) = _readSigner(copy);
            head.hasModule = true;
            self.skip();
            return 512;
        }
        if (name == "tdxModuleIdentities") {
            head.modules = _readModules(self, modules, advisories);
            return 1024;
        }
    }

    function _readLevels(Text memory self, uint256[] memory words, AdvisoryList storage advisories)
        private
        returns (uint256 count)
    {
        self.enterList();
        for (; self.element(count == 0); ++count) {
            self.shape(count < MOST_LEVELS, "tcbLevels");
            (uint256 svns, Rating rating) = _readLevel(self, advisories);
            words.insertLevel(count, svns, rating);
        }
    }

    function _readLevel(Text memory self, AdvisoryList storage advisories)
        private
        returns (uint256 svns, Rating rating)
    {
        uint256 svn;
        uint256 meaning;
        uint256 named;
        uint256 seen = 0;
        self.enterObject();
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = 0;
            if (name == "tcb") {
                (svns, svn) = _readTcb(self);
                field = 1;
            } else if (name == "tcbStatus") {
                (meaning, field) = (self.status(), 2);
            } else if (name == "advisoryIDs") {
                (named, field) = (self.advisoriesIn(advisories), 4);
            } else {
                self.skip();
            }
            seen = self.once(seen, field);
        }
        self.shape(seen & 3 == 3, "level");
        return (svns, Rating.wrap(svn | meaning << ADVISORY_BITS | named));
    }

    /// @return svns SGX and TDX components
    /// @return rest PCESVN, and whether there are TDX components, at their places in a rating
    function _readTcb(Text memory self) private pure returns (uint256 svns, uint256 rest) {
        uint256 seen = 0;
        self.enterObject();
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = 0;
            if (name == "sgxtcbcomponents") (svns, field) = (svns | _readComponents(self) << 128, 1);
            else if (name == "pcesvn") (rest, field) = (rest | self.integer(0xffff) << SVN_SHIFT, 2);
            else if (name == "tdxtcbcomponents") {
                (svns, rest, field) = (svns | _readComponents(self), rest | TDX_BIT, 4);
            } else self.skip();
            seen = self.once(seen, field);
        }
        self.shape(seen & 3 == 3, "tcb");
    }

    function _readComponents(Text memory self) private pure returns (uint256 svns) {
        uint256 count = 0;
        self.enterList();
        for (; self.element(count == 0); ++count) {
            uint256 seen = 0;
            self.enterObject();
            for (bool first = true;; first = false) {
                bytes32 name = self.member(first);
                if (name == 0) break;
                if (name == "svn") (svns, seen) = (svns << 8 | self.integer(0xff), self.once(seen, 1));
                else self.skip();
            }
            self.shape(seen == 1 && count < COMPONENTS, "svn");
        }
        self.shape(count == COMPONENTS, "components");
    }

    function _readModules(Text memory self, uint256[] memory modules, AdvisoryList storage advisories)
        private
        returns (uint256 count)
    {
        self.enterList();
        for (; self.element(count == 0); ++count) {
            self.shape(count < MOST_MODULES, "tdxModuleIdentities");
            Text memory copy = self.fork();
            (uint256 high, uint256 low) = _readSigner(copy);
            (uint256 major, uint256[] memory levels) = _readModule(self, advisories);
            modules.push(major << 8 | levels.length);
            modules.push(high);
            modules.push(low);
            modules.append(levels);
        }
    }

    function _readModule(Text memory self, AdvisoryList storage advisories)
        private
        returns (uint256 major, uint256[] memory levels)
    {
        uint256 seen = 0;
        self.enterObject();
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = 0;
            if (name == "id") (major, field) = (_readMajor(self), 1);
            else if (name == "tcbLevels") (levels, field) = (self.svnLevels(advisories), 2);
            else self.skip();
            seen = self.once(seen, field);
        }
        self.shape(seen == 3, "module");
    }

    /// @dev > TDX_<major version, two hexadecimal digits>; 0, which matches none, for an id of another form.
    function _readMajor(Text memory self) private pure returns (uint256) {
        bytes32 id = self.short();
        bytes4 prefix = bytes4(id) | bytes4(0x20202000);
        uint256 major = Json.digitOf(uint8(id[4])) << 4 | Json.digitOf(uint8(id[5]));
        return prefix == "tdx_" && major <= 0xff && uint256(id) << 48 == 0 ? major : 0;
    }

    /// @dev mrsigner (48 bytes), attributes and their mask (8 each) of a module, in two words.
    function _readSigner(Text memory self) private pure returns (uint256 high, uint256 low) {
        uint256 seen = 0;
        self.enterObject();
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = 0;
            if (name == "mrsigner") {
                (bytes32 a, bytes32 b) = self.hexadecimal(48);
                (high, low, field) = (uint256(a), low | uint256(b), 1);
            } else if (name == "attributes") {
                (bytes32 a,) = self.hexadecimal(8);
                (low, field) = (low | uint256(a) >> 128, 2);
            } else if (name == "attributesMask") {
                (bytes32 a,) = self.hexadecimal(8);
                (low, field) = (low | uint256(a) >> 192, 4);
            } else {
                self.skip();
            }
            seen = self.once(seen, field);
        }
        self.shape(seen == 7, "tdxModule");
    }

    function _malformed(bytes32 field) private pure {
        revert IIntelRefusals.TcbInfoMalformed(field);
    }
}
