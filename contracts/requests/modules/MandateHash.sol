// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {MandateId} from "../../types/Ids.sol";
import {MANDATE_TAG} from "../../types/Tags.sol";
import {EffectKinds} from "../../types/Kinds.sol";
import {FeeCap, Mandate, MandateTerms} from "./IMandates.sol";
import {Effect, Intent} from "../ISigningRequests.sol";
import {RequestHash} from "../RequestHash.sol";

/// @title Preimages of mandate ids (docs/formats.md)
library MandateHash {
    function id(address requester, uint64 counter, bytes32 mandate) internal view returns (MandateId) {
        return MandateId.wrap(
            keccak256(abi.encode(MANDATE_TAG, block.chainid, address(this), requester, counter, mandate))
        );
    }

    function hashOf(Mandate calldata from) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                MANDATE_TAG,
                from.keyId,
                from.path,
                from.kind,
                RequestHash.effects(from.effects, from.effects.length),
                _feeCaps(from.feeCaps),
                from.executor,
                from.deadline,
                from.consumer,
                from.callbackGas
            )
        );
    }

    /// @dev Of the mandate whose terms and filling these are, if there is one: its effects are those before `fees`.
    function hashOf(MandateTerms calldata terms, Intent calldata filled, uint256 fees) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                MANDATE_TAG,
                filled.keyId,
                filled.path,
                filled.kind,
                RequestHash.effects(filled.effects, fees),
                _feeCaps(terms.feeCaps),
                terms.executor,
                filled.deadline,
                filled.consumer,
                filled.callbackGas
            )
        );
    }

    /// @dev Where the trailing fees begin. A mandate has no fees of its own, so this is where its effects end.
    function feesFrom(Effect[] calldata effects) internal pure returns (uint256 start) {
        start = effects.length;
        while (start > 0 && effects[start - 1].kind == EffectKinds.FEE) --start;
    }

    function _feeCaps(FeeCap[] calldata caps) private pure returns (bytes32) {
        return keccak256(abi.encode(caps));
    }
}
