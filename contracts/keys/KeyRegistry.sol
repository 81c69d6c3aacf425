// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IEnclaveRegistry} from "../attestation/IEnclaveRegistry.sol";
import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {Described} from "../types/Described.sol";
import {Extsload} from "../types/Extsload.sol";
import {KeyId} from "../types/Ids.sol";
import {ICommittees} from "./ICommittees.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {KeyCeremonies} from "./KeyCeremonies.sol";
import {KeyForks} from "./KeyForks.sol";
import {KeyPauses} from "./KeyPauses.sol";
import {KeyRows} from "./KeyRows.sol";
import {Beat, Key, KeyParameters, KeyStatus, Scheme} from "./KeyTypes.sol";

/// @title Keys that belong to the DAO: who holds their shares, what they may sign, and their public halves
contract KeyRegistry is KeyRows, KeyCeremonies, KeyForks, Extsload, Described {
    /// @dev Another committee that a vote has named; only its hash is kept.
    struct Announced {
        bytes32 hash;
        uint48 effectiveAt;
    }

    mapping(KeyId keyId => Announced) private _announced;
    address private immutable _committeeVotes;
    uint48 private immutable _committeeDelay;

    constructor(
        address authority_,
        IEnclaveRegistry enclaves_,
        ICommittees committees_,
        ISignatureVerifier signatures_,
        address committeeVotes_,
        address closed_,
        uint48 committeeDelay_,
        Beat memory beat_
    )
        AccessManaged(authority_)
        EIP712("Quorate KeyRegistry", "1")
        KeyPauses(beat_)
        KeyRows(closed_)
        KeyCeremonies(enclaves_, committees_, signatures_)
        KeyForks(committeeDelay_)
    {
        _committeeVotes = committeeVotes_;
        _committeeDelay = committeeDelay_;
    }

    /// @inheritdoc IKeyRegistry
    function createKey(KeyParameters calldata parameters) external restricted returns (KeyId keyId) {
        Scheme scheme = parameters.scheme;
        require(scheme != Scheme.None, KeyRegistryNoScheme());

        keyId = keyIdAt(++_count);
        Key storage entry = _keys[keyId];
        entry.status = KeyStatus.Pending;
        entry.scheme = scheme;
        emit KeyCreated(keyId, scheme, parameters.committee);

        for (uint256 i = 0; i < parameters.rows.length; ++i) _setRow(keyId, scheme, parameters.rows[i]);
        _begin(keyId, parameters.committee);
    }

    /// @inheritdoc IKeyRegistry
    function announceCommittee(KeyId keyId, bytes32 hash) external returns (uint32 epoch, uint48 effectiveAt) {
        require(msg.sender == _committeeVotes, KeyRegistryNotCommitteeVotes(msg.sender, _committeeVotes));
        epoch = _requireStatus(keyId, KeyStatus.Active).epoch + 1;
        effectiveAt = uint48(block.timestamp) + _committeeDelay;

        _announced[keyId] = Announced(hash, effectiveAt);
        emit CommitteeAnnounced(keyId, epoch, hash, effectiveAt);
    }

    /// @inheritdoc IKeyRegistry
    function withdrawCommittee(KeyId keyId) external restricted {
        Announced memory announced = _announced[keyId];
        require(
            announced.hash != 0 && (block.timestamp < announced.effectiveAt || _isVote(msg.sender)),
            KeyRegistryNothingToWithdraw(keyId, announced.effectiveAt, block.timestamp)
        );

        delete _announced[keyId];
        emit CommitteeWithdrawn(keyId, announced.hash, msg.sender);
    }

    /// @inheritdoc IKeyRegistry
    function proposedCommittee(KeyId keyId) external view returns (bytes32 hash, uint48 effectiveAt) {
        Announced storage announced = _announced[keyId];
        return (announced.hash, announced.effectiveAt);
    }

    /// @inheritdoc IKeyRegistry
    function committeeVotes() external view returns (address) {
        return _committeeVotes;
    }

    /// @inheritdoc IKeyRegistry
    function committeeDelay() external view returns (uint48) {
        return _committeeDelay;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate KeyRegistry";
        description = "Keys that belong to the DAO: who holds their shares, what they sign, their public halves.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IKeyRegistry).interfaceId;
    }
}
