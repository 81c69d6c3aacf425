// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry} from "../../../contracts/attestation/IEnclaveRegistry.sol";
import {Committees} from "../../../contracts/keys/Committees.sol";
import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {KeyRegistry} from "../../../contracts/keys/KeyRegistry.sol";
import {
    Beat,
    Confirmation,
    Key,
    KeyParameters,
    KeyStatus,
    Network,
    PublicKey,
    RowParameters,
    Scheme
} from "../../../contracts/keys/KeyTypes.sol";
import {ISignatureVerifier} from "../../../contracts/signatures/ISignatureVerifier.sol";
import {EnclaveId, KeyId} from "../../../contracts/types/Ids.sol";
import {PayloadKinds} from "../../../contracts/types/Kinds.sol";
import {Base} from "../support/Base.sol";

uint256 constant IDENTITY = 77;
address constant ALICE = address(0xA11CE);
address constant BOB = address(0xB0B);

/// @dev What is around the registry: an authority that knows a guardian and a DAO, and enclaves and signatures that are
/// always good.
contract Around is Base {
    address private _guardian;
    address private _dao;

    function appoint(address guardian, address dao) external {
        (_guardian, _dao) = (guardian, dao);
    }

    function canCall(address caller, address, bytes4 selector) external view returns (bool, uint32) {
        bool suspends = selector == IKeyRegistry.suspend.selector || selector == IKeyRegistry.suspendNetwork.selector;
        return (caller == _dao || (caller == _guardian && suspends), 0);
    }

    function enclaveOf(address operator) external pure returns (EnclaveId) {
        return EnclaveId.wrap(bytes32(uint256(uint160(operator))));
    }

    function isEligible(EnclaveId) external pure returns (bool) {
        return true;
    }

    function serves(EnclaveId) external pure returns (bool) {
        return true;
    }

    function identityOf(EnclaveId) external pure returns (address) {
        return vm.addr(IDENTITY);
    }

    function verify(Scheme, PublicKey calldata, bytes calldata, bytes calldata) external pure returns (bool) {
        return true;
    }
}

/// @dev Says what was voted; its caller need not be the DAO for it.
contract Dao {
    IKeyRegistry private immutable _registry;

    constructor(IKeyRegistry registry_) {
        _registry = registry_;
    }

    function createKey(KeyParameters calldata parameters) external returns (KeyId) {
        return _registry.createKey(parameters);
    }

    function pause(KeyId keyId, uint48 until) external {
        _registry.pause(keyId, until);
    }

    function pauseNetwork(uint48 until) external {
        _registry.pauseNetwork(until);
    }
}

/// @dev The guardian: suspends two keys and the network at random, and tries the rest. Now and then the DAO pauses, or
/// ends every pause.
contract Handler is Base {
    uint48 private constant WEEK = 7 days;

    struct Interval {
        uint256 begins;
        uint256 ends;
    }

    KeyRegistry private immutable _registry;
    Dao private immutable _dao;
    KeyId[2] public keys;
    /// @dev For each key, when a suspension that took effect stopped it, in order of the beginnings.
    mapping(uint256 index => Interval[]) private _stopped;

    uint256 public suspensions;
    uint256 public resumed;
    uint256 public touched;
    uint256 public votesInVain;

    constructor(KeyRegistry registry_, Dao dao_) {
        _registry = registry_;
        _dao = dao_;
    }

    /// @dev Once.
    function begin() external {
        vm.assume(KeyId.unwrap(keys[0]) == 0);
        for (uint256 i = 0; i < 2; ++i) {
            keys[i] = _dao.createKey(_parameters());
            for (uint256 member = 1; member <= 2; ++member) _confirm(keys[i], EnclaveId.wrap(bytes32(member)));
            _registry.activate(keys[i], "");
        }
    }

    function suspend(uint8 which, uint32 duration, bool longest) external {
        uint256 index = which % 2;
        (uint48[3] memory before, bytes32 rest) = (pauses(), everythingElse());
        try _registry.suspend(keys[index], longest ? WEEK : duration % (WEEK + 10)) {} catch {}
        uint48 until = pauses()[index];
        if (until != before[index]) _note(index, until);
        before[index] = until < before[index] ? before[index] : until;
        _compare(before, rest);
    }

    function suspendNetwork(uint32 duration, bool longest) external {
        (uint48[3] memory before, bytes32 rest) = (pauses(), everythingElse());
        try _registry.suspendNetwork(longest ? WEEK : duration % (WEEK + 10)) {} catch {}
        uint48 until = pauses()[2];
        for (uint256 i = 0; i < 2; ++i) {
            if (until != before[2]) _note(i, until);
        }
        before[2] = until < before[2] ? before[2] : until;
        _compare(before, rest);
    }

    function meddle(uint8 which, uint48 until) external {
        KeyId keyId = keys[which % 2];
        (uint48[3] memory before, bytes32 rest) = (pauses(), everythingElse());
        try _registry.pause(keyId, until) {} catch {}
        try _registry.pauseNetwork(until) {} catch {}
        try _registry.setBeat(60, 1, 900) {} catch {}
        try _registry.setRow(keyId, _row(BOB)) {} catch {}
        try _registry.removeRow(keyId, ALICE) {} catch {}
        try _registry.raise(keyId, ALICE) {} catch {}
        try _registry.announceCommittee(keyId, "committee") {} catch {}
        try _registry.withdrawCommittee(keyId) {} catch {}
        try _registry.createKey(_parameters()) {} catch {}
        try _registry.openAttempt(keyId) {} catch {}
        _compare(before, rest);
    }

    function voteEnds() external {
        _dao.pauseNetwork(0);
        for (uint256 i = 0; i < 2; ++i) {
            _dao.pause(keys[i], 0);
            if (!isFree(i)) ++votesInVain;
        }
    }

    function votePauses(uint8 which, uint32 duration) external {
        uint48 until = uint48(block.timestamp) + duration % (3 * WEEK);
        if (which % 3 == 2) _dao.pauseNetwork(until);
        else _dao.pause(keys[which % 3], until);
    }

    /// @dev Often to the very second in which something ends or may begin.
    function pass(uint32 time, uint8 to) external {
        uint256[6] memory moments;
        for (uint256 i = 0; i < 3; ++i) moments[i] = pauses()[i];
        for (uint256 i = 0; i < 2; ++i) moments[3 + i] = _registry.suspendableAt(keys[i]);
        moments[5] = _registry.suspendableAt(KeyId.wrap(0));
        uint256 moment = to < 192 ? moments[to % 6] : block.timestamp + time % (4 * WEEK);
        if (moment > block.timestamp && moment < block.timestamp + 4 * WEEK) vm.warp(moment);
    }

    /// @dev Seconds for which key `index` was stopped in the `window` before its suspension `number` ended.
    function stopped(uint256 index, uint256 number, uint256 window) external view returns (uint256 total) {
        uint256 end = _stopped[index][number].ends;
        uint256 from = end > window ? end - window : 0;
        for (uint256 i = 0; i < _stopped[index].length; ++i) {
            Interval memory interval = _stopped[index][i];
            uint256 begins = interval.begins > from ? interval.begins : from;
            uint256 ends = interval.ends < end ? interval.ends : end;
            if (ends <= begins) continue;
            total += ends - begins;
            from = ends;
        }
    }

    function count(uint256 index) external view returns (uint256) {
        return _stopped[index].length;
    }

    function isFree(uint256 index) public view returns (bool free) {
        try _registry.requireRequestable(keys[index], ALICE, PayloadKinds.RAW_DIGEST) {
            free = true;
        } catch {}
    }

    function pauses() public view returns (uint48[3] memory) {
        (uint48 first, uint48 second) = (_registry.key(keys[0]).pausedUntil, _registry.key(keys[1]).pausedUntil);
        return [first, second, _registry.network().pausedUntil];
    }

    /// @dev All that the registry shows, but pauses.
    function everythingElse() public view returns (bytes32) {
        Network memory network = _registry.network();
        network.pausedUntil = 0;
        bytes memory shown = abi.encode(network, _registry.keyCount());
        for (uint256 i = 0; i < 2; ++i) {
            Key memory key = _registry.key(keys[i]);
            key.pausedUntil = 0;
            (bytes32 announced,) = _registry.proposedCommittee(keys[i]);
            shown = abi.encode(shown, key, _registry.ceremonyOf(keys[i]), announced);
            shown = abi.encode(shown, _registry.rowOf(keys[i], ALICE));
            shown = abi.encode(shown, _registry.rowOf(keys[i], BOB));
        }
        return keccak256(shown);
    }

    function _note(uint256 index, uint48 until) private {
        ++suspensions;
        _stopped[index].push(Interval(block.timestamp, until));
    }

    function _compare(uint48[3] memory before, bytes32 rest) private {
        if (keccak256(abi.encode(pauses())) != keccak256(abi.encode(before))) ++resumed;
        if (everythingElse() != rest) ++touched;
    }

    function _parameters() private pure returns (KeyParameters memory parameters) {
        parameters.scheme = Scheme.Ed25519;
        parameters.committee.threshold = 2;
        parameters.committee.operators = new address[](2);
        (parameters.committee.operators[0], parameters.committee.operators[1]) = (address(1), address(2));
        parameters.committee.attemptWindow = 600;
        parameters.rows = new RowParameters[](1);
        parameters.rows[0] = _row(ALICE);
    }

    function _row(address requester) private pure returns (RowParameters memory row) {
        row.requester = requester;
        row.kinds = PayloadKinds.setOf(PayloadKinds.RAW_DIGEST);
        row.unguarded = true;
    }

    function _confirm(KeyId keyId, EnclaveId member) private {
        bytes32 committee = _registry.ceremonyOf(keyId).committee;
        Confirmation memory confirmation = Confirmation(keyId, 1, 1, committee, 0, 0, "x", "c");
        bytes32 typehash = keccak256(
            "Confirmation(bytes32 keyId,uint32 epoch,uint32 attempt,bytes32 committee,bytes32 transcript,"
            "uint8 publicKeyPrefix,bytes32 publicKeyX,bytes32 commitments)"
        );
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Quorate KeyRegistry"),
                keccak256("1"),
                block.chainid,
                address(_registry)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(typehash, confirmation))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(IDENTITY, digest);
        _registry.confirm(member, confirmation, abi.encodePacked(r, s, v));
    }
}

contract GuardianInvariants is Base {
    uint256 private constant WEEK = 7 days;

    KeyRegistry private registry;
    Handler private handler;
    address[] private _targets;

    function setUp() public {
        vm.warp(1_800_000_000);
        Around around = new Around();
        registry = new KeyRegistry(
            address(around),
            IEnclaveRegistry(address(around)),
            new Committees(IEnclaveRegistry(address(around))),
            ISignatureVerifier(address(around)),
            address(0),
            address(0),
            0,
            Beat(60, 64, 900, 1)
        );
        Dao dao = new Dao(registry);
        handler = new Handler(registry, dao);
        around.appoint(address(handler), address(dao));
        handler.begin();
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens; it reaches the bound.
    function testTheWorstGuardianStopsAKeyForTwoWeeksOfThree() public {
        for (uint256 round = 0; round < 3; ++round) {
            handler.suspend(0, 0, true);
            assertTrue(!handler.isFree(0) && handler.isFree(1));
            handler.suspend(0, 0, true);
            _pass(WEEK - 1);
            assertTrue(!handler.isFree(0));
            _pass(1);
            handler.suspendNetwork(0, true);
            assertTrue(!handler.isFree(0) && !handler.isFree(1));
            _pass(WEEK);
            handler.suspendNetwork(0, true);
            handler.suspend(0, 0, true);
            handler.suspend(1, 0, true);
            assertTrue(handler.isFree(0) && handler.isFree(1));
            _pass(WEEK);
        }
        assertEq(handler.count(0), 6);
        assertEq(handler.stopped(0, 5, 3 * WEEK), 2 * WEEK);
        assertEq(handler.suspensions(), 9);
    }

    function testAVoteEndsWhatAGuardianBegan() public {
        handler.suspend(0, 0, true);
        handler.suspendNetwork(0, true);
        assertTrue(!handler.isFree(0) && !handler.isFree(1));
        handler.voteEnds();
        assertEq(handler.votesInVain(), 0);
        handler.suspend(0, 0, true);
        handler.suspendNetwork(0, true);
        assertTrue(handler.isFree(0) && handler.isFree(1));
    }

    /// @dev In any three weeks; whatever the guardian splits and combines.
    /// @custom:shows I10 K5
    function invariant_AGuardianStopsAKeyForTwoWeeksOfThreeAtMost() public view {
        for (uint256 key = 0; key < 2; ++key) {
            for (uint256 i = 0; i < handler.count(key); ++i) {
                assertTrue(handler.stopped(key, i, 3 * WEEK) <= 2 * WEEK);
            }
        }
    }

    /// @custom:shows K5
    function invariant_AVoteAlwaysEndsAPause() public view {
        assertEq(handler.votesInVain(), 0);
    }

    /// @custom:shows I10 G4
    function invariant_AGuardianOnlyEverStops() public view {
        assertEq(handler.resumed(), 0);
    }

    /// @custom:shows I10 G4
    function invariant_AGuardianTouchesNothingElse() public view {
        assertEq(handler.touched(), 0);
        for (uint256 i = 0; i < 2; ++i) assertTrue(registry.key(handler.keys(i)).status == KeyStatus.Active);
        assertEq(registry.keyCount(), 2);
    }

    function _pass(uint256 time) private {
        vm.warp(block.timestamp + time);
    }
}
