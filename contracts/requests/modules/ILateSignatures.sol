// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState} from "../ISigningRequests.sol";

/// @title Signatures that came too late, for everybody to see
/// @notice EXPIRED and REFUSED do not mean unsigned. Whoever finds a signature of such a request shows it here:
/// checked, and in an event. Nothing is stored, nothing delivered, and the request stays what it is; the same may be
/// shown again.
interface ILateSignatures {
    /// @notice Valid signatures exist of a request that was READY and has ended otherwise, or whose deadline has
    /// passed.
    event LateSignatureRecorded(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);

    /// @notice Signatures are late once the request is EXPIRED or REFUSED after READY, or its deadline has passed.
    error LateSignaturesNotLate(RequestId id, RequestState state);
    /// @notice The digests are not those of the request, both by their list hash.
    error LateSignaturesOtherDigests(RequestId id, bytes32 digests, bytes32 expected);
    /// @notice Shows valid signatures of a request that is over, by anyone.
    /// @param header of the request
    /// @param digests of the request, in order
    /// @param signatures one for each digest, in its scheme's encoding
    function record(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external;

    /// @notice The contract that the requests were made in.
    function requests() external view returns (ISigningRequests);
}
