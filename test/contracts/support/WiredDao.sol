// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {EnclaveRegistry} from "../../../contracts/attestation/EnclaveRegistry.sol";
import {Attestation} from "../../../contracts/attestation/IAttestationVerifier.sol";
import {BootEntry, BootRecord, Registration} from "../../../contracts/attestation/IEnclaveRegistry.sol";
import {MeasurementRecord} from "../../../contracts/attestation/IMeasurementRegistry.sol";
import {MeasurementRegistry} from "../../../contracts/attestation/MeasurementRegistry.sol";
import {Guardian} from "../../../contracts/governance/Guardian.sol";
import {QuorateAccessManager} from "../../../contracts/governance/QuorateAccessManager.sol";
import {CommitteeVotes} from "../../../contracts/keys/CommitteeVotes.sol";
import {Committees} from "../../../contracts/keys/Committees.sol";
import {DerivedKeys} from "../../../contracts/keys/DerivedKeys.sol";
import {KeyRegistry} from "../../../contracts/keys/KeyRegistry.sol";
import {
    Beat,
    CommitteeParameters,
    Confirmation,
    KeyParameters,
    PublicKey,
    RowParameters,
    Scheme
} from "../../../contracts/keys/KeyTypes.sol";
import {VerifierMock} from "../../../contracts/mocks/VerifierMock.sol";
import {SigningRequests} from "../../../contracts/requests/SigningRequests.sol";
import {Closed} from "../../../contracts/requests/guards/Closed.sol";
import {Cap, Limits} from "../../../contracts/requests/guards/ISpendingLimits.sol";
import {SpendingLimits} from "../../../contracts/requests/guards/SpendingLimits.sol";
import {Mandates} from "../../../contracts/requests/modules/Mandates.sol";
import {Refusals} from "../../../contracts/requests/modules/Refusals.sol";
import {ISignatureVerifier} from "../../../contracts/signatures/ISignatureVerifier.sol";
import {EnclaveId, KeyId} from "../../../contracts/types/Ids.sol";
import {PayloadKinds} from "../../../contracts/types/Kinds.sol";
import {REPORT_TAG} from "../../../contracts/types/Tags.sol";
import {Base} from "./Base.sol";

bytes32 constant TEE = "tee";
uint48 constant MIN_DELAY = 2 days;
uint48 constant TRUST_DELAY = 10 days;

/// @dev Everything that a vote rules, and who holds which role.
struct Wired {
    QuorateAccessManager manager;
    TimelockController timelock;
    MeasurementRegistry measurements;
    EnclaveRegistry enclaves;
    KeyRegistry keys;
    CommitteeVotes votes;
    SpendingLimits limits;
    SigningRequests requests;
    Mandates mandates;
    Guardian guardianContract;
    KeyId keyId;
    bytes32 measurement;
    address deployer;
    address governor;
    address guardian;
    address settler;
    address operator;
    address delegate;
    address anyone;
}

/// @dev Signatures of threshold keys are always good.
contract Believer is ISignatureVerifier {
    function verify(Scheme, PublicKey calldata, bytes calldata, bytes calldata) external pure returns (bool) {
        return true;
    }
}

/// @dev A DAO as `scripts/deploy` leaves it, and then: a measurement that serves, two enclaves, one active key, one
/// delegate.
abstract contract WiredDao is Base {
    uint64 private constant ENCLAVE_REGISTRY = 1;
    uint64 private constant GUARDIAN = 2;
    uint64 private constant SETTLER = 3;

    Wired internal dao;

    /// @dev This contract is the deployer, and keeps nothing.
    function _deploy() internal {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        _appoint();
        _create();
        _grantRoles();
        _setUp();
        dao.manager.grantRole(0, address(dao.timelock), 0);
        dao.manager.renounceRole(0, address(this));
        dao.timelock.renounceRole(0, address(this));
    }

    function _appoint() private {
        dao.deployer = address(this);
        dao.governor = address(0x60BE);
        dao.guardian = address(0x60A2);
        dao.settler = address(0x5E77);
        dao.operator = vm.addr(1);
        dao.delegate = address(0xDE1E);
        dao.anyone = address(0xA1);
    }

    function _create() private {
        dao.timelock = new TimelockController(MIN_DELAY, new address[](0), new address[](1), address(this));
        dao.manager = new QuorateAccessManager(address(this));
        address authority = address(dao.manager);
        dao.measurements = new MeasurementRegistry(authority, 2, 1 hours);
        dao.enclaves = new EnclaveRegistry(authority, dao.measurements, TRUST_DELAY);
        dao.votes = new CommitteeVotes(authority);
        _createKeys(authority, new Believer());
        dao.limits = new SpendingLimits(authority);
        dao.mandates = new Mandates(dao.requests);
        dao.guardianContract =
            new Guardian(authority, dao.guardian, dao.keys, dao.enclaves, dao.measurements, dao.requests);
    }

    function _createKeys(address authority, Believer believer) private {
        dao.keys = new KeyRegistry(
            authority,
            dao.enclaves,
            new Committees(dao.enclaves),
            believer,
            address(dao.votes),
            address(new Closed()),
            3 * TRUST_DELAY,
            Beat(60, 64, 900, 1)
        );
        DerivedKeys derived = new DerivedKeys(dao.keys, believer);
        address refusals = address(new Refusals(dao.keys));
        dao.requests = new SigningRequests(authority, dao.keys, derived, refusals, TRUST_DELAY);
    }

    /// @dev As scripts/deploy/plan.ts does.
    function _grantRoles() private {
        _allow(address(dao.measurements), dao.measurements.noteAttestation.selector, ENCLAVE_REGISTRY);
        _allow(address(dao.requests), dao.requests.cancel.selector, GUARDIAN);
        _allow(address(dao.requests), dao.requests.withdraw.selector, GUARDIAN);
        _allow(address(dao.requests), dao.requests.withdrawModule.selector, GUARDIAN);
        _allow(address(dao.keys), dao.keys.suspend.selector, GUARDIAN);
        _allow(address(dao.keys), dao.keys.suspendNetwork.selector, GUARDIAN);
        _allow(address(dao.keys), dao.keys.withdrawCommittee.selector, GUARDIAN);
        _allow(address(dao.keys), dao.keys.withdrawFork.selector, GUARDIAN);
        _allow(address(dao.enclaves), dao.enclaves.withdrawVerifier.selector, GUARDIAN);
        _allow(address(dao.measurements), dao.measurements.withdraw.selector, GUARDIAN);
        _allow(address(dao.limits), dao.limits.settle.selector, SETTLER);
        dao.manager.grantRole(ENCLAVE_REGISTRY, address(dao.enclaves), 0);
        dao.manager.grantRole(GUARDIAN, address(dao.timelock), 0);
        dao.manager.grantRole(GUARDIAN, address(dao.guardianContract), 0);
        dao.manager.grantRole(SETTLER, address(dao.timelock), 0);
        dao.manager.grantRole(SETTLER, dao.settler, 0);
        dao.timelock.grantRole(dao.timelock.PROPOSER_ROLE(), dao.governor);
        dao.timelock.grantRole(dao.timelock.CANCELLER_ROLE(), dao.governor);
    }

    function _allow(address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        dao.manager.setTargetFunctionRole(target, selectors, role);
    }

    /// @dev What the first votes would do.
    function _setUp() private {
        dao.enclaves.setVerifier(new VerifierMock(TEE, "vendor"));
        dao.measurement = dao.measurements.approve(MeasurementRecord(TEE, "image", "configuration", 0, "", ""));
        for (uint256 key = 1; key <= 2; ++key) {
            dao.enclaves.setOperator(vm.addr(key), "region", 1);
            _register(key);
        }
        vm.warp(block.timestamp + 1 hours);
        dao.measurements.promote(dao.measurement);
        // while there is no key a module takes effect at once
        dao.requests.listModule(address(dao.mandates), address(dao.mandates).codehash);
        dao.keyId = dao.keys.createKey(_parameters());
        for (uint256 key = 1; key <= 2; ++key) _confirm(key);
        dao.keys.activate(dao.keyId, "");
        dao.limits.setLimits(dao.requests, dao.keyId, dao.delegate, _limits());
    }

    function _parameters() private view returns (KeyParameters memory parameters) {
        parameters.scheme = Scheme.Bip340;
        parameters.committee = committeeOf(600);
        parameters.rows = new RowParameters[](1);
        parameters.rows[0] = rowFor(dao.delegate);
    }

    /// @dev Both operators; the window tells one vote from another.
    function committeeOf(uint32 window) public pure returns (CommitteeParameters memory committee) {
        committee.threshold = 2;
        committee.operators = new address[](2);
        (committee.operators[0], committee.operators[1]) = (vm.addr(1), vm.addr(2));
        committee.attemptWindow = window;
    }

    /// @dev Within limits, and after a second in which it may be taken back.
    function rowFor(address requester) public view returns (RowParameters memory row) {
        row.requester = requester;
        row.guard = address(dao.limits);
        row.module = address(dao.mandates);
        row.kinds = PayloadKinds.setOf(PayloadKinds.BITCOIN_PSBT);
        row.delay = 1;
    }

    function _limits() private pure returns (Limits memory limits) {
        limits.expiresAt = type(uint48).max;
        limits.kinds = PayloadKinds.setOf(PayloadKinds.BITCOIN_PSBT);
        limits.maxUnsettled = 1000;
        limits.caps = new Cap[](1);
        limits.caps[0] = Cap({asset: "asset", capacity: 1, window: 1, feeCap: 1});
    }

    function _register(uint256 key) private {
        address identity = vm.addr(key + 10);
        Registration memory registration = Registration({
            operator: vm.addr(key),
            identity: identity,
            region: "region",
            tlsKey: 0,
            endpoint: "",
            epoch: 1,
            challengeBlock: uint64(block.number - 1),
            challenge: blockhash(block.number - 1),
            tee: TEE
        });
        bytes32 hash = _registrationHash(registration);
        bytes memory evidence = _evidence(registration);
        bytes32 presented = _presentationHash(hash, evidence);
        dao.enclaves.register(registration, evidence, _signRegistry(key + 10, hash), _signRegistry(key, presented));
        _boot(key, dao.enclaves.enclaveId(vm.addr(key), identity));
    }

    function _evidence(Registration memory it) private view returns (bytes memory) {
        bytes32 reportData = keccak256(
            abi.encode(
                REPORT_TAG, block.chainid, address(dao.enclaves), it.operator, it.identity, it.epoch, it.challenge
            )
        );
        bytes32 platform = bytes32(uint256(uint160(it.operator)));
        return abi.encode(Attestation(TEE, dao.measurement, reportData, platform, 0, type(uint48).max, 0, 0));
    }

    function _signRegistry(uint256 key, bytes32 hash) private view returns (bytes memory) {
        return _sign(key, _digest("Quorate EnclaveRegistry", address(dao.enclaves), hash));
    }

    function _presentationHash(bytes32 registration, bytes memory evidence) private pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "Presentation(Registration registration,bytes32 evidence)"
            "Registration(address operator,address identity,bytes32 region,bytes32 tlsKey,string endpoint,"
            "uint32 epoch,uint64 challengeBlock,bytes32 challenge,bytes32 tee)"
        );
        return keccak256(abi.encode(typehash, registration, keccak256(evidence)));
    }

    function _registrationHash(Registration memory it) private pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "Registration(address operator,address identity,bytes32 region,bytes32 tlsKey,string endpoint,"
            "uint32 epoch,uint64 challengeBlock,bytes32 challenge,bytes32 tee)"
        );
        bytes32 endpoint = keccak256(bytes(it.endpoint));
        bytes memory head = abi.encode(typehash, it.operator, it.identity, it.region, it.tlsKey, endpoint);
        return keccak256(bytes.concat(head, abi.encode(it.epoch, it.challengeBlock, it.challenge, it.tee)));
    }

    function _boot(uint256 key, EnclaveId id) private {
        BootRecord memory boot = BootRecord("nonce", "encryptionKey", 1);
        bytes32 typehash = keccak256("Boot(bytes32 enclave,bytes16 nonce,bytes32 encryptionKey,uint64 counter)");
        bytes32 structHash = keccak256(abi.encode(typehash, id, boot.nonce, boot.encryptionKey, boot.counter));
        bytes32 digest = _digest("Quorate EnclaveRegistry", address(dao.enclaves), structHash);
        BootEntry[] memory entries = new BootEntry[](1);
        entries[0] = BootEntry(id, boot, _sign(key + 10, digest));
        dao.enclaves.recordBoots(entries);
    }

    function _confirm(uint256 key) private {
        Confirmation memory confirmation = Confirmation({
            keyId: dao.keyId,
            epoch: 1,
            attempt: 1,
            committee: dao.keys.ceremonyOf(dao.keyId).committee,
            transcript: 0,
            publicKeyPrefix: 2,
            publicKeyX: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
            commitments: "commitments"
        });
        bytes32 typehash = keccak256(
            "Confirmation(bytes32 keyId,uint32 epoch,uint32 attempt,bytes32 committee,bytes32 transcript,"
            "uint8 publicKeyPrefix,bytes32 publicKeyX,bytes32 commitments)"
        );
        bytes32 structHash = keccak256(abi.encode(typehash, confirmation));
        bytes32 digest = _digest("Quorate KeyRegistry", address(dao.keys), structHash);
        dao.keys.confirm(
            dao.enclaves.enclaveId(vm.addr(key), vm.addr(key + 10)), confirmation, _sign(key + 10, digest)
        );
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _digest(string memory name, address verifier, bytes32 structHash) private view returns (bytes32) {
        bytes32 typehash =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain =
            keccak256(abi.encode(typehash, keccak256(bytes(name)), keccak256("1"), block.chainid, verifier));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
