// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAttestationVerifier} from "../../../contracts/attestation/IAttestationVerifier.sol";
import {IEnclaveRegistry, OperatorView} from "../../../contracts/attestation/IEnclaveRegistry.sol";
import {ICommittees} from "../../../contracts/keys/ICommittees.sol";
import {ICommitteeVotes} from "../../../contracts/keys/ICommitteeVotes.sol";
import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {CommitteeParameters, Fork, Network, Shape} from "../../../contracts/keys/KeyTypes.sol";
import {KeyLens} from "../../../contracts/lens/KeyLens.sol";
import {VerifierMock} from "../../../contracts/mocks/VerifierMock.sol";
import {EnclaveId, KeyId} from "../../../contracts/types/Ids.sol";
import {Base, Vm} from "../support/Base.sol";
import {TEE, TRUST_DELAY, Wired, WiredDao} from "../support/WiredDao.sol";

bytes32 constant OTHER_TEE = "another tee";

/// @dev An explorer of what votes and a guardian do: knows logs and the time of their block, and nothing else.
contract VoteExplorer {
    struct Root {
        address former;
        address verifier;
        uint48 effectiveAt;
    }

    struct Proposed {
        bytes32 hash;
        uint48 effectiveAt;
    }

    uint48 private constant COOL_DOWN = 7 days;
    KeyId private constant NETWORK = KeyId.wrap(0);

    OperatorView[] private _operators;
    mapping(address operator => uint256 place) private _places;
    mapping(EnclaveId id => address operator) private _operatorOf;
    mapping(bytes32 tee => Root) private _roots;
    mapping(bytes32 tee => uint16) public platformCap;
    mapping(bytes32 platformId => bool) public isPlatformRevoked;
    mapping(bytes32 tee => bool) public onlyAdmittedPlatforms;
    mapping(bytes32 platformId => bool) public isPlatformAdmitted;
    /// @dev committees whose announced hash is not theirs
    uint256 public lies;
    mapping(KeyId keyId => Proposed) public proposedCommittee;
    mapping(KeyId keyId => uint48) public pausedUntil;
    mapping(KeyId keyId => uint48) private _suspendableAt;
    Network private _network;
    Fork[] private _forks;

    function read(Vm.Log[] calldata logs) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics.length == 0) continue;
            bytes32 name = logs[i].topics[0];
            if (name == IKeyRegistry.NetworkPaused.selector || name == IKeyRegistry.NetworkSuspended.selector) {
                _readNetwork(name, logs[i]);
            } else if (name == IKeyRegistry.BeatSet.selector) {
                (_network.beatBound, _network.releasesPerBeat, _network.margin) =
                    abi.decode(logs[i].data, (uint32, uint32, uint32));
            } else if (logs[i].topics.length > 1) {
                _readRoot(name, logs[i]);
                _readFork(name, logs[i]);
                _readOperator(name, logs[i]);
                _readKey(name, logs[i]);
            }
        }
    }

    function operators() external view returns (OperatorView[] memory) {
        return _operators;
    }

    function network() external view returns (Network memory) {
        return _network;
    }

    function forks() external view returns (Fork[] memory) {
        return _forks;
    }

    /// @dev A cool-down of the network holds for every key.
    function suspendableAt(KeyId keyId) external view returns (uint48) {
        (uint48 own, uint48 all) = (_suspendableAt[keyId], _suspendableAt[NETWORK]);
        return own > all ? own : all;
    }

    function verifierOf(bytes32 tee) public view returns (address) {
        Root storage root = _roots[tee];
        return block.timestamp < root.effectiveAt ? root.former : root.verifier;
    }

    function _readRoot(bytes32 name, Vm.Log calldata log) private {
        bytes32 subject = log.topics[1];
        Root storage root = _roots[subject];
        if (name == IEnclaveRegistry.VerifierSet.selector) {
            address verifier = address(uint160(uint256(log.topics[2])));
            _roots[subject] = Root(verifierOf(subject), verifier, abi.decode(log.data, (uint48)));
        } else if (name == IEnclaveRegistry.VerifierWithdrawn.selector) {
            (root.verifier, root.effectiveAt) = (root.former, 0);
        } else if (name == IEnclaveRegistry.VerifierRemoved.selector) {
            delete _roots[subject];
        } else if (name == IEnclaveRegistry.PlatformCapSet.selector) {
            platformCap[subject] = abi.decode(log.data, (uint16));
        } else if (name == IEnclaveRegistry.PlatformRevoked.selector) {
            isPlatformRevoked[subject] = true;
        } else if (name == IEnclaveRegistry.OnlyAdmittedPlatformsSet.selector) {
            onlyAdmittedPlatforms[subject] = abi.decode(log.data, (bool));
        } else if (name == IEnclaveRegistry.PlatformAdmittedSet.selector) {
            isPlatformAdmitted[subject] = abi.decode(log.data, (bool));
        }
    }

    function _readFork(bytes32 name, Vm.Log calldata log) private {
        if (name == IKeyRegistry.ForkAdded.selector) {
            (bytes4 version, Shape shape, uint48 effectiveAt) = abi.decode(log.data, (bytes4, Shape, uint48));
            _forks.push(Fork(version, uint40(uint256(log.topics[1])), shape, effectiveAt));
        } else if (name == IKeyRegistry.ForkWithdrawn.selector) {
            if (_forks[_forks.length - 1].epoch != uint256(log.topics[1])) ++lies;
            _forks.pop();
        }
    }

    function _readOperator(bytes32 name, Vm.Log calldata log) private {
        address operator = address(uint160(uint256(log.topics[1])));
        EnclaveId id = EnclaveId.wrap(log.topics[1]);
        if (name == IEnclaveRegistry.OperatorSet.selector) {
            if (_places[operator] == 0) {
                _operators.push().operator = operator;
                _places[operator] = _operators.length;
            }
            _operator(operator).region = log.topics[2];
            _operator(operator).cap = abi.decode(log.data, (uint16));
        } else if (name == IEnclaveRegistry.EnclaveChosen.selector) {
            _operator(operator).chosen = EnclaveId.wrap(log.topics[2]);
        } else if (name == IEnclaveRegistry.EnclaveRegistered.selector) {
            _operatorOf[id] = address(uint160(uint256(log.topics[2])));
            ++_operator(_operatorOf[id]).enclaves;
        } else if (name == IEnclaveRegistry.EnclaveSuspended.selector) {
            --_operator(_operatorOf[id]).enclaves;
        }
    }

    function _readKey(bytes32 name, Vm.Log calldata log) private {
        KeyId keyId = KeyId.wrap(log.topics[1]);
        if (name == IKeyRegistry.KeyPaused.selector || name == IKeyRegistry.KeySuspended.selector) {
            pausedUntil[keyId] = abi.decode(log.data, (uint48));
            if (name == IKeyRegistry.KeySuspended.selector) _suspendableAt[keyId] = pausedUntil[keyId] + COOL_DOWN;
        } else if (name == IKeyRegistry.CommitteeAnnounced.selector) {
            (bytes32 hash, uint48 effectiveAt) = abi.decode(log.data, (bytes32, uint48));
            proposedCommittee[keyId] = Proposed(hash, effectiveAt);
        } else if (name == ICommitteeVotes.CommitteeProposed.selector) {
            (bytes32 hash,, CommitteeParameters memory told) =
                abi.decode(log.data, (bytes32, uint48, CommitteeParameters));
            if (hash != keccak256(abi.encode(told))) ++lies;
        } else if (name == IKeyRegistry.CommitteeWithdrawn.selector) {
            delete proposedCommittee[keyId];
        }
    }

    function _readNetwork(bytes32 name, Vm.Log calldata log) private {
        _network.pausedUntil = abi.decode(log.data, (uint48));
        if (name == IKeyRegistry.NetworkPaused.selector) return;
        _suspendableAt[NETWORK] = _network.pausedUntil + COOL_DOWN;
    }

    function _operator(address operator) private view returns (OperatorView storage) {
        return _operators[_places[operator] - 1];
    }
}

/// @dev Votes and a guardian at random, and the explorer after each of them.
contract VotesHandler is Base {
    Wired private _dao;
    WiredDao private immutable _examples;
    VoteExplorer private immutable _explorer;
    EnclaveId private immutable _member;
    IAttestationVerifier[3] public verifiers;
    uint256 public read;

    /// @dev A call that reverts leaves no log.
    modifier shown(address caller) {
        vm.recordLogs();
        vm.prank(caller);
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        read += logs.length;
        _explorer.read(logs);
    }

    constructor(Wired memory dao_, WiredDao examples_, VoteExplorer explorer_) {
        (_dao, _examples, _explorer) = (dao_, examples_, explorer_);
        _member = dao_.enclaves.enclaveOf(dao_.operator);
        verifiers = [
            IAttestationVerifier(new VerifierMock(TEE, "vendor")),
            new VerifierMock(TEE, "vendor"),
            new VerifierMock(OTHER_TEE, "vendor")
        ];
    }

    function setVerifier(uint8 which) external shown(address(_dao.timelock)) {
        _dao.enclaves.setVerifier(verifiers[which % 3]);
    }

    function removeVerifier(bool other) external shown(address(_dao.timelock)) {
        try _dao.enclaves.removeVerifier(other ? OTHER_TEE : TEE) {} catch {}
    }

    function withdrawVerifier(bool other) external shown(_dao.guardian) {
        try _dao.guardianContract.withdrawVerifier(other ? OTHER_TEE : TEE) {} catch {}
    }

    function setOperator(uint8 who, bytes32 region, uint16 cap) external shown(address(_dao.timelock)) {
        _dao.enclaves.setOperator(who < 128 ? _dao.operator : address(uint160(1 + who % 4)), region, cap);
    }

    function setPlatformCap(bool other, uint16 cap) external shown(address(_dao.timelock)) {
        _dao.enclaves.setPlatformCap(other ? OTHER_TEE : TEE, cap);
    }

    function revokePlatform(uint8 which) external shown(address(_dao.timelock)) {
        try _dao.enclaves.revokePlatform(platformOf(which), new EnclaveId[](0)) {} catch {}
    }

    function setOnlyAdmittedPlatforms(bool other, bool only) external shown(address(_dao.timelock)) {
        _dao.enclaves.setOnlyAdmittedPlatforms(other ? OTHER_TEE : TEE, only);
    }

    function setPlatformAdmitted(uint8 which, bool admitted) external shown(address(_dao.timelock)) {
        try _dao.enclaves.setPlatformAdmitted(platformOf(which), admitted) {} catch {}
    }

    function suspendEnclave(EnclaveId id, bool any) external shown(address(_dao.timelock)) {
        try _dao.enclaves.suspend(any ? id : _member) {} catch {}
    }

    function pause(bool all, uint48 until) external shown(address(_dao.timelock)) {
        if (all) _dao.keys.pauseNetwork(until);
        else _dao.keys.pause(_dao.keyId, until);
    }

    function suspend(bool all, uint32 duration) external shown(_dao.guardian) {
        if (all) try _dao.guardianContract.suspendNetwork(duration % 8 days) {} catch {}
        else try _dao.guardianContract.suspend(_dao.keyId, duration % 8 days) {} catch {}
    }

    function setBeat(uint16 beat) external shown(address(_dao.timelock)) {
        _dao.keys.setBeat(60 + uint32(beat), 1 + uint32(beat), 900 + uint32(beat) % 301);
    }

    function addFork(bytes4 version, uint8 later, uint8 shape) external {
        _addFork(version, _lastEpoch() + later, Shape(shape % 5));
    }

    function withdrawFork(bool byVote) external {
        _withdrawFork(byVote, _lastEpoch());
    }

    function proposeCommittee(uint16 window) external {
        _propose(_examples.committeeOf(10 + uint32(window)));
    }

    function withdrawCommittee() external shown(_dao.guardian) {
        try _dao.guardianContract.withdrawCommittee(_dao.keyId) {} catch {}
    }

    function pass(uint32 time) external {
        vm.warp(block.timestamp + time % (2 * TRUST_DELAY));
    }

    function platformOf(uint256 which) public view returns (bytes32) {
        return which % 4 == 0 ? bytes32(uint256(uint160(_dao.operator))) : bytes32(which % 4);
    }

    function _addFork(bytes4 version, uint40 epoch, Shape shape) private shown(address(_dao.timelock)) {
        try _dao.keys.addFork(version, epoch, shape) {} catch {}
    }

    function _withdrawFork(bool byVote, uint40 epoch)
        private
        shown(byVote ? address(_dao.timelock) : _dao.guardian)
    {
        if (byVote) try _dao.keys.withdrawFork(epoch) {} catch {}
        else try _dao.guardianContract.withdrawFork(epoch) {} catch {}
    }

    function _lastEpoch() private view returns (uint40) {
        Fork[] memory told = _explorer.forks();
        return told.length == 0 ? 0 : told[told.length - 1].epoch;
    }

    function _propose(CommitteeParameters memory committee) private shown(address(_dao.timelock)) {
        _dao.votes.propose(_dao.keys, _dao.keyId, committee);
    }
}

contract VoteEventsInvariants is WiredDao {
    VotesHandler private handler;
    VoteExplorer private explorer;
    KeyLens private lens;
    address[] private _targets;

    /// @dev The explorer reads the deployment at its end: nothing of it depends on when it was read.
    function setUp() public {
        explorer = new VoteExplorer();
        vm.recordLogs();
        _deploy();
        explorer.read(vm.getRecordedLogs());
        handler = new VotesHandler(dao, this, explorer);
        lens = new KeyLens(dao.keys, ICommittees(address(0)), dao.enclaves);
        _targets.push(address(handler));
    }

    function targetContracts() external view returns (address[] memory) {
        return _targets;
    }

    /// @dev Without this the invariants might hold because nothing ever happens.
    function testTheExplorerSeesEveryVote() public {
        handler.setVerifier(0);
        handler.pass(uint32(TRUST_DELAY));
        assertTrue(explorer.verifierOf(TEE) == address(handler.verifiers(0)));
        handler.setVerifier(1);
        handler.setVerifier(2);
        handler.withdrawVerifier(false);
        handler.pass(uint32(TRUST_DELAY));
        handler.removeVerifier(true);
        assertTrue(explorer.verifierOf(TEE) == address(handler.verifiers(0)));
        assertTrue(explorer.verifierOf(OTHER_TEE) == address(0));
        handler.setOperator(200, "region", 3);
        handler.setPlatformCap(true, 5);
        handler.revokePlatform(0);
        handler.setOnlyAdmittedPlatforms(true, true);
        handler.setPlatformAdmitted(1, true);
        assertTrue(explorer.onlyAdmittedPlatforms(OTHER_TEE) && explorer.isPlatformAdmitted(handler.platformOf(1)));
        assertEq(handler.read(), 10);
        assertEq(explorer.operators()[0].enclaves, 1);
        handler.suspendEnclave(EnclaveId.wrap(0), false);
        assertEq(explorer.operators()[0].enclaves, 0);
        assertEq(explorer.operators().length, 3);
        invariant_EventsAndTimeGiveWhatRegistriesTrust();
    }

    function testTheExplorerSeesEveryStop() public {
        handler.setBeat(7);
        handler.suspend(false, 1 days);
        assertEq(explorer.suspendableAt(dao.keyId), block.timestamp + 8 days);
        handler.pause(false, 7);
        handler.suspend(true, 2 days);
        handler.pause(true, 9);
        handler.proposeCommittee(7);
        (bytes32 hash,) = explorer.proposedCommittee(dao.keyId);
        assertTrue(hash != 0);
        handler.withdrawCommittee();
        handler.proposeCommittee(8);
        // each proposal is told twice: by the registry, and with its members by who counts the votes
        assertEq(handler.read(), 10);
        invariant_EventsAndTimeGiveEveryStopAndCommittee();
    }

    function testTheExplorerSeesEveryFork() public {
        handler.addFork("7", 9, 3);
        handler.addFork("8", 1, 4);
        handler.addFork("8", 1, 4);
        handler.addFork("9", 1, 3);
        assertEq(explorer.forks().length, 2);
        handler.withdrawFork(false);
        assertEq(explorer.forks().length, 1);
        handler.pass(uint32(2 * TRUST_DELAY) - 1);
        handler.pass(uint32(2 * TRUST_DELAY) - 1);
        handler.withdrawFork(false);
        assertEq(explorer.forks().length, 1);
        handler.addFork("8", 1, 4);
        assertEq(handler.read(), 4);
        invariant_EventsAndTimeGiveEveryFork();
        handler.withdrawFork(true);
        handler.withdrawFork(true);
        assertEq(explorer.forks().length, 0);
        invariant_EventsAndTimeGiveEveryFork();
    }

    /// @custom:shows I9
    function invariant_EventsAndTimeGiveEveryFork() public view {
        Fork[] memory told = explorer.forks();
        Fork[] memory shown = lens.forks();
        assertTrue(keccak256(abi.encode(shown)) == keccak256(abi.encode(told)));
        for (uint256 i = 1; i < told.length; ++i) {
            assertTrue(told[i].epoch > told[i - 1].epoch && told[i].shape >= told[i - 1].shape);
        }
        assertEq(explorer.lies(), 0);
    }

    /// @custom:shows I9
    function invariant_EventsAndTimeGiveWhatRegistriesTrust() public view {
        assertTrue(address(dao.enclaves.verifierOf(TEE)) == explorer.verifierOf(TEE));
        assertTrue(address(dao.enclaves.verifierOf(OTHER_TEE)) == explorer.verifierOf(OTHER_TEE));
        assertEq(dao.enclaves.platformCap(TEE), explorer.platformCap(TEE));
        assertEq(dao.enclaves.platformCap(OTHER_TEE), explorer.platformCap(OTHER_TEE));
        assertTrue(dao.enclaves.onlyAdmittedPlatforms(TEE) == explorer.onlyAdmittedPlatforms(TEE));
        assertTrue(dao.enclaves.onlyAdmittedPlatforms(OTHER_TEE) == explorer.onlyAdmittedPlatforms(OTHER_TEE));
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 platform = handler.platformOf(i);
            assertTrue(dao.enclaves.isPlatformRevoked(platform) == explorer.isPlatformRevoked(platform));
            assertTrue(dao.enclaves.isPlatformAdmitted(platform) == explorer.isPlatformAdmitted(platform));
        }
        OperatorView[] memory told = explorer.operators();
        assertEq(dao.enclaves.operatorCount(), told.length);
        for (uint256 i = 0; i < told.length; ++i) {
            OperatorView memory shown = dao.enclaves.operator(dao.enclaves.operatorAt(i));
            assertTrue(keccak256(abi.encode(shown)) == keccak256(abi.encode(told[i])));
        }
    }

    /// @custom:shows I9
    function invariant_EventsAndTimeGiveEveryStopAndCommittee() public view {
        assertTrue(keccak256(abi.encode(dao.keys.network())) == keccak256(abi.encode(explorer.network())));
        assertEq(dao.keys.key(dao.keyId).pausedUntil, explorer.pausedUntil(dao.keyId));
        assertEq(dao.keys.suspendableAt(dao.keyId), explorer.suspendableAt(dao.keyId));
        assertEq(dao.keys.suspendableAt(KeyId.wrap(0)), explorer.suspendableAt(KeyId.wrap(0)));
        (bytes32 hash, uint48 effectiveAt) = dao.keys.proposedCommittee(dao.keyId);
        (bytes32 told, uint48 toldAt) = explorer.proposedCommittee(dao.keyId);
        assertTrue(hash == told);
        assertEq(effectiveAt, toldAt);
        assertEq(explorer.lies(), 0);
    }
}
