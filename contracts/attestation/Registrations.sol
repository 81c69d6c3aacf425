// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EnclaveId} from "../types/Ids.sol";
import {ENCLAVE_TAG, REPORT_TAG} from "../types/Tags.sol";
import {Attestation, IAttestationVerifier} from "./IAttestationVerifier.sol";
import {BootEntry, EnclaveStatus, IEnclaveRegistry, Registration} from "./IEnclaveRegistry.sol";
import {IMeasurementRegistry} from "./IMeasurementRegistry.sol";
import {Operators} from "./Operators.sol";
import {PastBlock} from "./PastBlock.sol";
import {Platforms} from "./Platforms.sol";
import {TrustRoots} from "./TrustRoots.sol";

/// @title How enclaves get in: evidence, the words of identity and operator, and each new life
abstract contract Registrations is TrustRoots, Platforms, Operators {
    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(address operator,address identity,bytes32 region,bytes32 tlsKey,string endpoint,uint32 epoch,"
        "uint64 challengeBlock,bytes32 challenge,bytes32 tee)"
    );
    bytes32 private constant PRESENTATION_TYPEHASH = keccak256(
        "Presentation(Registration registration,bytes32 evidence)"
        "Registration(address operator,address identity,bytes32 region,bytes32 tlsKey,string endpoint,uint32 epoch,"
        "uint64 challengeBlock,bytes32 challenge,bytes32 tee)"
    );
    bytes32 private constant BOOT_TYPEHASH =
        keccak256("Boot(bytes32 enclave,bytes16 nonce,bytes32 encryptionKey,uint64 counter)");
    uint256 private constant MAX_ENDPOINT = 256;

    mapping(address identity => address operator) private _operatorOf;
    IMeasurementRegistry internal immutable _measurements;

    constructor(IMeasurementRegistry measurements_) {
        _measurements = measurements_;
    }

    /// @inheritdoc IEnclaveRegistry
    function register(
        Registration calldata registration,
        bytes calldata evidence,
        bytes calldata identitySignature,
        bytes calldata operatorSignature
    ) external returns (EnclaveId id) {
        id = enclaveId(registration.operator, registration.identity);
        _requireRegistrable(id, registration);
        bytes32 shown = keccak256(evidence);
        _requireSigned(registration, shown, identitySignature, operatorSignature);
        Attestation memory attestation = _requireAttested(registration, evidence);

        if (registration.epoch == 1) _ids.push(id);
        _keep(id, registration, attestation);
        _enclaves[id].evidence = shown;
        emit EnclaveRegistered(
            id, registration.operator, registration.identity, attestation.measurement, registration
        );
        emit EnclaveAttested(id, registration.epoch, attestation.platformId, attestation.validUntil);
        _chooseFirst(registration.operator, id);

        if (_measurements.mayAttest(attestation.measurement)) {
            _measurements.noteAttestation(attestation.measurement, registration.operator);
        }
    }

    /// @inheritdoc IEnclaveRegistry
    function recheck(EnclaveId id, bytes calldata evidence) external {
        Enclave storage entry = _requireActive(id);
        (bytes32 shown, bytes32 accepted) = (keccak256(evidence), entry.evidence);
        require(shown == accepted, EnclaveRegistryOtherEvidence(id, shown, accepted));
        uint48 validUntil = _requireVerifier(entry.tee).recheck(evidence).validUntil;
        uint48 known = entry.validUntil;
        require(validUntil < known, EnclaveRegistryStillValid(id, validUntil, known));

        entry.validUntil = validUntil;
        emit EnclaveAttested(id, entry.epoch, entry.platformId, validUntil);
    }

    /// @inheritdoc IEnclaveRegistry
    function recordBoots(BootEntry[] calldata entries) external {
        for (uint256 i = 0; i < entries.length; ++i) _recordBoot(entries[i]);
    }

    /// @inheritdoc IEnclaveRegistry
    function enclaveId(address operator, address identity) public view returns (EnclaveId) {
        return EnclaveId.wrap(keccak256(abi.encode(ENCLAVE_TAG, block.chainid, address(this), operator, identity)));
    }

    /// @dev A counter that is not higher is no news: whoever relays many must not fail because another was faster.
    function _recordBoot(BootEntry calldata boot) private {
        EnclaveId id = boot.id;
        Enclave storage entry = _require(id);
        if (boot.record.counter <= entry.bootCounter) return;
        require(boot.record.nonce != 0 && boot.record.encryptionKey != 0, EnclaveRegistryEmptyBoot(id));
        bytes32 digest = _bootDigest(boot);
        address signer = _signerOf(digest, boot.signature);
        require(signer == entry.identity, EnclaveRegistryWrongBootSigner(id, entry.identity, signer, digest));

        entry.encryptionKey = boot.record.encryptionKey;
        entry.bootNonce = boot.record.nonce;
        entry.bootCounter = boot.record.counter;
        entry.bootRecordedAt = uint64(block.timestamp);
        emit BootRecorded(id, boot.record.counter, boot.record.nonce, boot.record.encryptionKey);
    }

    function _keep(EnclaveId id, Registration calldata registration, Attestation memory attestation) private {
        Enclave storage entry = _enclaves[id];
        bool active = entry.status == EnclaveStatus.Active;
        if (active) _leavePlatform(entry.platformId);
        _takePlace(registration.operator, active);
        _enterPlatform(registration.tee, attestation.platformId);
        entry.operator = registration.operator;
        entry.status = EnclaveStatus.Active;
        entry.epoch = registration.epoch;
        entry.validUntil = attestation.validUntil;
        if (registration.epoch > 1 && entry.measurement != attestation.measurement) _endLife(entry);
        entry.measurement = attestation.measurement;
        entry.identity = registration.identity;
        entry.tlsKey = registration.tlsKey;
        entry.region = registration.region;
        entry.platformId = attestation.platformId;
        entry.tee = registration.tee;
        entry.endpoint = registration.endpoint;
        _operatorOf[registration.identity] = registration.operator;
    }

    /// @dev A life of other code is over. Enclaves sign the counter that follows the one on chain, so the next one may
    /// be signed and held back: it is news no more.
    function _endLife(Enclave storage entry) private {
        (entry.bootNonce, entry.encryptionKey) = (0, 0);
        ++entry.bootCounter;
    }

    function _requireRegistrable(EnclaveId id, Registration calldata registration) private view {
        Enclave storage entry = _enclaves[id];
        uint32 expected = entry.epoch + 1;
        require(registration.epoch == expected, EnclaveRegistryWrongEpoch(id, registration.epoch, expected));
        require(
            expected == 1 || registration.tee == entry.tee,
            EnclaveRegistryTeeChanged(id, registration.tee, entry.tee)
        );
        _requireAdmitted(registration.operator, registration.region);
        address owner = _operatorOf[registration.identity];
        require(
            owner == address(0) || owner == registration.operator,
            EnclaveRegistryIdentityTaken(registration.identity, owner)
        );
        uint256 length = bytes(registration.endpoint).length;
        require(length <= MAX_ENDPOINT, EnclaveRegistryEndpointLength(length, MAX_ENDPOINT));
        _requireRecent(registration);
    }

    function _requireRecent(Registration calldata registration) private view {
        bytes32 known = PastBlock.hashOf(registration.challengeBlock);
        require(
            known != 0 && registration.challenge == known,
            EnclaveRegistryUnknownChallenge(registration.challengeBlock, registration.challenge, known)
        );
    }

    function _requireAttested(Registration calldata registration, bytes calldata evidence)
        private
        view
        returns (Attestation memory attestation)
    {
        attestation = _requireVerifier(registration.tee).verify(evidence);

        require(attestation.tee == registration.tee, EnclaveRegistryOtherTee(attestation.tee, registration.tee));
        _requireReport(registration, attestation.reportData);
        require(
            block.timestamp < attestation.validUntil,
            EnclaveRegistryExpiredEvidence(attestation.validUntil, block.timestamp)
        );
        _requireAdmittedMeasurement(registration, attestation.measurement);
    }

    /// @dev What an enclave runs already it may go on to prove while that serves, though nobody takes it up any more.
    function _requireAdmittedMeasurement(Registration calldata registration, bytes32 measurement) private view {
        bool renewed = _enclaves[enclaveId(registration.operator, registration.identity)].measurement == measurement;
        require(
            _measurements.mayAttest(measurement) || (renewed && _measurements.mayServe(measurement)),
            EnclaveRegistryMeasurementNotAdmitted(measurement)
        );
    }

    function _requireVerifier(bytes32 tee) private view returns (IAttestationVerifier verifier) {
        verifier = verifierOf(tee);
        require(address(verifier) != address(0), EnclaveRegistryUnknownTee(tee));
    }

    function _requireReport(Registration calldata registration, bytes32 attested) private view {
        bytes32 expected = _reportData(registration);
        require(attested == expected, EnclaveRegistryOtherReportData(attested, expected));
    }

    function _reportData(Registration calldata registration) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                REPORT_TAG,
                block.chainid,
                address(this),
                registration.operator,
                registration.identity,
                registration.epoch,
                registration.challenge
            )
        );
    }

    /// @dev The operator signs for the evidence, too: whoever relays could show another machine's in its place.
    function _requireSigned(
        Registration calldata registration,
        bytes32 evidence,
        bytes calldata identitySignature,
        bytes calldata operatorSignature
    ) private view {
        bytes32 registered = _hashOf(registration);
        _requireSigner(_hashTypedDataV4(registered), identitySignature, registration.identity);
        bytes32 presented = keccak256(abi.encode(PRESENTATION_TYPEHASH, registered, evidence));
        _requireSigner(_hashTypedDataV4(presented), operatorSignature, registration.operator);
    }

    function _hashOf(Registration calldata registration) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                REGISTRATION_TYPEHASH,
                registration.operator,
                registration.identity,
                registration.region,
                registration.tlsKey,
                keccak256(bytes(registration.endpoint)),
                registration.epoch,
                registration.challengeBlock,
                registration.challenge,
                registration.tee
            )
        );
    }

    function _bootDigest(BootEntry calldata boot) private view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    BOOT_TYPEHASH, boot.id, boot.record.nonce, boot.record.encryptionKey, boot.record.counter
                )
            )
        );
    }

    function _requireSigner(bytes32 digest, bytes calldata signature, address expected) private pure {
        address signer = _signerOf(digest, signature);
        require(
            signer == expected && signer != address(0), EnclaveRegistryWrongSigner(expected, signer, digest)
        );
    }

    /// @dev Zero where nobody has signed.
    function _signerOf(bytes32 digest, bytes calldata signature) private pure returns (address signer) {
        (signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
    }
}
