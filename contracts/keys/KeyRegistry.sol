// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IEnclaveRegistry} from "../attestation/IEnclaveRegistry.sol";
import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {page} from "../types/Page.sol";
import {CommitteeVotes} from "./CommitteeVotes.sol";
import {DerivedKeys} from "./DerivedKeys.sol";
import {ICommittees} from "./ICommittees.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {KeyCeremonies} from "./KeyCeremonies.sol";
import {KeyPolicies} from "./KeyPolicies.sol";
import {KeyRules} from "./KeyRules.sol";
import {Beat, CommitteeParameters, KeyParameters, KeyView} from "./KeyTypes.sol";
import {NetworkWord} from "./NetworkWord.sol";

/// @title Keys that belong to the DAO: who holds their shares, what they may sign, and their public halves
contract KeyRegistry is KeyPolicies, KeyCeremonies, CommitteeVotes, DerivedKeys, NetworkWord, Described {
    constructor(
        address authority_,
        IEnclaveRegistry enclaves_,
        ICommittees committees_,
        ISignatureVerifier signatures_,
        uint48 committeeDelay_,
        Beat memory beat_
    )
        AccessManaged(authority_)
        EIP712("Quorate KeyRegistry", "1")
        KeyCeremonies(enclaves_, committees_, signatures_)
        CommitteeVotes(committeeDelay_)
        NetworkWord(beat_)
    {}

    /// @inheritdoc IKeyRegistry
    function createKey(KeyParameters calldata parameters) external restricted returns (KeyId keyId) {
        CommitteeParameters calldata committee = parameters.committee;
        KeyRules.requireCommittee(committee);

        keyId = keyIdAt(++_count);
        Key storage entry = _keys[keyId];
        entry.scheme = parameters.scheme;
        entry.threshold = committee.threshold;
        entry.size = uint16(committee.operators.length);
        entry.epoch = 1;
        entry.current.window = committee.attemptWindow;
        entry.diversity = committee.diversity;
        entry.operators = committee.operators;
        entry.reserves = committee.reserves;
        emit KeyCreated(keyId, parameters.scheme, committee);

        _setPolicy(keyId, entry, parameters.policy);
        _openAttempt(keyId, entry);
    }

    /// @inheritdoc IKeyRegistry
    function seats(KeyId keyId)
        external
        view
        returns (address[] memory operators, address[] memory reserves, uint32 next)
    {
        Key storage entry = _require(keyId);
        return (entry.operators, entry.reserves, entry.nextReserve);
    }

    /// @inheritdoc IKeyRegistry
    function keyCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IKeyRegistry
    function keys(uint256 offset, uint256 limit) external view returns (KeyView[] memory list) {
        (uint256 from, uint256 size) = page(offset, limit, _count);
        list = new KeyView[](size);
        for (uint256 i = 0; i < size; ++i) list[i] = key(keyIdAt(from + i + 1));
    }

    /// @inheritdoc IKeyRegistry
    function key(KeyId keyId) public view returns (KeyView memory shown) {
        Key storage entry = _keys[keyId];
        shown.id = keyId;
        shown.scheme = entry.scheme;
        shown.status = entry.status;
        shown.threshold = entry.threshold;
        shown.epoch = entry.epoch;
        shown.attempt = entry.attempt;
        shown.policyEpoch = entry.policyEpoch;
        shown.delay = entry.delay;
        shown.pausedUntil = entry.pausedUntil;
        shown.attemptDeadline = entry.current.deadline;
        shown.confirmations = entry.current.confirmations;
        shown.committee = entry.committee;
        shown.policy = entry.policy;
        shown.publicKey = _root(entry);
        shown.commitments = entry.commitments;
        shown.spared = entry.spared;
        shown.diversity = entry.diversity;
        shown.members = entry.members;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate KeyRegistry";
        description = "Keys that belong to the DAO: who holds their shares, what they may sign, and their public halves.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IKeyRegistry).interfaceId;
    }
}
