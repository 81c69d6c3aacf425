// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {CommitteeRules} from "./CommitteeRules.sol";
import {ICommitteeVotes} from "./ICommitteeVotes.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {CommitteeParameters} from "./KeyTypes.sol";

/// @title Votes for another committee: the rules that it obeys, and an event that says who is in it
contract CommitteeVotes is ICommitteeVotes, AccessManaged, Described {
    constructor(address authority_) AccessManaged(authority_) {}

    /// @inheritdoc ICommitteeVotes
    function propose(IKeyRegistry keys, KeyId keyId, CommitteeParameters calldata committee) external restricted {
        CommitteeRules.requireValid(committee);

        bytes32 hash = keccak256(abi.encode(committee));
        (uint32 epoch, uint48 effectiveAt) = keys.announceCommittee(keyId, hash);
        emit CommitteeProposed(keys, keyId, epoch, hash, effectiveAt, committee);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate CommitteeVotes";
        description = "Votes for another committee of a key: the rules that it obeys, and who is in it.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ICommitteeVotes).interfaceId;
    }
}
