// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AdvisoryList} from "./Advisories.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {Json, Text} from "./Json.sol";
import {LevelText} from "./LevelText.sol";
import {Head} from "./Words.sol";

/// @dev Which quoting enclaves are Intel's.
struct QeIdentity {
    bytes4 miscSelect;
    bytes4 miscSelectMask;
    bytes16 attributes;
    bytes16 attributesMask;
    bytes32 mrSigner;
    uint16 isvProdId;
    /// @dev highest first
    uint256[] levels;
}

/// @title The identity of Intel's quoting enclaves, version 2 (Intel PCS API v4), from the text that Intel signs
library QeText {
    using Json for Text;
    using LevelText for Text;

    uint256 private constant ALL = 0xfff;

    function read(bytes memory text, AdvisoryList storage advisories)
        internal
        returns (Head memory head, QeIdentity memory its)
    {
        Text memory self = Json.open(text, _malformed);
        self.enterObject();
        uint256 seen = 0;
        for (bool first = true;; first = false) {
            bytes32 name = self.member(first);
            if (name == 0) break;
            uint256 field = _readHead(self, head, name);
            if (field == 0) field = _readBody(self, its, name);
            if (name == "tcbLevels") (its.levels, field) = (self.svnLevels(advisories), 0x800);
            if (field == 0) self.skip();
            else seen = self.once(seen, field);
        }
        self.requireEnd();
        self.shape(seen == ALL, "fields");
    }

    function _readHead(Text memory self, Head memory head, bytes32 name) private pure returns (uint256 field) {
        if (name == "id") {
            (head.id, field) = (self.short(), 1);
        } else if (name == "version") {
            self.shape(self.integer(0xff) == 2, name);
            field = 2;
        } else if (name == "issueDate") {
            (head.issueDate, field) = (self.time(), 4);
        } else if (name == "nextUpdate") {
            (head.nextUpdate, field) = (self.time(), 8);
        } else if (name == "tcbEvaluationDataNumber") {
            (head.evaluation, field) = (uint32(self.integer(type(uint32).max)), 16);
        }
    }

    function _readBody(Text memory self, QeIdentity memory its, bytes32 name) private pure returns (uint256 field) {
        if (name == "miscselect") (its.miscSelect, field) = (bytes4(_bytes(self, 4)), 0x20);
        else if (name == "miscselectMask") (its.miscSelectMask, field) = (bytes4(_bytes(self, 4)), 0x40);
        else if (name == "attributes") (its.attributes, field) = (bytes16(_bytes(self, 16)), 0x80);
        else if (name == "attributesMask") (its.attributesMask, field) = (bytes16(_bytes(self, 16)), 0x100);
        else if (name == "mrsigner") (its.mrSigner, field) = (_bytes(self, 32), 0x200);
        else if (name == "isvprodid") (its.isvProdId, field) = (uint16(self.integer(0xffff)), 0x400);
    }

    function _bytes(Text memory self, uint256 length) private pure returns (bytes32 value) {
        (value,) = self.hexadecimal(length);
    }

    function _malformed(bytes32 field) private pure {
        revert IIntelRefusals.QeIdentityMalformed(field);
    }
}
