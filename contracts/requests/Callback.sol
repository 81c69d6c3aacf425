// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, RequestId} from "../types/Ids.sol";
import {ISignatureConsumer} from "./ISignatureConsumer.sol";
import {ISigningRequests} from "./ISigningRequests.sol";

/// @title A call that can fail but not harm: bounded gas, no return data copied
library Callback {
    /// @dev gas for the call itself (cold account) and for what is written after it
    uint256 private constant OVERHEAD = 60_000;

    /// @dev A call may pass on 63/64 of what is left: only so much makes sure that the consumer gets what was declared.
    /// An address without code counts as a failure: it has taken nothing.
    function call(address consumer, uint256 callbackGas, RequestId id, KeyId keyId, bytes[] calldata signatures)
        internal
        returns (bool delivered)
    {
        bytes memory data = abi.encodeCall(ISignatureConsumer.onSignature, (id, keyId, signatures));
        uint256 needed = (callbackGas * 64) / 63 + OVERHEAD;
        require(gasleft() >= needed, ISigningRequests.SigningRequestsInsufficientGas(id, gasleft(), needed));
        if (consumer.code.length == 0) return false;
        assembly ("memory-safe") {
            delivered := call(callbackGas, consumer, 0, add(data, 0x20), mload(data), 0, 0)
        }
    }
}
