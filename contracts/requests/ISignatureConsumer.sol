// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, RequestId} from "../types/Ids.sol";

/// @title Receiver of a fulfilled request's signatures
interface ISignatureConsumer {
    /// @notice Called once by SigningRequests with at most the declared gas; a revert never blocks the fulfilment.
    /// @dev INTEGRATOR: check the caller, and that the key and request are yours: anyone can name your contract as
    /// consumer.
    /// @param id of the request
    /// @param keyId of the key that signed
    /// @param signatures one for each of its digests
    function onSignature(RequestId id, KeyId keyId, bytes[] calldata signatures) external;
}
