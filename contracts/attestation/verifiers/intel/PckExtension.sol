// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Der} from "../x509/Der.sol";
import {Platform} from "./IIntelCertificates.sol";
import {Extensions} from "../x509/Extensions.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {Span, span} from "../x509/Span.sol";

/// @title The extension 1.2.840.113741.1.13.1 (Intel SGX PCK Certificate and CRL specification, 1.3.5)
library PckExtensions {
    bytes32 private constant PCK_EXTENSION = keccak256(hex"2a864886f84d010d01");
    bytes32 private constant PREFIX = hex"2a864886f84d010d01";
    bytes32 private constant TCB_PREFIX = hex"2a864886f84d010d0102";
    uint256 private constant PREFIX_LENGTH = 9;
    uint256 private constant COMPONENTS = 16;
    uint256 private constant NEEDED = 0x1e; // values 1 to 4
    uint256 private constant TCB_NEEDED = 0x7fffe; // values 1 to 18

    /// @return its what the certificate says of its platform; key and times are not said here
    function read(Extensions memory extensions) internal pure returns (Platform memory its) {
        Span value = extensions.find(PCK_EXTENSION);
        require(!value.isEmpty(), IIntelRefusals.PckExtension(0));
        Span list = Der.only(value, Der.SEQUENCE);
        uint256 seen = 0;
        while (!list.isEmpty()) {
            uint256 number;
            uint256 tag;
            (number, tag, value, list) = _next(list, PREFIX, PREFIX_LENGTH, seen);
            seen |= 1 << number;
            if (number == 1) its.ppid = bytes16(_octets(number, tag, value, 16));
            if (number == 2) _readTcb(its, tag, value);
            if (number == 3) its.pceId = bytes2(_octets(number, tag, value, 2));
            if (number == 4) its.fmspc = bytes6(_octets(number, tag, value, 6));
        }
        require(seen & NEEDED == NEEDED, IIntelRefusals.PckExtension(0));
    }

    function _readTcb(Platform memory its, uint256 tag, Span list) private pure {
        require(tag == Der.SEQUENCE, IIntelRefusals.PckExtension(2));
        uint256 seen = 0;
        uint256 components = 0;
        while (!list.isEmpty()) {
            uint256 number;
            Span value;
            (number, tag, value, list) = _next(list, TCB_PREFIX, PREFIX_LENGTH + 1, seen);
            seen |= 1 << number;
            if (number == COMPONENTS + 2) _octets(number, tag, value, 16);
            else if (number == COMPONENTS + 1) its.pceSvn = uint16(_svn(number, tag, value, 0xffff));
            else if (number <= COMPONENTS) {
                components |= _svn(number, tag, value, 0xff) << 8 * (COMPONENTS - number);
            }
        }
        require(seen == TCB_NEEDED, IIntelRefusals.PckExtension(2));
        its.components = bytes16(uint128(components));
    }

    /// @dev SEQUENCE { oid, value }, each oid the prefix and one number from 1 on, each number once.
    function _next(Span list, bytes32 prefix, uint256 length, uint256 seen)
        private
        pure
        returns (uint256 number, uint256 tag, Span value, Span rest)
    {
        Span item;
        Span oid;
        (item, rest) = Der.take(list, Der.SEQUENCE);
        (oid, item) = Der.take(item, Der.OID);
        (tag, value, item) = Der.any(item);
        Der.requireEnd(item);
        bool fits = oid.size() == length + 1 && span(oid.from(), oid.from() + length).word() == prefix;
        number = fits ? oid.byteAt(length) : 0;
        require(number != 0 && number < 0x80 && seen >> number & 1 == 0, IIntelRefusals.PckExtension(number));
    }

    function _octets(uint256 number, uint256 tag, Span value, uint256 length) private pure returns (bytes32) {
        require(tag == Der.OCTET_STRING && value.size() == length, IIntelRefusals.PckExtension(number));
        return value.word();
    }

    function _svn(uint256 number, uint256 tag, Span value, uint256 most) private pure returns (uint256 svn) {
        require(tag == Der.INTEGER, IIntelRefusals.PckExtension(number));
        svn = Der.small(value);
        require(svn <= most, IIntelRefusals.PckExtension(number));
    }
}
