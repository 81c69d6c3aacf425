// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IEnclaveRegistry} from "../attestation/IEnclaveRegistry.sol";
import {committeeHash} from "../types/Committee.sol";
import {EnclaveId, KeyId} from "../types/Ids.sol";
import {ACTIVATION_TAG} from "../types/Tags.sol";
import {ICommittees, SeatChange, Seating} from "./ICommittees.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {KeyRules} from "./KeyRules.sol";
import {KeyStorage} from "./KeyStorage.sol";
import {Confirmation, KeyStatus, PublicKey} from "./KeyTypes.sol";

/// @title How keys come to be: numbered attempts, confirmations, activation
abstract contract KeyCeremonies is KeyStorage {
    bytes32 private constant CONFIRMATION_TYPEHASH = keccak256(
        "Confirmation(bytes32 keyId,uint32 epoch,uint32 attempt,bytes32 committee,bytes32 transcript,uint8 publicKeyPrefix,bytes32 publicKeyX,bytes32 commitments)"
    );

    /// @dev live members beyond the threshold under which a key is at risk
    uint16 private constant MARGIN = 1;

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
        Key storage entry = _require(keyId);
        require(
            entry.status != KeyStatus.Active, KeyRegistryWrongStatus(keyId, entry.status, KeyStatus.Generating)
        );
        require(
            block.timestamp > entry.current.deadline,
            KeyRegistryAttemptRunning(keyId, entry.attempt, entry.current.deadline, block.timestamp)
        );

        _openAttempt(keyId, entry);
    }

    /// @inheritdoc IKeyRegistry
    function confirm(EnclaveId member, Confirmation calldata confirmation, bytes calldata identitySignature) external {
        KeyId keyId = confirmation.keyId;
        Key storage entry = _require(keyId);
        _requireCurrent(entry, confirmation);
        uint64 seat = uint64(1) << uint64(_indexOf(keyId, entry, member));
        require(
            entry.current.confirmedBy & seat == 0, KeyRegistryAlreadyConfirmed(keyId, confirmation.attempt, member)
        );
        require(_enclaves.isEligible(member), KeyRegistryNotEligible(keyId, member));
        KeyRules.requirePublicKey(entry.scheme, confirmation.publicKeyPrefix, confirmation.publicKeyX);
        bytes32 statement = keccak256(abi.encode(CONFIRMATION_TYPEHASH, confirmation));
        _requireIdentity(member, _hashTypedDataV4(statement), identitySignature);

        entry.current.confirmedBy |= seat;
        ++entry.current.confirmations;
        emit KeyConfirmedBy(keyId, confirmation.attempt, member, confirmation);
        if (!_agrees(keyId, entry, member, statement)) return;
        if (entry.current.confirmations == entry.size) _keepPublicKey(entry, confirmation);
    }

    /// @inheritdoc IKeyRegistry
    function activate(KeyId keyId, bytes calldata signature) external {
        Key storage entry = _requireStatus(keyId, KeyStatus.Confirmed);
        bytes32 message = _activationMessage(keyId, entry);
        PublicKey memory root = _root(entry);
        require(
            _signatures.verify(entry.scheme, root, abi.encode(message), signature),
            KeyRegistryInvalidActivation(keyId, message)
        );
        require(_committees.obeys(entry.members, entry.diversity), KeyRegistryDiversityBroken(keyId));

        entry.status = KeyStatus.Active;
        emit KeyActivated(keyId, entry.epoch, root, signature);
    }

    /// @inheritdoc IKeyRegistry
    function activationMessage(KeyId keyId) external view returns (bytes32) {
        Key storage entry = _require(keyId);
        require(
            entry.status != KeyStatus.Generating,
            KeyRegistryWrongStatus(keyId, entry.status, KeyStatus.Confirmed)
        );
        return _activationMessage(keyId, entry);
    }

    /// @inheritdoc IKeyRegistry
    function requireMemberSigned(KeyId keyId, EnclaveId member, bytes32 digest, bytes calldata identitySignature)
        external
        view
        returns (uint32 epoch, uint16 party, uint16 threshold, uint16 size)
    {
        Key storage entry = _require(keyId);
        party = uint16(_indexOf(keyId, entry, member)) + 1;
        _requireIdentity(member, digest, identitySignature);
        return (entry.epoch, party, entry.threshold, entry.size);
    }

    /// @inheritdoc IKeyRegistry
    function recheck(KeyId keyId) external {
        Key storage entry = _require(keyId);
        uint16 threshold = entry.threshold;
        (uint16 live, bool spared) = _live(keyId, entry);

        if (spared != entry.spared) {
            entry.spared = spared;
            emit KeySpared(keyId, spared);
        }
        if (live < threshold + MARGIN) emit KeyAtRisk(keyId, live, threshold);
        if (!_committees.obeys(entry.members, entry.diversity)) emit DiversityBroken(keyId);
    }

    /// @inheritdoc IKeyRegistry
    function liveMembers(KeyId keyId) external view returns (uint16 live) {
        (live,) = _live(keyId, _require(keyId));
    }

    function _openAttempt(KeyId keyId, Key storage entry) internal {
        uint64 suspects = _suspects(keyId, entry);
        uint32 attempt = ++entry.attempt;
        EnclaveId[] memory members = _seat(keyId, entry, suspects);
        uint48 deadline = uint48(block.timestamp) + entry.current.window;

        entry.status = KeyStatus.Generating;
        entry.committee = committeeHash(keyId, entry.epoch, attempt, entry.threshold, members);
        entry.publicKeyX = 0;
        entry.commitments = 0;
        entry.publicKeyPrefix = 0;
        entry.current = Attempt(deadline, entry.current.window, 0, 0, false);
        entry.statement = 0;
        entry.members = members;
        emit AttemptOpened(keyId, attempt, entry.epoch, entry.threshold, members, deadline);
    }

    function _agrees(KeyId keyId, Key storage entry, EnclaveId member, bytes32 statement) private returns (bool) {
        if (entry.statement == 0) entry.statement = statement;
        if (entry.statement == statement) return !entry.current.differs;

        entry.current.differs = true;
        emit ConfirmationsDiffer(keyId, entry.attempt, member, entry.statement, statement);
        return false;
    }

    function _keepPublicKey(Key storage entry, Confirmation calldata confirmation) private {
        entry.status = KeyStatus.Confirmed;
        entry.publicKeyPrefix = confirmation.publicKeyPrefix;
        entry.publicKeyX = confirmation.publicKeyX;
        entry.commitments = confirmation.commitments;
        entry.current.deadline = uint48(block.timestamp) + entry.current.window;
        emit KeyConfirmed(confirmation.keyId, confirmation.attempt, _root(entry));
    }

    /// @dev Every seat's enclave. Suspects, who can sit on where nobody else is left, do not take the last reserve from a seat that has
    /// nobody. Whom a reserve replaces takes its place, which is then the last in line.
    function _seat(KeyId keyId, Key storage entry, uint64 suspects) private returns (EnclaveId[] memory members) {
        SeatChange[] memory changes;
        uint16 left;
        (members, changes, entry.nextReserve, left) = _committees.seat(
            Seating(entry.operators, entry.reserves, entry.nextReserve, _first(keyId, entry), suspects, entry.diversity)
        );
        require(left == 0, KeyRegistryTooFewEligible(keyId, entry.size - left, entry.size));

        for (uint256 i = 0; i < changes.length; ++i) {
            (uint16 seat, uint16 place) = (changes[i].seat, changes[i].place);
            (address operator, address reserve) = (entry.operators[seat], entry.reserves[place]);
            emit SeatChanged(keyId, entry.attempt, seat + 1, operator, reserve);
            (entry.reserves[place], entry.operators[seat]) = (operator, reserve);
        }
    }

    /// @dev Who gives way after a failed attempt: those who were silent while at least t confirmed the same, else a seat drawn by the
    /// attempt's number. Whoever sends its last message to some members only makes the others look silent; so silence is believed the
    /// first time, and then every other time or so. Seats are drawn, for turns in order can meet the same reserves again for ever.
    function _suspects(KeyId keyId, Key storage entry) private view returns (uint64) {
        uint32 attempt = entry.attempt;
        if (attempt == 0) return 0;
        uint256 draw = uint256(keccak256(abi.encode(keyId, attempt)));
        uint64 silent = uint64((uint256(1) << entry.size) - 1) & ~entry.current.confirmedBy;
        bool telling = entry.current.confirmations >= entry.threshold && !entry.current.differs;
        if (telling && silent != 0 && (attempt == 1 || draw >> 255 == 0)) return silent;
        return uint64(1) << (draw % entry.size);
    }

    /// @dev Who comes first where a rule has no room for all: at first the order of the vote; later it changes from hour to hour, so that nobody
    /// keeps others out for ever, and where there are not seats for all one hour may be another's remedy.
    function _first(KeyId keyId, Key storage entry) private view returns (uint32) {
        if (entry.attempt == 1) return 0;
        return uint32(uint256(keccak256(abi.encode(keyId, entry.attempt, block.timestamp / 1 hours))) % entry.size);
    }

    /// @dev Only an active key has something to lose: under a threshold of zero no member is spared.
    function _live(KeyId keyId, Key storage entry) private view returns (uint16 live, bool spared) {
        return _committees.live(keyId, entry.members, entry.status == KeyStatus.Active ? entry.threshold : 0);
    }

    function _requireCurrent(Key storage entry, Confirmation calldata confirmation) private view {
        KeyId keyId = confirmation.keyId;
        require(
            entry.status == KeyStatus.Generating, KeyRegistryWrongStatus(keyId, entry.status, KeyStatus.Generating)
        );
        require(
            confirmation.epoch == entry.epoch && confirmation.attempt == entry.attempt,
            KeyRegistryOtherAttempt(keyId, confirmation.epoch, confirmation.attempt, entry.epoch, entry.attempt)
        );
        require(
            confirmation.committee == entry.committee,
            KeyRegistryOtherCommittee(keyId, confirmation.committee, entry.committee)
        );
        require(
            block.timestamp <= entry.current.deadline,
            KeyRegistryAttemptOver(keyId, entry.attempt, entry.current.deadline, block.timestamp)
        );
    }

    function _requireIdentity(EnclaveId member, bytes32 digest, bytes calldata signature) private view {
        address expected = _enclaves.identityOf(member);
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        require(
            recovered == expected && recovered != address(0),
            KeyRegistryWrongSigner(member, expected, recovered, digest)
        );
    }

    function _indexOf(KeyId keyId, Key storage entry, EnclaveId member) private view returns (uint256) {
        for (uint256 i = 0; i < entry.size; ++i) {
            if (EnclaveId.unwrap(entry.members[i]) == EnclaveId.unwrap(member)) return i;
        }
        revert KeyRegistryNotMember(keyId, member);
    }

    function _activationMessage(KeyId keyId, Key storage entry) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                ACTIVATION_TAG,
                block.chainid,
                address(this),
                keyId,
                entry.epoch,
                entry.attempt,
                entry.committee,
                entry.publicKeyPrefix,
                entry.publicKeyX,
                entry.commitments
            )
        );
    }
}
