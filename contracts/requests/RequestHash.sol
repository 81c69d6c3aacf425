// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestId} from "../types/Ids.sol";
import {EFFECT_TAG, INTENT_TAG, REQUEST_TAG} from "../types/Tags.sol";
import {Effect, Intent, RequestHeader} from "./ISigningRequests.sol";

/// @title Preimages of request ids (docs/formats.md)
library RequestHash {
    /// @dev What commits to a request: everything that it says, who asked, and where.
    function id(RequestHeader calldata header) internal view returns (RequestId) {
        return _id(header.requester, header.counter, _intent(header));
    }

    /// @dev The same, of the request as it is asked for.
    function id(Intent calldata from, address requester, uint64 counter) internal view returns (RequestId) {
        return _id(requester, counter, _intent(from));
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

    function _id(address requester, uint64 counter, bytes32 intent) private view returns (RequestId) {
        return RequestId.wrap(
            keccak256(abi.encode(REQUEST_TAG, block.chainid, address(this), requester, counter, intent))
        );
    }

    function _intent(Intent calldata from) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                INTENT_TAG,
                from.keyId,
                from.path,
                from.kind,
                keccak256(from.payload),
                list(from.digests),
                effects(from.effects, from.effects.length),
                from.deadline,
                from.consumer,
                from.callbackGas,
                from.replaces
            )
        );
    }

    /// @dev A header holds the preimage's words in its order: keyId, and from `path` to `replaces`. Words that are no clean values give an
    /// id that no request has.
    function _intent(RequestHeader calldata header) private pure returns (bytes32 hash) {
        bytes32 tag = INTENT_TAG;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, tag)
            calldatacopy(add(words, 0x20), header, 0x20)
            calldatacopy(add(words, 0x40), add(header, 0x60), 0x120)
            hash := keccak256(words, 0x160)
        }
    }

    function _hashWords(bytes32[] memory words) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(words, 0x20), shl(5, mload(words)))
        }
    }
}
