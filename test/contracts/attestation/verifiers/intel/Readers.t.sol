// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Base} from "../../../support/Base.sol";
import {ReaderHarness} from "./ReaderHarness.sol";

/// @dev Certificates, lists and texts here were made for this test, under keys of its own.
contract ReadersTest is Base {
    bytes private constant PCK =
        hex"308203653082030aa003020102020411220002300a06082a8648ce3d04030230243122302006035504030c19496e"
        hex"74656c205347582050434b20506c6174666f726d204341301e170d3235313032343132303030305a170d32363035"
        hex"31323132303030305a30243122302006035504030c19496e74656c205347582050434b2043657274696669636174"
        hex"653059301306072a8648ce3d020106082a8648ce3d03010703420004560b461fe4885a2d7d63dd1d49507920766b"
        hex"15393ee90422b0c3763bf73bc37e3c23ec86ec0dc70b742cad950bb06d1d830badaa1a1f5bb4ae0a941d9ae64516"
        hex"a382022830820224300c0603551d130101ff04023000300e0603551d0f0101ff0404030206c0301d0603551d0e04"
        hex"1604140303030303030303030303030303030303030303301f0603551d2304183016801402020202020202020202"
        hex"02020202020202020202308201c206092a864886f84d010d01048201b3308201af301e060a2a864886f84d010d01"
        hex"0104100707070707070707070707070707070730820163060a2a864886f84d010d0102308201533010060b2a8648"
        hex"86f84d010d0102010201053010060b2a864886f84d010d0102020201053010060b2a864886f84d010d0102030201"
        hex"053010060b2a864886f84d010d0102040201053010060b2a864886f84d010d0102050201053010060b2a864886f8"
        hex"4d010d0102060201053010060b2a864886f84d010d0102070201053010060b2a864886f84d010d01020802010530"
        hex"10060b2a864886f84d010d0102090201053010060b2a864886f84d010d01020a0201053010060b2a864886f84d01"
        hex"0d01020b0201053010060b2a864886f84d010d01020c0201053010060b2a864886f84d010d01020d020105301006"
        hex"0b2a864886f84d010d01020e0201053010060b2a864886f84d010d01020f0201053010060b2a864886f84d010d01"
        hex"02100201053010060b2a864886f84d010d01021102010b301f060b2a864886f84d010d0102120410000000000000"
        hex"000000000000000000003010060a2a864886f84d010d0103040200003014060a2a864886f84d010d010404060080"
        hex"6f050000300a06082a8648ce3d0403020349003046022100bef4834664faf5fb47884eabd5f56d8dfbedccc53527"
        hex"1412a603e6d62d17c7ab022100fe03eefb16a9bc59291eac5e860871a71956b2e8bcafc8256f608e00a8e8f9a1";
    bytes private constant CRL =
        hex"3081d4307b020101300a06082a8648ce3d04030230243122302006035504030c19496e74656c205347582050434b"
        hex"20506c6174666f726d204341170d3236303133313132303030305a170d3236303330313132303030305a30163014"
        hex"0203112233170d3236303133313132303030305aa00e300c300a0603551d140403020101300a06082a8648ce3d04"
        hex"030203490030460221008829bb2d2b828a85f1c69462a717ae742bb5b8087d5175fa23c6574d3859e1f1022100b2"
        hex"6a2919cae953147383c540ad706877acf71e177d2baa09101208e8e75f5c2f";
    bytes private constant TCB_INFO =
        '{"id":"TDX","version":3,"issueDate":"2026-01-31T12:00:00Z","nextUpdate":"2026-03-02T'
        '12:00:00Z","fmspc":"00806F050000","pceId":"0000","tcbType":0,"tcbEvaluationDataNumbe'
        'r":18,"tdxModule":{"mrsigner":"00000000000000000000000000000000000000000000000000000'
        '0000000000000000000000000000000000000000000","attributes":"0000000000000000","attrib'
        'utesMask":"FFFFFFFFFFFFFFFF"},"tdxModuleIdentities":[{"id":"TDX_01","mrsigner":"0000'
        '000000000000000000000000000000000000000000000000000000000000000000000000000000000000'
        '00000000","attributes":"0000000000000000","attributesMask":"FFFFFFFFFFFFFFFF","tcbLe'
        'vels":[{"tcb":{"isvsvn":5},"tcbDate":"2025-08-13T00:00:00Z","tcbStatus":"UpToDate"},'
        '{"tcb":{"isvsvn":3},"tcbDate":"2025-08-13T00:00:00Z","tcbStatus":"OutOfDate","adviso'
        'ryIDs":["INTEL-SA-1"]}]}],"tcbLevels":[{"tcb":{"sgxtcbcomponents":[{"svn":5},{"svn":'
        '5},{"svn":5},{"svn":5},{"svn":5},{"svn":5},{"svn":5},{"svn":5},{"svn":5},{"svn":5},{'
        '"svn":5},{"svn":5},{"svn":5},{"svn":5},{"svn":5},{"svn":5}],"pcesvn":11,"tdxtcbcompo'
        'nents":[{"svn":5},{"svn":0},{"svn":4},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn"'
        ':0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0}]'
        '},"tcbDate":"2025-08-13T00:00:00Z","tcbStatus":"UpToDate"},{"tcb":{"sgxtcbcomponents'
        '":[{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{'
        '"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4},{"svn":4}],"pce'
        'svn":11,"tdxtcbcomponents":[{"svn":5},{"svn":0},{"svn":3},{"svn":0},{"svn":0},{"svn"'
        ':0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},{"svn":0},'
        '{"svn":0},{"svn":0}]},"tcbDate":"2025-08-13T00:00:00Z","tcbStatus":"OutOfDate","advi'
        'soryIDs":["INTEL-SA-2"]}]}';
    bytes private constant QE_IDENTITY =
        '{"id":"TD_QE","version":2,"issueDate":"2026-01-31T12:00:00Z","nextUpdate":"2026-03-0'
        '2T12:00:00Z","tcbEvaluationDataNumber":17,"miscselect":"00000000","miscselectMask":"'
        'FFFFFFFF","attributes":"11000000000000000000000000000000","attributesMask":"FBFFFFFF'
        'FFFFFFFF0000000000000000","mrsigner":"5151515151515151515151515151515151515151515151'
        '515151515151515151","isvprodid":2,"tcbLevels":[{"tcb":{"isvsvn":6},"tcbDate":"2025-0'
        '8-13T00:00:00Z","tcbStatus":"UpToDate"},{"tcb":{"isvsvn":4},"tcbDate":"2025-08-13T00'
        ':00:00Z","tcbStatus":"OutOfDate","advisoryIDs":["INTEL-SA-4"]}]}';
    bytes4 private constant PANIC = 0x4e487b71;

    ReaderHarness private _readers;

    function setUp() public {
        _readers = new ReaderHarness();
    }

    function testReadsWhatIsWellFormed() public {
        assertTrue(_readers.certificate(PCK) != 0);
        assertTrue(_readers.platform(PCK) != 0);
        (uint256 serial,) = _readers.list(CRL);
        assertEq(serial, 0x112233);
        assertTrue(_readers.tcbInfo(TCB_INFO) != 0);
        assertTrue(_readers.qeIdentity(QE_IDENTITY) != 0);
    }

    function testFuzzAnyBytesAreRefusedByAReasonOrRead(bytes calldata data) public {
        _tryAll(data);
    }

    function testFuzzNoCutCertificateIsRead(uint256 length) public {
        _requireRefused(abi.encodeCall(_readers.certificate, (_cut(PCK, length))));
        _requireRefused(abi.encodeCall(_readers.list, (_cut(CRL, length))));
    }

    function testFuzzNoCutTextIsRead(uint256 length) public {
        _requireRefused(abi.encodeCall(_readers.tcbInfo, (_cut(TCB_INFO, length))));
        _requireRefused(abi.encodeCall(_readers.qeIdentity, (_cut(QE_IDENTITY, length))));
    }

    /// @custom:shows V1
    function testFuzzNothingMayFollow(bytes1 more) public {
        _requireRefused(abi.encodeCall(_readers.certificate, (bytes.concat(PCK, more))));
        _requireRefused(abi.encodeCall(_readers.list, (bytes.concat(CRL, more))));
        _requireRefused(abi.encodeCall(_readers.tcbInfo, (bytes.concat(TCB_INFO, more))));
        _requireRefused(abi.encodeCall(_readers.qeIdentity, (bytes.concat(QE_IDENTITY, more))));
    }

    function testFuzzAChangedByteOfACertificateIsSeen(uint256 place, uint8 change) public {
        _requireSeen(_readers.certificate.selector, PCK, place, change);
        _requireSeen(_readers.list.selector, CRL, place, change);
    }

    function testFuzzAChangedByteOfATextIsRefusedByAReasonOrRead(uint256 place, uint8 change) public {
        _call(abi.encodeCall(_readers.tcbInfo, (_changed(TCB_INFO, place, change))));
        _call(abi.encodeCall(_readers.qeIdentity, (_changed(QE_IDENTITY, place, change))));
    }

    function testFuzzBase64GoesThereAndBack(bytes calldata data) public view {
        bytes memory one = data.length == 0 ? bytes("x") : data;
        assertTrue(keccak256(_readers.pem(_readers.encode(one))) == keccak256(one));
    }

    function testFuzzAChangedByteOfPemIsSeen(bytes calldata data, uint256 place, uint8 change) public {
        bytes memory one = data.length == 0 ? bytes("x") : data;
        bytes memory text = _readers.encode(one);
        bytes memory other = _changed(text, place, change);
        if (keccak256(other) == keccak256(text)) return;
        (bool read, bytes memory answer) = _call(abi.encodeCall(_readers.pem, (other)));
        if (read) assertTrue(keccak256(abi.decode(answer, (bytes))) != keccak256(one));
    }

    function testFuzzMomentsAreThoseOfTheCalendar(uint32 moment) public view {
        assertEq(_readers.moment(moment), moment);
    }

    function testFuzzLanesCompareEachByte(bytes32 found, bytes32 wanted) public view {
        found &= ~bytes32(uint256(0xff) << 112); // the module's major version: 0, so that every SVN counts
        bool all = true;
        for (uint256 i = 0; i < 32; ++i) all = all && found[i] >= wanted[i];
        assertTrue(_readers.reaches(found, wanted) == all);
        assertTrue(_readers.reaches(found, found));
    }

    function _tryAll(bytes memory data) private {
        _call(abi.encodeCall(_readers.certificate, (data)));
        _call(abi.encodeCall(_readers.list, (data)));
        _call(abi.encodeCall(_readers.tcbInfo, (data)));
        _call(abi.encodeCall(_readers.qeIdentity, (data)));
        _call(abi.encodeCall(_readers.pem, (data)));
        _call(abi.encodeCall(_readers.quote, (data)));
    }

    function _requireSeen(bytes4 reader, bytes memory whole, uint256 place, uint8 change) private {
        bytes memory other = _changed(whole, place, change);
        if (keccak256(other) == keccak256(whole)) return;
        (, bytes memory before) = _call(abi.encodeWithSelector(reader, whole));
        (bool read, bytes memory answer) = _call(abi.encodeWithSelector(reader, other));
        if (read) assertTrue(keccak256(answer) != keccak256(before));
    }

    function _requireRefused(bytes memory input) private {
        (bool read,) = _call(input);
        assertTrue(!read);
    }

    /// @dev A reader refuses by an error with a name; it neither panics nor reverts in silence.
    function _call(bytes memory input) private returns (bool read, bytes memory answer) {
        (read, answer) = address(_readers).call(input);
        if (!read) assertTrue(answer.length >= 4 && bytes4(answer) != PANIC);
    }

    function _cut(bytes memory whole, uint256 length) private pure returns (bytes memory part) {
        length %= whole.length;
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) part[i] = whole[i];
    }

    function _changed(bytes memory whole, uint256 place, uint8 change) private pure returns (bytes memory other) {
        other = bytes.concat(whole);
        other[place % whole.length] ^= bytes1(change);
    }
}
