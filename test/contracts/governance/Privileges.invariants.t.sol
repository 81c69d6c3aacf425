// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {MeasurementRecord} from "../../../contracts/attestation/IMeasurementRegistry.sol";
import {
    CommitteeParameters,
    KeyParameters,
    KeyView,
    Network,
    PayloadKind,
    Scheme
} from "../../../contracts/keys/KeyTypes.sol";
import {VerifierMock} from "../../../contracts/mocks/VerifierMock.sol";
import {Mandate} from "../../../contracts/requests/modules/IMandates.sol";
import {Intent, RequestHeader} from "../../../contracts/requests/ISigningRequests.sol";
import {Limits} from "../../../contracts/requests/guards/ISpendingLimits.sol";
import {EnclaveId} from "../../../contracts/types/Ids.sol";
import {Base} from "../support/Base.sol";
import {MIN_DELAY, TEE, Wired, WiredDao} from "../support/WiredDao.sol";

/// @dev What the contracts show, each part as one hash.
contract Shown {
    Wired private _dao;

    constructor(Wired memory dao_) {
        _dao = dao_;
    }

    /// @dev Who holds and may call what, in access manager and timelock.
    function powers() external view returns (bytes32) {
        bytes memory held = abi.encode(_dao.manager.roles(0, 10), _dao.manager.functionRoles(0, 20));
        for (uint64 role = 0; role <= 3; ++role) {
            held = abi.encode(held, _dao.manager.members(role, 0, 10), _dao.manager.getRoleGrantDelay(role));
        }
        return keccak256(abi.encode(held, _targets(), _timelock()));
    }

    /// @dev What only votes may change.
    function voted() external view returns (bytes32) {
        KeyView[] memory keys = _dao.keys.keys(0, 10);
        for (uint256 i = 0; i < keys.length; ++i) keys[i].pausedUntil = 0;
        Network memory network = _dao.keys.network();
        network.pausedUntil = 0;
        bytes memory limits = abi.encode(_dao.limits.limitsOf(address(_dao.requests), _dao.keyId, _dao.delegate));
        return keccak256(abi.encode(keys, _dao.keys.policyOf(_dao.keyId), network, limits, _trust()));
    }

    /// @dev The first measurement serves; those after it are in their trial.
    function _trust() private view returns (bytes memory) {
        return abi.encode(
            _dao.enclaves.enclaves(0, 10),
            _dao.enclaves.operators(0, 20),
            _dao.enclaves.verifierOf(TEE),
            _dao.enclaves.vendorOf(TEE),
            _dao.enclaves.platformCap(TEE),
            _dao.enclaves.isPlatformRevoked(bytes32(uint256(uint160(_dao.operator)))),
            _dao.measurements.measurement(_dao.measurement),
            _dao.measurements.measurementCount(),
            _dao.measurements.spares(_dao.measurement, _dao.keyId)
        );
    }

    function _targets() private view returns (bytes memory state) {
        address[5] memory targets = [
            address(_dao.measurements),
            address(_dao.enclaves),
            address(_dao.keys),
            address(_dao.limits),
            address(_dao.requests)
        ];
        for (uint256 i = 0; i < 5; ++i) {
            address authority = IAccessManaged(targets[i]).authority();
            uint32 delay = _dao.manager.getTargetAdminDelay(targets[i]);
            state = abi.encode(state, authority, _dao.manager.isTargetClosed(targets[i]), delay);
        }
    }

    function _timelock() private view returns (bytes memory state) {
        address[7] memory accounts = actors(_dao);
        bytes32[4] memory roles = [
            bytes32(0),
            _dao.timelock.PROPOSER_ROLE(),
            _dao.timelock.CANCELLER_ROLE(),
            _dao.timelock.EXECUTOR_ROLE()
        ];
        for (uint256 i = 0; i < 28; ++i) {
            state = abi.encodePacked(state, _dao.timelock.hasRole(roles[i % 4], accounts[i / 4]));
        }
        return abi.encode(state, _dao.timelock.hasRole(0, address(_dao.timelock)), _dao.timelock.getMinDelay());
    }
}

function actors(Wired memory dao) pure returns (address[7] memory) {
    return [dao.deployer, dao.guardian, dao.settler, dao.operator, dao.anyone, dao.governor, dao.delegate];
}

/// @dev Every privileged call that needs no header, with arguments drawn from a seed: those of the registries, then
/// those of the administration.
contract Calls {
    uint256 public constant COUNT = 52;
    uint256 public constant SUSPEND = 4;
    uint256 public constant SUSPEND_NETWORK = 5;
    uint256 public constant PROPOSE_COMMITTEE = 6;
    uint256 public constant WITHDRAW_COMMITTEE = 7;
    uint256 public constant SET_VERIFIER = 9;
    uint256 public constant WITHDRAW_VERIFIER = 11;
    uint256 public constant SET_PLATFORM_CAP = 12;
    uint256 public constant APPROVE = 16;
    uint256 public constant WITHDRAW = 17;

    Wired private _dao;
    WiredDao private immutable _examples;
    VerifierMock private immutable _other = new VerifierMock(TEE, "vendor");

    constructor(Wired memory dao_, WiredDao examples_) {
        (_dao, _examples) = (dao_, examples_);
    }

    function callOf(uint256 what, uint256 seed) external view returns (address, bytes memory) {
        if (what < 9) return (address(_dao.keys), _ofKeys(what, seed));
        if (what < 16) return (address(_dao.enclaves), _ofEnclaves(what, seed));
        if (what < 22) return (address(_dao.measurements), _ofMeasurements(what, seed));
        if (what < 24) return (address(_dao.limits), _ofLimits(what, seed));
        if (what < 29) return (_target(what), abi.encodeCall(IAccessManaged.setAuthority, (address(_other))));
        if (what < 34) return (address(_dao.manager), _ofMembers(what, seed));
        if (what < 41) return (address(_dao.manager), _ofTargets(what, seed));
        if (what > 49) return (address(_dao.manager), _ofLabels(what, seed));
        return (address(_dao.timelock), what < 45 ? _ofProposals(what, seed) : _ofTimelock(what, seed));
    }

    function _ofKeys(uint256 what, uint256 seed) private view returns (bytes memory) {
        uint48 time = uint48(block.timestamp + seed % 30 days);
        CommitteeParameters memory committee = _examples.committeeOf(uint32(10 + seed % 1 days));
        if (what == 0) {
            KeyParameters memory key = KeyParameters(Scheme.Bip340, committee, _examples.policyFor(_account(seed)));
            return abi.encodeCall(_dao.keys.createKey, (key));
        }
        if (what == 1) return abi.encodeCall(_dao.keys.setPolicy, (_dao.keyId, _examples.policyFor(_account(seed))));
        if (what == 2) return abi.encodeCall(_dao.keys.pause, (_dao.keyId, time));
        if (what == 3) return abi.encodeCall(_dao.keys.pauseNetwork, (time));
        if (what == 4) return abi.encodeCall(_dao.keys.suspend, (_dao.keyId, uint48(seed % 8 days)));
        if (what == 5) return abi.encodeCall(_dao.keys.suspendNetwork, (uint48(seed % 8 days)));
        if (what == 6) return abi.encodeCall(_dao.keys.proposeCommittee, (_dao.keyId, committee));
        if (what == 7) return abi.encodeCall(_dao.keys.withdrawCommittee, (_dao.keyId));
        return abi.encodeCall(_dao.keys.setBeat, (uint32(60 + seed % 1000), 7, uint32(900 + seed % 301)));
    }

    function _ofEnclaves(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes32 platform = bytes32(uint256(uint160(_dao.operator)));
        if (what == 9) return abi.encodeCall(_dao.enclaves.setVerifier, (_other));
        if (what == 10) return abi.encodeCall(_dao.enclaves.removeVerifier, (TEE));
        if (what == 11) return abi.encodeCall(_dao.enclaves.withdrawVerifier, (TEE));
        if (what == 12) return abi.encodeCall(_dao.enclaves.setPlatformCap, (TEE, uint16(seed)));
        if (what == 13) return abi.encodeCall(_dao.enclaves.revokePlatform, (platform, new EnclaveId[](0)));
        if (what == 14) return abi.encodeCall(_dao.enclaves.setOperator, (_account(seed), "elsewhere", uint16(seed)));
        return abi.encodeCall(_dao.enclaves.suspend, (_dao.enclaves.enclaveOf(_dao.operator)));
    }

    /// @dev Those of the guardian fit the one in its trial as often as the one that serves.
    function _ofMeasurements(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes32 trial = _dao.measurements.measurementOf(TEE, "image", bytes32(1 + seed / 2 % 4));
        bytes32 id = seed % 2 == 0 ? trial : _dao.measurement;
        MeasurementRecord memory record = MeasurementRecord(TEE, "image", bytes32(1 + seed / 2 % 4), 0, "", "");
        if (what == 16) return abi.encodeCall(_dao.measurements.approve, (record));
        if (what == 17) return abi.encodeCall(_dao.measurements.withdraw, (id));
        if (what == 18) return abi.encodeCall(_dao.measurements.retire, (id, uint48(seed % 1 days)));
        if (what == 19) return abi.encodeCall(_dao.measurements.revoke, (id));
        if (what == 20) return abi.encodeCall(_dao.measurements.acceptLoss, (id, _dao.keyId));
        return abi.encodeCall(_dao.measurements.noteAttestation, (id, _account(seed)));
    }

    function _ofLimits(uint256 what, uint256 seed) private view returns (bytes memory) {
        (address requests, address account) = (address(_dao.requests), _account(seed));
        if (what == 22) return abi.encodeCall(_dao.limits.removeLimits, (requests, _dao.keyId, account));
        Limits memory limits = _dao.limits.limitsOf(requests, _dao.keyId, _dao.delegate);
        return abi.encodeCall(_dao.limits.setLimits, (requests, _dao.keyId, account, limits));
    }

    /// @dev Who has a role may give it up, and nobody gets it; here everybody says it of the timelock.
    function _ofMembers(uint256 what, uint256 seed) private view returns (bytes memory) {
        (uint64 role, address account) = (uint64(seed / 8 % 4), _account(seed));
        if (what == 29) return abi.encodeCall(_dao.manager.grantRole, (role, account, 0));
        if (what == 30) return abi.encodeCall(_dao.manager.revokeRole, (role, account));
        if (what == 31) return abi.encodeCall(_dao.manager.renounceRole, (role, address(_dao.timelock)));
        if (what == 32) return abi.encodeCall(_dao.manager.setRoleAdmin, (role, uint64(seed / 32 % 4)));
        return abi.encodeCall(_dao.manager.setRoleGuardian, (role, uint64(seed / 32 % 4)));
    }

    function _ofTargets(uint256 what, uint256 seed) private view returns (bytes memory) {
        (address target, uint64 role) = (_target(seed), uint64(seed / 8 % 4));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = _dao.keys.setPolicy.selector;
        bytes memory suspension = abi.encodeCall(_dao.keys.suspendNetwork, (1));
        if (what == 34) return abi.encodeCall(_dao.manager.setTargetFunctionRole, (target, selectors, role));
        if (what == 35) return abi.encodeCall(_dao.manager.setTargetAdminDelay, (target, uint32(seed)));
        if (what == 36) return abi.encodeCall(_dao.manager.setTargetClosed, (target, true));
        if (what == 37) return abi.encodeCall(_dao.manager.updateAuthority, (target, address(_other)));
        if (what == 38) return abi.encodeCall(_dao.manager.setGrantDelay, (role, uint32(seed)));
        if (what == 39) return abi.encodeCall(_dao.manager.schedule, (address(_dao.keys), suspension, 0));
        return abi.encodeCall(_dao.manager.consumeScheduledOp, (_account(seed), suspension));
    }

    function _ofLabels(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes memory suspension = abi.encodeCall(_dao.keys.suspendNetwork, (1));
        if (what == 50) return abi.encodeCall(_dao.manager.labelRole, (uint64(1 + seed % 3), "another"));
        return abi.encodeCall(_dao.manager.cancel, (_account(seed), address(_dao.keys), suspension));
    }

    /// @dev Another pause, under an id that nobody scheduled, or with too short a delay.
    function _ofProposals(uint256 what, uint256 seed) private view returns (bytes memory) {
        (address[] memory targets, uint256[] memory values) = (new address[](1), new uint256[](1));
        bytes[] memory payloads = new bytes[](1);
        (targets[0], payloads[0]) = (address(_dao.keys), abi.encodeCall(_dao.keys.pauseNetwork, (uint48(seed))));
        uint256 delay = seed % MIN_DELAY;
        if (what == 41) return abi.encodeCall(_dao.timelock.schedule, (targets[0], 0, payloads[0], 0, "", delay));
        if (what == 42) return abi.encodeCall(_dao.timelock.scheduleBatch, (targets, values, payloads, 0, "", delay));
        if (what == 43) return abi.encodeCall(_dao.timelock.execute, (targets[0], 0, payloads[0], 0, ""));
        return abi.encodeCall(_dao.timelock.executeBatch, (targets, values, payloads, 0, ""));
    }

    function _ofTimelock(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes32[4] memory roles = [
            bytes32(0),
            _dao.timelock.PROPOSER_ROLE(),
            _dao.timelock.CANCELLER_ROLE(),
            _dao.timelock.EXECUTOR_ROLE()
        ];
        bytes32 role = roles[seed / 8 % 4];
        if (what == 45) return abi.encodeCall(_dao.timelock.grantRole, (role, _account(seed)));
        if (what == 46) return abi.encodeCall(_dao.timelock.revokeRole, (role, _account(seed)));
        if (what == 47) return abi.encodeCall(_dao.timelock.renounceRole, (role, address(_dao.timelock)));
        if (what == 48) return abi.encodeCall(_dao.timelock.updateDelay, (seed % MIN_DELAY));
        return abi.encodeCall(_dao.timelock.cancel, (bytes32(seed)));
    }

    function _account(uint256 seed) private view returns (address) {
        return actors(_dao)[seed % 7];
    }

    function _target(uint256 seed) private view returns (address) {
        address[5] memory targets = [
            address(_dao.measurements),
            address(_dao.enclaves),
            address(_dao.keys),
            address(_dao.limits),
            address(_dao.requests)
        ];
        return targets[seed % 5];
    }
}

/// @dev Everybody tries everything: straight, and through the access manager. A proposer schedules anything, and
/// everybody is in a hurry.
contract PrivilegesHandler is Base {
    struct Operation {
        address target;
        bytes data;
        uint256 scheduledAt;
        bool harmless;
    }

    Wired private _dao;
    Calls private immutable _calls;
    Shown private immutable _shown;
    Operation[] private _operations;
    RequestHeader[] private _headers;
    Mandate private _mandate;
    uint64 private _mandates;

    mapping(bytes4 selector => uint256) public done;
    uint256 public executed;
    uint256 public byStrangers;
    uint256 public touched;
    uint256 public tooEarly;

    constructor(Wired memory dao_, Calls calls_, Shown shown_) {
        (_dao, _calls, _shown) = (dao_, calls_, shown_);
        _mandate.keyId = dao_.keyId;
        _mandate.kind = PayloadKind.BitcoinPsbt;
    }

    function attempt(uint8 who, uint8 how, uint256 what, uint256 seed) external {
        (address target, bytes memory data) = _calls.callOf(what % _calls.COUNT(), seed);
        _attempt(who, how, target, data);
    }

    function cancel(uint8 who, uint8 how, uint256 seed) external {
        vm.assume(_headers.length > 0);
        RequestHeader memory header = _headers[seed % _headers.length];
        _attempt(who, how, address(_dao.requests), abi.encodeCall(_dao.requests.cancel, (header)));
    }

    function settle(uint8 who, uint8 how, uint256 seed) external {
        vm.assume(_headers.length > 0);
        RequestHeader memory header = _headers[seed % _headers.length];
        _attempt(who, how, address(_dao.requests), abi.encodeCall(_dao.requests.settle, (header)));
    }

    function cancelMandate(uint8 who, uint8 how) external {
        vm.assume(_mandates > 0);
        bytes32 hash = _dao.requests.mandateHashOf(_mandate);
        bytes memory data = abi.encodeCall(_dao.requests.cancelMandate, (_dao.delegate, _mandates, hash));
        _attempt(who, how, address(_dao.requests), data);
    }

    /// @dev The delegate asks; anyone makes it ready.
    function ask(bool ready) external {
        Intent memory intent;
        (intent.keyId, intent.kind) = (_dao.keyId, PayloadKind.BitcoinPsbt);
        intent.digests = new bytes[](1);
        intent.digests[0] = abi.encode(bytes32("message"));
        intent.deadline = uint48(block.timestamp + 30 days);
        vm.prank(_dao.delegate);
        try _dao.requests.requestSignature(intent) {
            _headers.push(_dao.requests.headerOf(intent, _dao.delegate, _dao.requests.requestCount()));
            if (ready) _dao.requests.markReady(_headers[_headers.length - 1]);
        } catch {}
    }

    function place() external {
        Mandate memory mandate = _mandate;
        mandate.deadline = uint48(block.timestamp + 30 days);
        vm.prank(_dao.delegate);
        try _dao.requests.placeMandate(mandate) {
            _mandate.deadline = mandate.deadline;
            ++_mandates;
        } catch {}
    }

    function propose(uint256 what, uint256 seed, uint32 delay) external {
        _propose(what % _calls.COUNT(), seed, delay % (2 * MIN_DELAY), false);
    }

    /// @dev What gives a guardian something to take back.
    function vote(uint8 which, uint256 seed) external {
        uint256[4] memory harmless =
            [_calls.PROPOSE_COMMITTEE(), _calls.SET_VERIFIER(), _calls.APPROVE(), _calls.SET_PLATFORM_CAP()];
        _propose(harmless[which % 4], seed, MIN_DELAY, true);
    }

    /// @dev What is not harmless is tried until it is due, and no longer.
    function execute(uint8 who, uint256 seed) external {
        vm.assume(_operations.length > 0);
        uint256 index = seed % _operations.length;
        Operation memory operation = _operations[index];
        bool due = block.timestamp >= operation.scheduledAt + MIN_DELAY;
        if (due && !operation.harmless) return;
        vm.prank(actors(_dao)[who % 7]);
        try _dao.timelock.execute(operation.target, 0, operation.data, 0, bytes32(index)) {
            if (due) ++executed;
            else ++tooEarly;
        } catch {}
    }

    function pass(uint32 time) external {
        vm.warp(block.timestamp + time % (2 * MIN_DELAY));
    }

    function _propose(uint256 what, uint256 seed, uint256 delay, bool harmless) private {
        (address target, bytes memory data) = _calls.callOf(what, seed);
        vm.prank(_dao.governor);
        try _dao.timelock.schedule(target, 0, data, 0, bytes32(_operations.length), delay) {
            if (delay < MIN_DELAY) ++tooEarly;
            _operations.push(Operation(target, data, block.timestamp, harmless));
        } catch {}
    }

    function _attempt(uint8 who, uint8 how, address target, bytes memory data) private {
        address caller = actors(_dao)[who % 7];
        bytes32 before = _shown.voted();
        (address first, bytes memory whole) = _through(how, target, data);
        vm.prank(caller);
        (bool done_,) = first.call(whole);
        if (before != _shown.voted()) ++touched;
        if (!done_) return;
        if (_isInTable(caller, target, bytes4(data))) ++done[bytes4(data)];
        else ++byStrangers;
    }

    function _through(uint8 how, address target, bytes memory data) private view returns (address, bytes memory) {
        if (how % 3 == 0) return (target, data);
        bytes memory relayed = abi.encodeCall(_dao.manager.execute, (target, data));
        if (how % 3 == 1) return (address(_dao.manager), relayed);
        bytes[] memory batch = new bytes[](1);
        batch[0] = relayed;
        return (address(_dao.manager), abi.encodeCall(_dao.manager.multicall, (batch)));
    }

    /// @dev docs/contracts.md, the table of roles; and a requester takes back what it asked for.
    function _isInTable(address caller, address target, bytes4 name) private view returns (bool) {
        if (target == address(_dao.requests)) {
            bool takesBack = name == _dao.requests.cancel.selector || name == _dao.requests.cancelMandate.selector;
            if (takesBack) return caller == _dao.guardian || caller == _dao.delegate;
            return caller == _dao.settler && name == _dao.requests.settle.selector;
        }
        if (caller != _dao.guardian) return false;
        if (target == address(_dao.enclaves)) return name == _dao.enclaves.withdrawVerifier.selector;
        if (target == address(_dao.measurements)) return name == _dao.measurements.withdraw.selector;
        return target == address(_dao.keys)
            && (name == _dao.keys.suspend.selector || name == _dao.keys.suspendNetwork.selector
                || name == _dao.keys.withdrawCommittee.selector);
    }
}

contract PrivilegesInvariants is WiredDao {
    uint8 private constant GUARDIAN = 1;
    uint8 private constant SETTLER = 2;

    error Outcome(bool done);

    PrivilegesHandler private handler;
    Calls private calls;
    Shown private shown;
    bytes32 private powers;
    address[] private _targets;

    function setUp() public {
        _deploy();
        shown = new Shown(dao);
        calls = new Calls(dao, this);
        handler = new PrivilegesHandler(dao, calls, shown);
        powers = shown.powers();
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens: each call of the table, by its holder.
    function testTheHandlerDoesAllThatGuardianAndSettlerMay() public {
        handler.ask(false);
        handler.cancel(GUARDIAN, 0, 0);
        assertEq(handler.done(dao.requests.cancel.selector), 1);
        handler.place();
        handler.cancelMandate(GUARDIAN, 1);
        assertEq(handler.done(dao.requests.cancelMandate.selector), 1);
        handler.ask(true);
        handler.settle(SETTLER, 2, 1);
        assertEq(handler.done(dao.requests.settle.selector), 1);
        for (uint8 which = 0; which < 4; ++which) handler.vote(which, 0);
        handler.pass(uint32(MIN_DELAY));
        for (uint256 i = 0; i < 4; ++i) handler.execute(4, i);
        assertEq(handler.executed(), 4);
        _guard(calls.WITHDRAW_COMMITTEE(), dao.keys.withdrawCommittee.selector);
        _guard(calls.WITHDRAW_VERIFIER(), dao.enclaves.withdrawVerifier.selector);
        _guard(calls.WITHDRAW(), dao.measurements.withdraw.selector);
        _guard(calls.SUSPEND(), dao.keys.suspend.selector);
        _guard(calls.SUSPEND_NETWORK(), dao.keys.suspendNetwork.selector);
        invariant_NobodyDoesMoreThanTheTableSays();
    }

    /// @dev And so most attempts are refused for who makes them, not for what they say. For a vote there is nothing to
    /// withdraw, consume or cancel here, suspensions are a guardian's, attestations the registry's, authorities the
    /// manager's, and operations the proposer's.
    function testAVoteMayWhatTheOthersAttempt() public {
        uint8[19] memory refused = [4, 5, 7, 11, 17, 21, 24, 25, 26, 27, 28, 39, 40, 41, 42, 43, 44, 49, 51];
        uint256 expected = 0;
        for (uint256 i = 0; i < refused.length; ++i) expected |= 1 << refused[i];
        uint256 found = 0;
        for (uint256 what = 0; what < calls.COUNT(); ++what) {
            try this.undone(what) {} catch (bytes memory outcome) {
                if (keccak256(outcome) != keccak256(abi.encodeWithSelector(Outcome.selector, true))) found |= 1 << what;
            }
        }
        assertEq(found, expected);
    }

    /// @dev Makes the call as a vote, and takes it back.
    function undone(uint256 what) external {
        (address target, bytes memory data) = calls.callOf(what, 9);
        vm.prank(address(dao.timelock));
        (bool done,) = target.call(data);
        revert Outcome(done);
    }

    function testNothingIsExecutedASecondTooEarly() public {
        handler.vote(3, 7);
        handler.pass(uint32(MIN_DELAY) - 1);
        handler.execute(5, 0);
        assertEq(handler.executed(), 0);
        handler.pass(1);
        handler.execute(4, 0);
        assertEq(handler.executed(), 1);
        assertEq(dao.enclaves.platformCap(TEE), 7);
    }

    function invariant_TheTimelockStaysTheOneAdmin() public view {
        assertEq(dao.manager.members(0, 0, 10).length, 1);
        assertTrue(dao.manager.members(0, 0, 10)[0].account == address(dao.timelock));
    }

    function invariant_NoRoleChangesHands() public view {
        assertTrue(shown.powers() == powers);
    }

    function invariant_NobodyDoesMoreThanTheTableSays() public view {
        assertEq(handler.byStrangers(), 0);
        assertEq(handler.touched(), 0);
    }

    function invariant_WhatIsProposedWaitsForItsDelay() public view {
        assertEq(handler.tooEarly(), 0);
    }

    function _guard(uint256 what, bytes4 name) private {
        handler.attempt(GUARDIAN, 0, what, 0);
        assertEq(handler.done(name), 1);
    }
}
