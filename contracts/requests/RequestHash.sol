// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {RequestId} from "../types/Ids.sol";
import {MAX_RECIPIENT} from "../types/Limits.sol";
import {EFFECT_TAG, INTENT_TAG, REQUEST_TAG} from "../types/Tags.sol";
import {Effect, Intent, ISigningRequests, RequestHeader} from "./ISigningRequests.sol";

/// @title Preimages of request ids (docs/formats.md)
library RequestHash {
    /// @dev Where a header's path is, in bytes, and how long it is from there: what an intent says, in the order of its
    /// preimage. Before it are the key, requester and counter.
    uint256 private constant PATH = 0x60;
    uint256 private constant FROM_PATH = 0x120;

    /// @dev What commits to a request: everything that it says, who asked, and where.
    function id(RequestHeader memory header, address requests) internal view returns (RequestId) {
        bytes32 tag = INTENT_TAG;
        bytes32 intentHash;
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, tag)
            mstore(add(preimage, 0x20), mload(header)) // keyId
            mcopy(add(preimage, 0x40), add(header, PATH), FROM_PATH)
            intentHash := keccak256(preimage, add(0x40, FROM_PATH))
        }
        return _id(requests, header.requester, header.counter, intentHash);
    }

    /// @dev The same of a header that somebody brings, as its bytes are: one with dirty upper bits is no request's.
    function idOf(RequestHeader calldata header, address requests) internal view returns (RequestId) {
        bytes32 tag = INTENT_TAG;
        bytes32 intentHash;
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, tag)
            calldatacopy(add(preimage, 0x20), header, 0x20) // keyId
            calldatacopy(add(preimage, 0x40), add(header, PATH), FROM_PATH)
            intentHash := keccak256(preimage, add(0x40, FROM_PATH))
        }
        return _id(requests, header.requester, header.counter, intentHash);
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
            payloadHash: _hashBytes(intent.payload),
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
        for (uint256 i = 0; i < hashes.length; ++i) hashes[i] = _hashBytes(items[i]);
        return _hashWords(hashes);
    }

    /// @dev list(effect_1, …) of the first `count`. A recipient is measured where it is read: looking for it twice is
    /// what costs.
    function effects(Effect[] calldata from, uint256 count) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) hashes[i] = _effect(from[i], i);
        return _hashWords(hashes);
    }

    function _effect(Effect calldata effect, uint256 index) private pure returns (bytes32 hash) {
        bytes calldata to = effect.recipient;
        require(
            to.length <= MAX_RECIPIENT,
            ISigningRequests.SigningRequestsRecipientLength(index, to.length, MAX_RECIPIENT)
        );
        (bytes32 tag, uint8 kind, bytes32 recipient) = (EFFECT_TAG, effect.kind, _hashBytes(to));
        assembly ("memory-safe") {
            let preimage := mload(0x40)
            mstore(preimage, tag)
            calldatacopy(add(preimage, 0x20), effect, 0xa0)
            mstore(add(preimage, 0x20), kind)
            mstore(add(preimage, 0x60), recipient) // where the recipient lies becomes its hash
            hash := keccak256(preimage, 0xc0)
        }
    }

    function _id(address requests, address requester, uint64 counter, bytes32 intentHash)
        private
        view
        returns (RequestId)
    {
        return RequestId.wrap(
            keccak256(abi.encode(REQUEST_TAG, block.chainid, requests, requester, counter, intentHash))
        );
    }

    /// @dev Leaves no copy in memory.
    function _hashBytes(bytes calldata data) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let copy := mload(0x40)
            calldatacopy(copy, data.offset, data.length)
            hash := keccak256(copy, data.length)
        }
    }

    function _hashWords(bytes32[] memory words) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := keccak256(add(words, 0x20), shl(5, mload(words)))
        }
    }
}
