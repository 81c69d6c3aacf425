// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {MeasurementRecord} from "../../../contracts/attestation/IMeasurementRegistry.sol";
import {
    CommitteeParameters,
    Key,
    KeyParameters,
    Network,
    RowParameters,
    Scheme,
    Shape
} from "../../../contracts/keys/KeyTypes.sol";
import {VerifierMock} from "../../../contracts/mocks/VerifierMock.sol";
import {Intent, RequestHeader} from "../../../contracts/requests/ISigningRequests.sol";
import {RequestHash} from "../../../contracts/requests/RequestHash.sol";
import {Limits} from "../../../contracts/requests/guards/ISpendingLimits.sol";
import {Mandate} from "../../../contracts/requests/modules/IMandates.sol";
import {EnclaveId, MandateId} from "../../../contracts/types/Ids.sol";
import {PayloadKinds} from "../../../contracts/types/Kinds.sol";
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
        Key memory key = _dao.keys.key(_dao.keyId);
        key.pausedUntil = 0;
        Network memory network = _dao.keys.network();
        network.pausedUntil = 0;
        bytes memory limits = abi.encode(_dao.limits.limitsOf(_dao.requests, _dao.keyId, _dao.delegate));
        bytes memory keys = abi.encode(key, _dao.keys.ceremonyOf(_dao.keyId), _dao.keys.keyCount(), _rows());
        return keccak256(abi.encode(keys, network, limits, _trust(), _dao.guardianContract.guardian()));
    }

    /// @dev The delegate may raise its own row, and does not here.
    function _rows() private view returns (bytes memory rows) {
        address[7] memory accounts = actors(_dao);
        for (uint256 i = 0; i < 7; ++i) {
            rows = abi.encode(rows, _dao.keys.rowOf(_dao.keyId, accounts[i]));
            rows = abi.encode(rows, _dao.keys.moduleOf(_dao.keyId, accounts[i]));
        }
    }

    /// @dev The first measurement serves; those after it are in their trial.
    function _trust() private view returns (bytes memory) {
        return abi.encode(
            _dao.enclaves.enclave(_dao.enclaves.enclaveIdAt(0)),
            _dao.enclaves.enclave(_dao.enclaves.enclaveIdAt(1)),
            _dao.enclaves.operator(_dao.operator),
            _dao.enclaves.operatorCount(),
            _dao.enclaves.verifierOf(TEE),
            _dao.enclaves.vendorOf(TEE),
            _dao.enclaves.platformCap(TEE),
            _dao.enclaves.isPlatformRevoked(bytes32(uint256(uint160(_dao.operator)))),
            _platformList(),
            _dao.measurements.measurement(_dao.measurement),
            _dao.measurements.measurementCount()
        );
    }

    function _platformList() private view returns (bytes memory) {
        bytes32 platform = bytes32(uint256(uint160(_dao.delegate)));
        return abi.encode(_dao.enclaves.onlyAdmittedPlatforms(TEE), _dao.enclaves.isPlatformAdmitted(platform));
    }

    function _targets() private view returns (bytes memory state) {
        address[7] memory targets = managed(_dao);
        for (uint256 i = 0; i < 7; ++i) {
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

/// @dev What obeys the access manager.
function managed(Wired memory dao) pure returns (address[7] memory) {
    return [
        address(dao.measurements),
        address(dao.enclaves),
        address(dao.keys),
        address(dao.votes),
        address(dao.limits),
        address(dao.requests),
        address(dao.guardianContract)
    ];
}

/// @dev Every privileged call that needs no header, with arguments drawn from a seed: those of the registries, those of
/// the Guardian, then those of the administration.
contract Calls {
    uint256 public constant COUNT = 70;
    uint256 public constant PROPOSE_COMMITTEE = 10;
    uint256 public constant SET_VERIFIER = 11;
    uint256 public constant SET_PLATFORM_CAP = 14;
    uint256 public constant APPROVE = 18;
    uint256 public constant LIST_MODULE = 25;
    uint256 public constant GUARD = 29;
    uint256 public constant GUARDS = 6;
    uint256 public constant ADD_FORK = 65;
    uint256 public constant GUARD_FORKS = 67;
    uint256 public constant ONLY_ADMITTED_PLATFORMS = 68;

    Wired private _dao;
    WiredDao private immutable _examples;
    VerifierMock private immutable _other = new VerifierMock(TEE, "vendor");

    constructor(Wired memory dao_, WiredDao examples_) {
        (_dao, _examples) = (dao_, examples_);
    }

    function callOf(uint256 what, uint256 seed) external view returns (address, bytes memory) {
        if (what < 10) return (address(_dao.keys), _ofKeys(what, seed));
        if (what == 10) return (address(_dao.votes), _ofVotes(seed));
        if (what < 18) return (address(_dao.enclaves), _ofEnclaves(what, seed));
        if (what < 23) return (address(_dao.measurements), _ofMeasurements(what, seed));
        if (what < 25) return (address(_dao.limits), _ofLimits(what, seed));
        if (what < 28) return (address(_dao.requests), _ofModules(what));
        if (what < 35) return (address(_dao.guardianContract), _ofGuardian(what, seed));
        if (what < 42) return (_target(what), abi.encodeCall(IAccessManaged.setAuthority, (address(_other))));
        if (what < 47) return (address(_dao.manager), _ofMembers(what - 42, seed));
        if (what < 54) return (address(_dao.manager), _ofTargets(what - 47, seed));
        if (what < 56) return (address(_dao.manager), _ofLabels(what - 54, seed));
        if (what == GUARD_FORKS) {
            return (address(_dao.guardianContract), abi.encodeCall(_dao.guardianContract.withdrawFork, (7)));
        }
        if (what >= ONLY_ADMITTED_PLATFORMS) return (address(_dao.enclaves), _ofPlatforms(what));
        if (what > 64) return (address(_dao.keys), _ofForks(what));
        return (address(_dao.timelock), what < 60 ? _ofProposals(what - 56, seed) : _ofTimelock(what - 60, seed));
    }

    function _ofKeys(uint256 what, uint256 seed) private view returns (bytes memory) {
        uint48 time = uint48(block.timestamp + seed % 30 days);
        if (what == 0) return abi.encodeCall(_dao.keys.createKey, (_key(seed)));
        if (what == 1) return abi.encodeCall(_dao.keys.setRow, (_dao.keyId, _examples.rowFor(_account(seed))));
        if (what == 2) return abi.encodeCall(_dao.keys.removeRow, (_dao.keyId, _dao.delegate));
        if (what == 3) return abi.encodeCall(_dao.keys.pause, (_dao.keyId, time));
        if (what == 4) return abi.encodeCall(_dao.keys.pauseNetwork, (time));
        if (what == 5) return abi.encodeCall(_dao.keys.suspend, (_dao.keyId, uint48(seed % 8 days)));
        if (what == 6) return abi.encodeCall(_dao.keys.suspendNetwork, (uint48(seed % 8 days)));
        if (what == 7) return abi.encodeCall(_dao.keys.withdrawCommittee, (_dao.keyId));
        if (what == 8) return abi.encodeCall(_dao.keys.announceCommittee, (_dao.keyId, bytes32(seed)));
        return abi.encodeCall(_dao.keys.setBeat, (uint32(60 + seed % 1000), 7, uint32(900 + seed % 301)));
    }

    /// @dev The list is asked for where nothing is on it; and one platform is put on it.
    function _ofPlatforms(uint256 what) private view returns (bytes memory) {
        bytes32 platform = bytes32(uint256(uint160(_dao.delegate)));
        if (what > ONLY_ADMITTED_PLATFORMS) return abi.encodeCall(_dao.enclaves.setPlatformAdmitted, (platform, true));
        return abi.encodeCall(_dao.enclaves.setOnlyAdmittedPlatforms, (TEE, true));
    }

    function _ofForks(uint256 what) private view returns (bytes memory) {
        if (what == ADD_FORK) return abi.encodeCall(_dao.keys.addFork, ("fork", 7, Shape.Gloas));
        return abi.encodeCall(_dao.keys.withdrawFork, (7));
    }

    function _key(uint256 seed) private view returns (KeyParameters memory key) {
        RowParameters[] memory rows = new RowParameters[](1);
        rows[0] = _examples.rowFor(_account(seed));
        return KeyParameters(Scheme.Bip340, _committee(seed), rows);
    }

    function _committee(uint256 seed) private view returns (CommitteeParameters memory) {
        return _examples.committeeOf(uint32(10 + seed % 1 days));
    }

    function _ofVotes(uint256 seed) private view returns (bytes memory) {
        return abi.encodeCall(_dao.votes.propose, (_dao.keys, _dao.keyId, _committee(seed)));
    }

    /// @dev The one that is listed, by its own code; and another, which the guardian can take back.
    function _ofModules(uint256 what) private view returns (bytes memory) {
        address module = address(_examples);
        if (what == 25) return abi.encodeCall(_dao.requests.listModule, (module, module.codehash));
        if (what == 26) return abi.encodeCall(_dao.requests.withdrawModule, (module));
        return abi.encodeCall(_dao.requests.removeModule, (address(_dao.mandates)));
    }

    /// @dev Those of GUARD and after are the guardian's, and the one before a vote's.
    function _ofGuardian(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes32 trial = _dao.measurements.measurementOf(TEE, "image", bytes32(1 + seed / 2 % 4));
        if (what == 28) return abi.encodeCall(_dao.guardianContract.setGuardian, (_account(seed)));
        if (what == 29) return abi.encodeCall(_dao.guardianContract.withdrawCommittee, (_dao.keyId));
        if (what == 30) return abi.encodeCall(_dao.guardianContract.withdrawVerifier, (TEE));
        if (what == 31) return abi.encodeCall(_dao.guardianContract.withdrawMeasurement, (trial));
        if (what == 32) return abi.encodeCall(_dao.guardianContract.withdrawModule, (address(_examples)));
        if (what == 33) return abi.encodeCall(_dao.guardianContract.suspend, (_dao.keyId, uint48(seed % 8 days)));
        return abi.encodeCall(_dao.guardianContract.suspendNetwork, (uint48(seed % 8 days)));
    }

    function _ofEnclaves(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes32 platform = bytes32(uint256(uint160(_dao.operator)));
        if (what == 11) return abi.encodeCall(_dao.enclaves.setVerifier, (_other));
        if (what == 12) return abi.encodeCall(_dao.enclaves.removeVerifier, (TEE));
        if (what == 13) return abi.encodeCall(_dao.enclaves.withdrawVerifier, (TEE));
        if (what == 14) return abi.encodeCall(_dao.enclaves.setPlatformCap, (TEE, uint16(seed)));
        if (what == 15) return abi.encodeCall(_dao.enclaves.revokePlatform, (platform, new EnclaveId[](0)));
        if (what == 16) return abi.encodeCall(_dao.enclaves.setOperator, (_account(seed), "elsewhere", uint16(seed)));
        return abi.encodeCall(_dao.enclaves.suspend, (_dao.enclaves.enclaveOf(_dao.operator)));
    }

    /// @dev Those of the guardian fit the one in its trial as often as the one that serves.
    function _ofMeasurements(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes32 trial = _dao.measurements.measurementOf(TEE, "image", bytes32(1 + seed / 2 % 4));
        bytes32 id = seed % 2 == 0 ? trial : _dao.measurement;
        MeasurementRecord memory record = MeasurementRecord(TEE, "image", bytes32(1 + seed / 2 % 4), 0, "", "");
        if (what == 18) return abi.encodeCall(_dao.measurements.approve, (record));
        if (what == 19) return abi.encodeCall(_dao.measurements.withdraw, (id));
        if (what == 20) return abi.encodeCall(_dao.measurements.retire, (id));
        if (what == 21) return abi.encodeCall(_dao.measurements.revoke, (id));
        return abi.encodeCall(_dao.measurements.noteAttestation, (id, _account(seed)));
    }

    function _ofLimits(uint256 what, uint256 seed) private view returns (bytes memory) {
        address account = _account(seed);
        if (what == 23) return abi.encodeCall(_dao.limits.removeLimits, (_dao.requests, _dao.keyId, account));
        Limits memory limits = _dao.limits.limitsOf(_dao.requests, _dao.keyId, _dao.delegate);
        return abi.encodeCall(_dao.limits.setLimits, (_dao.requests, _dao.keyId, account, limits));
    }

    /// @dev Who has a role may give it up, and nobody gets it; here everybody says it of the timelock.
    function _ofMembers(uint256 what, uint256 seed) private view returns (bytes memory) {
        (uint64 role, address account) = (uint64(seed / 8 % 4), _account(seed));
        if (what == 0) return abi.encodeCall(_dao.manager.grantRole, (role, account, 0));
        if (what == 1) return abi.encodeCall(_dao.manager.revokeRole, (role, account));
        if (what == 2) return abi.encodeCall(_dao.manager.renounceRole, (role, address(_dao.timelock)));
        if (what == 3) return abi.encodeCall(_dao.manager.setRoleAdmin, (role, uint64(seed / 32 % 4)));
        return abi.encodeCall(_dao.manager.setRoleGuardian, (role, uint64(seed / 32 % 4)));
    }

    function _ofTargets(uint256 what, uint256 seed) private view returns (bytes memory) {
        (address target, uint64 role) = (_target(seed), uint64(seed / 8 % 4));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = _dao.keys.setRow.selector;
        bytes memory suspension = abi.encodeCall(_dao.keys.suspendNetwork, (1));
        if (what == 0) return abi.encodeCall(_dao.manager.setTargetFunctionRole, (target, selectors, role));
        if (what == 1) return abi.encodeCall(_dao.manager.setTargetAdminDelay, (target, uint32(seed)));
        if (what == 2) return abi.encodeCall(_dao.manager.setTargetClosed, (target, true));
        if (what == 3) return abi.encodeCall(_dao.manager.updateAuthority, (target, address(_other)));
        if (what == 4) return abi.encodeCall(_dao.manager.setGrantDelay, (role, uint32(seed)));
        if (what == 5) return abi.encodeCall(_dao.manager.schedule, (address(_dao.keys), suspension, 0));
        return abi.encodeCall(_dao.manager.consumeScheduledOp, (_account(seed), suspension));
    }

    function _ofLabels(uint256 what, uint256 seed) private view returns (bytes memory) {
        bytes memory suspension = abi.encodeCall(_dao.keys.suspendNetwork, (1));
        if (what == 0) return abi.encodeCall(_dao.manager.labelRole, (uint64(1 + seed % 3), "another"));
        return abi.encodeCall(_dao.manager.cancel, (_account(seed), address(_dao.keys), suspension));
    }

    /// @dev Another pause, under an id that nobody scheduled, or with too short a delay.
    function _ofProposals(uint256 what, uint256 seed) private view returns (bytes memory) {
        (address[] memory targets, uint256[] memory values) = (new address[](1), new uint256[](1));
        bytes[] memory payloads = new bytes[](1);
        (targets[0], payloads[0]) = (address(_dao.keys), abi.encodeCall(_dao.keys.pauseNetwork, (uint48(seed))));
        uint256 delay = seed % MIN_DELAY;
        if (what == 0) return abi.encodeCall(_dao.timelock.schedule, (targets[0], 0, payloads[0], 0, "", delay));
        if (what == 1) return abi.encodeCall(_dao.timelock.scheduleBatch, (targets, values, payloads, 0, "", delay));
        if (what == 2) return abi.encodeCall(_dao.timelock.execute, (targets[0], 0, payloads[0], 0, ""));
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
        if (what == 0) return abi.encodeCall(_dao.timelock.grantRole, (role, _account(seed)));
        if (what == 1) return abi.encodeCall(_dao.timelock.revokeRole, (role, _account(seed)));
        if (what == 2) return abi.encodeCall(_dao.timelock.renounceRole, (role, address(_dao.timelock)));
        if (what == 3) return abi.encodeCall(_dao.timelock.updateDelay, (seed % MIN_DELAY));
        return abi.encodeCall(_dao.timelock.cancel, (bytes32(seed)));
    }

    function _account(uint256 seed) private view returns (address) {
        return actors(_dao)[seed % 7];
    }

    function _target(uint256 seed) private view returns (address) {
        address[7] memory targets = managed(_dao);
        return targets[seed % 7];
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
    MandateId private _placed;

    mapping(bytes4 selector => uint256) public done;
    uint256 public executed;
    uint256 public byStrangers;
    uint256 public touched;
    uint256 public tooEarly;

    constructor(Wired memory dao_, Calls calls_, Shown shown_) {
        (_dao, _calls, _shown) = (dao_, calls_, shown_);
        _mandate.keyId = dao_.keyId;
        _mandate.kind = PayloadKinds.BITCOIN_PSBT;
    }

    function attempt(uint8 who, uint8 how, uint256 what, uint256 seed) external {
        (address target, bytes memory data) = _calls.callOf(what % _calls.COUNT(), seed);
        _attempt(who, how, target, data);
    }

    /// @dev At the requests contract, or at the Guardian.
    function cancel(uint8 who, uint8 how, uint256 seed, bool guarded) external {
        vm.assume(_headers.length > 0);
        RequestHeader memory header = _headers[seed % _headers.length];
        address target = guarded ? address(_dao.guardianContract) : address(_dao.requests);
        _attempt(who, how, target, abi.encodeCall(_dao.requests.cancel, (header)));
    }

    function settle(uint8 who, uint8 how, uint256 seed) external {
        vm.assume(_headers.length > 0);
        RequestHeader memory header = _headers[seed % _headers.length];
        _attempt(who, how, address(_dao.limits), abi.encodeCall(_dao.limits.settle, (_dao.requests, header)));
    }

    /// @dev A mandate, at the requests contract or at the Guardian.
    function withdraw(uint8 who, uint8 how, bool guarded) external {
        vm.assume(MandateId.unwrap(_placed) != 0);
        address target = guarded ? address(_dao.guardianContract) : address(_dao.requests);
        bytes32 hash = MandateId.unwrap(_placed);
        bytes memory data =
            abi.encodeCall(_dao.requests.withdraw, (address(_dao.mandates), _dao.keyId, _dao.delegate, hash));
        _attempt(who, how, target, data);
    }

    /// @dev The delegate asks; anyone makes it ready.
    function ask(bool ready) external {
        Intent memory intent;
        (intent.keyId, intent.kind) = (_dao.keyId, PayloadKinds.BITCOIN_PSBT);
        intent.digests = new bytes[](1);
        intent.digests[0] = abi.encode(bytes32("message"));
        intent.deadline = uint48(block.timestamp + 30 days);
        vm.prank(_dao.delegate);
        try _dao.requests.request(intent) {
            _headers.push(this.headerOf(intent, _dao.requests.requestCount()));
            if (ready) _markReady();
        } catch {}
    }

    function headerOf(Intent calldata intent, uint64 counter) external view returns (RequestHeader memory) {
        return RequestHash.headerOf(intent, _dao.delegate, counter);
    }

    function place() external {
        _mandate.deadline = uint48(block.timestamp + 30 days);
        vm.prank(_dao.delegate);
        try _dao.mandates.place(_mandate) returns (MandateId id) {
            _placed = id;
        } catch {}
    }

    function _markReady() private {
        vm.warp(block.timestamp + 1);
        try _dao.requests.markReady(_headers[_headers.length - 1]) {} catch {}
    }

    function propose(uint256 what, uint256 seed, uint32 delay) external {
        _propose(what % _calls.COUNT(), seed, delay % (2 * MIN_DELAY), false);
    }

    /// @dev What gives a guardian something to take back.
    function vote(uint8 which, uint256 seed) external {
        uint256[6] memory harmless = [
            _calls.PROPOSE_COMMITTEE(),
            _calls.SET_VERIFIER(),
            _calls.APPROVE(),
            _calls.LIST_MODULE(),
            _calls.SET_PLATFORM_CAP(),
            _calls.ADD_FORK()
        ];
        _propose(harmless[which % 6], seed, MIN_DELAY, true);
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

    /// @dev docs/contracts/README.md, the table of roles; and a requester takes back what it asked for.
    function _isInTable(address caller, address target, bytes4 name) private view returns (bool) {
        if (target == address(_dao.guardianContract)) {
            return caller == _dao.guardian && name != _dao.guardianContract.setGuardian.selector;
        }
        if (target == address(_dao.requests)) {
            bool takesBack = name == _dao.requests.cancel.selector || name == _dao.requests.withdraw.selector;
            return caller == _dao.delegate && takesBack;
        }
        return caller == _dao.settler && target == address(_dao.limits) && name == _dao.limits.settle.selector;
    }
}

contract PrivilegesInvariants is WiredDao {
    uint8 private constant GUARDIAN = 1;
    uint8 private constant SETTLER = 2;
    uint8 private constant DELEGATE = 6;

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
        handler.cancel(GUARDIAN, 0, 0, true);
        assertEq(handler.done(dao.requests.cancel.selector), 1);
        handler.ask(false);
        handler.cancel(DELEGATE, 0, 1, false);
        assertEq(handler.done(dao.requests.cancel.selector), 2);
        handler.place();
        handler.withdraw(GUARDIAN, 0, true);
        assertEq(handler.done(dao.requests.withdraw.selector), 1);
        handler.place();
        handler.withdraw(DELEGATE, 0, false);
        assertEq(handler.done(dao.requests.withdraw.selector), 2);
        handler.ask(true);
        handler.settle(SETTLER, 2, 2);
        assertEq(handler.done(dao.limits.settle.selector), 1);
        for (uint8 which = 0; which < 6; ++which) handler.vote(which, 0);
        handler.pass(uint32(MIN_DELAY));
        for (uint256 i = 0; i < 6; ++i) handler.execute(4, i);
        assertEq(handler.executed(), 6);
        for (uint256 i = 0; i < calls.GUARDS(); ++i) _guard(calls.GUARD() + i);
        _guard(calls.GUARD_FORKS());
        invariant_NobodyDoesMoreThanTheTableSays();
    }

    /// @dev And so most attempts are refused for who makes them, not for what they say. For a vote there is nothing to
    /// withdraw, consume or cancel here, suspensions are a guardian's, attestations the registry's, authorities the
    /// manager's, and operations the proposer's.
    function testAVoteMayWhatTheOthersAttempt() public {
        uint8[31] memory refused = [
            5, 6, 7, 8, 13, 19, 22, 26, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 52, 53, 55, 56, 57, 58, 59,
            64, 66, 67
        ];
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
        handler.vote(4, 7);
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

    function _guard(uint256 what) private {
        (, bytes memory data) = calls.callOf(what, 0);
        handler.attempt(GUARDIAN, 0, what, 0);
        assertEq(handler.done(bytes4(data)), 1);
    }
}
