// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../../keys/KeyTypes.sol";
import {Described} from "../../types/Described.sol";
import {MandateId, RequestId} from "../../types/Ids.sol";
import {Intent, ISigningRequests} from "../ISigningRequests.sol";
import {RequestRules} from "../RequestRules.sol";
import {IMandates, Mandate, MandateTerms} from "./IMandates.sol";
import {MandateHash} from "./MandateHash.sol";
import {MandateRules} from "./MandateRules.sol";

/// @title Requests whose effects are voted, and whose bytes an executor fills in
contract Mandates is IMandates, Described {
    ISigningRequests private immutable _requests;
    uint64 private _count;

    constructor(ISigningRequests requests_) {
        _requests = requests_;
    }

    /// @inheritdoc IMandates
    function place(Mandate calldata mandate) external returns (MandateId id) {
        (, uint32 delay,, Scheme scheme) =
            _requests.keys().requireRequestable(mandate.keyId, msg.sender, mandate.kind);
        MandateRules.requireValid(mandate, scheme, RequestRules.readyAt(uint48(block.timestamp), delay));

        uint64 counter = ++_count;
        id = MandateHash.id(msg.sender, counter, MandateHash.hashOf(mandate));
        emit MandatePlaced(id, mandate.keyId, msg.sender, counter, mandate);

        _requests.announce(mandate.keyId, msg.sender, MandateId.unwrap(id));
    }

    /// @inheritdoc IMandates
    function fill(MandateTerms calldata terms, Intent calldata intent) external returns (RequestId requestId) {
        uint256 fees = MandateHash.feesFrom(intent.effects);
        bytes32 mandate = MandateHash.hashOf(terms, intent, fees);
        MandateId id = MandateHash.id(terms.requester, terms.counter, mandate);
        bool mayFill = terms.executor == address(0) || terms.executor == msg.sender;
        require(mayFill, MandatesWrongExecutor(id, msg.sender, terms.executor));
        MandateRules.requireFees(id, terms.feeCaps, intent.effects, fees);

        // uses the announcement up: a mandate that was never placed, or is filled, withdrawn or overtaken has none
        requestId = _requests.requestFor(intent, terms.requester, MandateId.unwrap(id));
        emit MandateFilled(id, requestId, msg.sender);
    }

    /// @inheritdoc IMandates
    function mandateHashOf(Mandate calldata mandate) external pure returns (bytes32) {
        return MandateHash.hashOf(mandate);
    }

    /// @inheritdoc IMandates
    function mandateId(address requester, uint64 counter, bytes32 mandateHash) external view returns (MandateId) {
        return MandateHash.id(requester, counter, mandateHash);
    }

    /// @inheritdoc IMandates
    function mandateCount() external view returns (uint64) {
        return _count;
    }

    /// @inheritdoc IMandates
    function requests() external view returns (ISigningRequests) {
        return _requests;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate Mandates";
        description = "Requests whose effects are voted, and whose bytes an executor fills in.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IMandates).interfaceId;
    }
}
