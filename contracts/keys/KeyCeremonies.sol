// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IEnclaveRegistry} from "../attestation/IEnclaveRegistry.sol";
import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {committeeHash} from "../types/Committee.sol";
import {EnclaveId, KeyId} from "../types/Ids.sol";
import {ACTIVATION_TAG, BIRTH_TAG} from "../types/Tags.sol";
import {ICommittees} from "./ICommittees.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyRules} from "./KeyRules.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {
    Ceremony,
    CeremonyKind,
    CeremonyStatus,
    CommitteeParameters,
    Confirmation,
    Key,
    KeyStatus,
    PublicKey
} from "./KeyTypes.sol";

/// @title How keys come to be: numbered attempts, confirmations, and the switch that writes the key's words
abstract contract KeyCeremonies is KeyStorage, EIP712 {
    bytes32 private constant CONFIRMATION_TYPEHASH = keccak256(
        "Confirmation(bytes32 keyId,uint32 epoch,uint32 attempt,bytes32 committee,bytes32 transcript,"
        "uint8 publicKeyPrefix,bytes32 publicKeyX,bytes32 commitments)"
    );

    /// @dev live members beyond the threshold under which a key is at risk
    uint16 private constant MARGIN = 1;

    mapping(bytes32 committee => EnclaveId[]) private _members;
    IEnclaveRegistry private immutable _enclaves;
    ICommittees private immutable _committees;
    ISignatureVerifier private immutable _signatures;

    constructor(IEnclaveRegistry enclaves_, ICommittees committees_, ISignatureVerifier signatures_) {
        _enclaves = enclaves_;
        _committees = committees_;
        _signatures = signatures_;
    }

    /// @inheritdoc IKeyRegistry
    function openAttempt(KeyId keyId) external {
        Ceremony storage ceremony = _requireCeremony(keyId);
        require(
            ceremony.status != CeremonyStatus.Done,
            KeyRegistryWrongCeremony(keyId, ceremony.status, CeremonyStatus.Open)
        );
        require(
            block.timestamp > ceremony.deadline,
            KeyRegistryAttemptRunning(keyId, ceremony.attempt, ceremony.deadline, block.timestamp)
        );

        _openAttempt(keyId, ceremony, _suspects(keyId, ceremony));
    }

    /// @inheritdoc IKeyRegistry
    function confirm(EnclaveId member, Confirmation calldata confirmation, bytes calldata identitySignature) external {
        KeyId keyId = confirmation.keyId;
        Ceremony storage ceremony = _requireCeremony(keyId);
        _requireCurrent(ceremony, confirmation);
        uint64 seat = uint64(1) << uint64(_indexOf(keyId, ceremony.committee, member));
        require(ceremony.confirmedBy & seat == 0, KeyRegistryAlreadyConfirmed(keyId, confirmation.attempt, member));
        _requireServing(keyId, member);
        KeyRules.requirePublicKey(_keys[keyId].scheme, confirmation.publicKeyPrefix, confirmation.publicKeyX);
        bytes32 statement = keccak256(abi.encode(CONFIRMATION_TYPEHASH, confirmation));
        _requireIdentity(member, _hashTypedDataV4(statement), identitySignature);

        ceremony.confirmedBy |= seat;
        ++ceremony.confirmations;
        emit KeyConfirmedBy(keyId, confirmation.attempt, member, confirmation);
        if (!_agrees(keyId, ceremony, member, statement)) return;
        if (ceremony.confirmations == ceremony.size) _keepPublicKey(ceremony, confirmation);
    }

    /// @inheritdoc IKeyRegistry
    function activate(KeyId keyId, bytes calldata signature) external {
        Ceremony storage ceremony = _requireCeremony(keyId);
        require(
            ceremony.status == CeremonyStatus.Confirmed,
            KeyRegistryWrongCeremony(keyId, ceremony.status, CeremonyStatus.Confirmed)
        );
        bytes32 message = _activationMessage(keyId, ceremony);
        PublicKey memory root = PublicKey(ceremony.publicKeyPrefix, ceremony.publicKeyX);
        require(
            _signatures.verify(_keys[keyId].scheme, root, abi.encode(message), signature),
            KeyRegistryInvalidActivation(keyId, message)
        );
        EnclaveId[] storage members = _members[ceremony.committee];
        // what t members sign, those can sign whom votes have given up since they confirmed
        uint256 size = members.length;
        for (uint256 i = 0; i < size; ++i) _requireServing(keyId, members[i]);
        require(_obeys(keyId, members), KeyRegistryDiversityBroken(keyId));

        _switch(keyId, ceremony);
        emit KeyActivated(keyId, ceremony.epoch, root, signature);
    }

    /// @inheritdoc IKeyRegistry
    function recheck(KeyId keyId) external {
        (EnclaveId[] storage members, uint16 threshold) = _holders(keyId);
        uint16 live = _committees.live(members);

        if (live < threshold + MARGIN) emit KeyAtRisk(keyId, live, threshold);
        if (!_obeys(keyId, members)) emit DiversityBroken(keyId);
    }

    /// @inheritdoc IKeyRegistry
    function activationMessage(KeyId keyId) external view returns (bytes32) {
        Ceremony storage ceremony = _requireCeremony(keyId);
        require(
            ceremony.status != CeremonyStatus.Open,
            KeyRegistryWrongCeremony(keyId, ceremony.status, CeremonyStatus.Confirmed)
        );
        return _activationMessage(keyId, ceremony);
    }

    /// @inheritdoc IKeyRegistry
    function requireMemberSigned(KeyId keyId, EnclaveId member, bytes32 digest, bytes calldata identitySignature)
        external
        view
        returns (uint32 epoch, uint16 party, uint16 threshold, uint16 size)
    {
        Key storage entry = _requireStatus(keyId, KeyStatus.Active);
        party = uint16(_indexOf(keyId, entry.committee, member)) + 1;
        _requireIdentity(member, digest, identitySignature);
        return (entry.epoch, party, entry.threshold, entry.size);
    }

    /// @inheritdoc IKeyRegistry
    function liveMembers(KeyId keyId) external view returns (uint16) {
        (EnclaveId[] storage members,) = _holders(keyId);
        return _committees.live(members);
    }

    /// @inheritdoc IKeyRegistry
    function membersOf(bytes32 committee) external view returns (EnclaveId[] memory) {
        return _members[committee];
    }

    /// @dev Attempt 1 of a key's first ceremony.
    function _begin(KeyId keyId, CommitteeParameters calldata committee) internal {
        _committees.appoint(keyId, committee);

        Ceremony storage ceremony = _ceremonies[keyId];
        ceremony.kind = CeremonyKind.KeyGeneration;
        ceremony.threshold = committee.threshold;
        ceremony.size = uint16(committee.operators.length);
        ceremony.epoch = 1;
        ceremony.window = committee.attemptWindow;
        _openAttempt(keyId, ceremony, 0);
    }

    function _openAttempt(KeyId keyId, Ceremony storage ceremony, uint64 suspects) private {
        uint32 attempt = ++ceremony.attempt;
        EnclaveId[] memory members = _committees.seat(keyId, attempt, suspects);
        bytes32 committee = committeeHash(keyId, ceremony.epoch, attempt, ceremony.threshold, members);
        uint48 deadline = uint48(block.timestamp) + ceremony.window;

        ceremony.status = CeremonyStatus.Open;
        ceremony.deadline = deadline;
        ceremony.committee = committee;
        ceremony.publicKeyPrefix = 0;
        ceremony.publicKeyX = 0;
        ceremony.commitments = 0;
        ceremony.statement = 0;
        (ceremony.confirmedBy, ceremony.confirmations, ceremony.differs) = (0, 0, false);
        _members[committee] = members;
        emit AttemptOpened(keyId, attempt, ceremony.kind, ceremony.epoch, ceremony.threshold, members, deadline);
    }

    function _agrees(KeyId keyId, Ceremony storage ceremony, EnclaveId member, bytes32 statement)
        private
        returns (bool)
    {
        if (ceremony.statement == 0) ceremony.statement = statement;
        if (ceremony.statement == statement) return !ceremony.differs;

        ceremony.differs = true;
        emit ConfirmationsDiffer(keyId, ceremony.attempt, member, ceremony.statement, statement);
        return false;
    }

    function _keepPublicKey(Ceremony storage ceremony, Confirmation calldata confirmation) private {
        KeyId keyId = confirmation.keyId;
        ceremony.status = CeremonyStatus.Confirmed;
        ceremony.publicKeyPrefix = confirmation.publicKeyPrefix;
        ceremony.publicKeyX = confirmation.publicKeyX;
        ceremony.commitments = confirmation.commitments;
        ceremony.deadline = uint48(block.timestamp) + ceremony.window;
        emit KeyConfirmed(
            keyId, confirmation.attempt, PublicKey(confirmation.publicKeyPrefix, confirmation.publicKeyX)
        );
    }

    /// @dev The one place where a key's words become those of its ceremony.
    function _switch(KeyId keyId, Ceremony storage ceremony) private {
        Key storage entry = _keys[keyId];
        (uint8 prefix, bytes32 x) = (ceremony.publicKeyPrefix, ceremony.publicKeyX);

        ceremony.status = CeremonyStatus.Done;
        entry.status = KeyStatus.Active;
        entry.publicKeyPrefix = prefix;
        entry.threshold = ceremony.threshold;
        entry.size = ceremony.size;
        entry.epoch = ceremony.epoch;
        entry.attempt = ceremony.attempt;
        entry.committee = ceremony.committee;
        entry.publicKeyX = x;
        entry.commitments = ceremony.commitments;
        entry.birth = keccak256(abi.encode(BIRTH_TAG, block.chainid, address(this), keyId, prefix, x));
    }

    /// @dev Who gives way after a failed attempt: those who were silent while at least t confirmed the same, else a
    /// seat drawn by the attempt's number. Whoever sends its last message to some members only makes the others look
    /// silent; so silence is believed the first time, and then every other time or so. Seats are drawn, for turns in
    /// order can meet the same reserves again for ever.
    function _suspects(KeyId keyId, Ceremony storage ceremony) private view returns (uint64) {
        (uint32 attempt, uint16 size) = (ceremony.attempt, ceremony.size);
        uint256 draw = uint256(keccak256(abi.encode(keyId, attempt)));
        uint64 silent = uint64((uint256(1) << size) - 1) & ~ceremony.confirmedBy;
        bool telling = ceremony.confirmations >= ceremony.threshold && !ceremony.differs;
        if (telling && silent != 0 && (attempt == 1 || draw >> 255 == 0)) return silent;
        return uint64(1) << uint64(draw % size);
    }

    /// @dev Those who hold the key; before its first switch, those who are to.
    function _holders(KeyId keyId) private view returns (EnclaveId[] storage members, uint16 threshold) {
        Key storage entry = _require(keyId);
        if (entry.status == KeyStatus.Active) return (_members[entry.committee], entry.threshold);
        Ceremony storage ceremony = _ceremonies[keyId];
        return (_members[ceremony.committee], ceremony.threshold);
    }

    function _obeys(KeyId keyId, EnclaveId[] storage members) private view returns (bool) {
        return _committees.obeys(address(this), keyId, members);
    }

    function _requireCeremony(KeyId keyId) private view returns (Ceremony storage ceremony) {
        _require(keyId);
        return _ceremonies[keyId];
    }

    function _requireCurrent(Ceremony storage ceremony, Confirmation calldata confirmation) private view {
        KeyId keyId = confirmation.keyId;
        require(
            ceremony.status == CeremonyStatus.Open,
            KeyRegistryWrongCeremony(keyId, ceremony.status, CeremonyStatus.Open)
        );
        require(
            confirmation.epoch == ceremony.epoch && confirmation.attempt == ceremony.attempt,
            KeyRegistryOtherAttempt(
                keyId, confirmation.epoch, confirmation.attempt, ceremony.epoch, ceremony.attempt
            )
        );
        require(
            confirmation.committee == ceremony.committee,
            KeyRegistryOtherCommittee(keyId, confirmation.committee, ceremony.committee)
        );
        require(
            block.timestamp <= ceremony.deadline,
            KeyRegistryAttemptOver(keyId, ceremony.attempt, ceremony.deadline, block.timestamp)
        );
    }

    function _requireServing(KeyId keyId, EnclaveId member) private view {
        require(_enclaves.serves(member), KeyRegistryNotServing(keyId, member));
    }

    function _requireIdentity(EnclaveId member, bytes32 digest, bytes calldata signature) private view {
        address expected = _enclaves.identityOf(member);
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        require(
            recovered == expected && recovered != address(0),
            KeyRegistryWrongSigner(member, expected, recovered, digest)
        );
    }

    function _indexOf(KeyId keyId, bytes32 committee, EnclaveId member) private view returns (uint256) {
        EnclaveId[] storage members = _members[committee];
        uint256 size = members.length;
        for (uint256 i = 0; i < size; ++i) {
            if (EnclaveId.unwrap(members[i]) == EnclaveId.unwrap(member)) return i;
        }
        revert KeyRegistryNotMember(keyId, member);
    }

    function _activationMessage(KeyId keyId, Ceremony storage ceremony) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                ACTIVATION_TAG,
                block.chainid,
                address(this),
                keyId,
                ceremony.epoch,
                ceremony.attempt,
                ceremony.committee,
                ceremony.publicKeyPrefix,
                ceremony.publicKeyX,
                ceremony.commitments
            )
        );
    }
}
