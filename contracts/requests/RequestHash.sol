// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestId} from "../types/Ids.sol";
import {EFFECT_TAG, INTENT_TAG, REQUEST_TAG} from "../types/Tags.sol";
import {Effect, Intent, RequestHeader} from "./ISigningRequests.sol";

/// @title Preimages of request ids (docs/formats.md)
library RequestHash {
    /// @dev What commits to a request: everything that it says, who asked, and where.
    function id(RequestHeader memory header, address requests) internal view returns (RequestId) {
        return RequestId.wrap(
            keccak256(
                abi.encode(
                    REQUEST_TAG, block.chainid, requests, header.requester, header.counter, _intentHash(header)
                )
            )
        );
    }

    function headerOf(Intent calldata intent, address requester, uint64 counter)
        internal
        pure
        returns (RequestHeader memory)
    {
        return RequestHeader({
            keyId: intent.keyId,
            requester: requester,
            counter: counter,
            path: intent.path,
            kind: intent.kind,
            payloadHash: keccak256(intent.payload),
            digestsHash: list(intent.digests),
            effectsHash: effects(intent.effects, intent.effects.length),
            deadline: intent.deadline,
            consumer: intent.consumer,
            callbackGas: intent.callbackGas,
            replaces: intent.replaces
        });
    }

    /// @dev list(hash(item_1), …)
    function list(bytes[] calldata items) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](items.length);
        for (uint256 i = 0; i < hashes.length; ++i) hashes[i] = keccak256(items[i]);
        return _hashWords(hashes);
    }

    /// @dev list(effect_1, …) of the first `count`
    function effects(Effect[] calldata from, uint256 count) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            Effect calldata effect = from[i];
            hashes[i] = keccak256(
                abi.encode(
                    EFFECT_TAG, effect.kind, effect.asset, keccak256(effect.recipient), effect.amount, effect.detail
                )
            );
        }
        return _hashWords(hashes);
    }

    function _intentHash(RequestHeader memory header) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                INTENT_TAG,
                header.keyId,
                header.path,
                header.kind,
                header.payloadHash,
                header.digestsHash,
                header.effectsHash,
                header.deadline,
                header.consumer,
                header.callbackGas,
                header.replaces
            )
        );
    }

    function _hashWords(bytes32[] memory words) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(words, 0x20), shl(5, mload(words)))
        }
    }
}
