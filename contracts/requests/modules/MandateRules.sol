// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../../keys/KeyTypes.sol";
import {MandateId} from "../../types/Ids.sol";
import {EffectKinds, PayloadKinds} from "../../types/Kinds.sol";
import {MAX_EFFECTS} from "../../types/Limits.sol";
import {FeeCap, IMandates, Mandate} from "./IMandates.sol";
import {Effect} from "../ISigningRequests.sol";
import {RequestRules} from "../RequestRules.sol";

/// @title What a mandate may look like, and what may fill it
library MandateRules {
    function requireValid(Mandate calldata mandate, Scheme scheme, uint256 readyAt) internal pure {
        require(_isTransaction(mandate.kind), IMandates.MandatesKindUnfit(mandate.kind));
        uint256 length = mandate.effects.length + mandate.feeCaps.length;
        require(length <= MAX_EFFECTS, IMandates.MandatesTooLong(length, MAX_EFFECTS));
        for (uint256 i = 0; i < mandate.effects.length; ++i) {
            require(mandate.effects[i].kind != EffectKinds.FEE, IMandates.MandatesFeeAmongEffects(i));
        }
        _requireDistinct(mandate.feeCaps);
        RequestRules.requirePath(mandate.path, scheme);
        RequestRules.requireDeadline(mandate.deadline, readyAt);
        RequestRules.requireCallback(mandate.consumer, mandate.callbackGas);
    }

    /// @dev The fees are the effects from `start` on. At most 64 of each, so the square is small.
    function requireFees(MandateId id, FeeCap[] calldata caps, Effect[] calldata effects, uint256 start)
        internal
        pure
    {
        uint256[] memory left = new uint256[](caps.length);
        for (uint256 i = 0; i < caps.length; ++i) left[i] = caps[i].amount;
        for (uint256 i = start; i < effects.length; ++i) {
            (bytes32 asset, uint256 amount) = (effects[i].asset, effects[i].amount);
            uint256 cap = _indexOf(caps, asset);
            uint256 available = cap < caps.length ? left[cap] : 0;
            require(amount <= available, IMandates.MandatesFeeTooHigh(id, asset, amount, available));
            if (cap < caps.length) left[cap] = available - amount;
        }
    }

    /// @dev Effects bind only what enclaves can decode; of messages and raw digests an executor would choose the
    /// meaning.
    function _isTransaction(uint8 kind) private pure returns (bool) {
        return kind == PayloadKinds.BITCOIN_PSBT || kind == PayloadKinds.SOLANA_MESSAGE
            || kind == PayloadKinds.EVM_TRANSACTION;
    }

    function _requireDistinct(FeeCap[] calldata caps) private pure {
        for (uint256 i = 1; i < caps.length; ++i) {
            require(_indexOf(caps, caps[i].asset) == i, IMandates.MandatesRepeatedAsset(caps[i].asset));
        }
    }

    function _indexOf(FeeCap[] calldata caps, bytes32 asset) private pure returns (uint256 index) {
        while (index < caps.length && caps[index].asset != asset) ++index;
    }
}
