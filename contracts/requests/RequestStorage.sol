// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {Scheme} from "../keys/KeyTypes.sol";
import {Signatures} from "../signatures/Signatures.sol";
import {RequestId} from "../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState} from "./ISigningRequests.sol";
import {ISpendingLimits} from "./guards/ISpendingLimits.sol";
import {RequestHash} from "./RequestHash.sol";

/// @title What SigningRequests keeps, and the checks that its parts share
abstract contract RequestStorage is ISigningRequests, AccessManaged, EIP712 {
    /// @dev One slot, read by enclaves (docs/storage.md); it holds nothing else.
    struct Request {
        RequestState state;
        uint48 queuedAt;
        uint48 readyAt;
        uint48 deadline;
    }

    /// @dev Bit i - 1 set: party i of that epoch has refused.
    struct Tally {
        uint64 refusedBy;
        uint16 count;
    }

    mapping(RequestId id => Request) internal _requests;
    /// @dev a request's counter is its place among all, counted from 1
    mapping(uint256 counter => RequestId) internal _ids;
    uint256 internal _requestCount;
    /// @dev hash of the signatures that a consumer has not taken yet
    mapping(RequestId id => bytes32) internal _undelivered;
    mapping(RequestId id => bytes32) internal _late;
    mapping(RequestId id => mapping(uint32 epoch => Tally)) internal _refusals;
    IKeyRegistry internal immutable _keys;
    ISignatureVerifier internal immutable _verifier;
    ISpendingLimits internal immutable _limits;

    constructor(IKeyRegistry keys_, ISignatureVerifier verifier_, ISpendingLimits limits_) {
        _keys = keys_;
        _verifier = verifier_;
        _limits = limits_;
    }

    function _requireState(RequestId id, RequestState needed) internal view returns (Request storage request) {
        request = _requests[id];
        require(request.state == needed, SigningRequestsWrongState(id, request.state, needed));
    }

    /// @dev What expired in the queue was never READY: nobody can have signed it.
    function _expiredWhileReady(Request storage request) internal view returns (bool) {
        return request.state == RequestState.Expired && request.readyAt != 0;
    }

    function _requireInTime(RequestId id, Request storage request) internal view {
        require(
            block.timestamp <= request.deadline, SigningRequestsDeadlinePassed(id, request.deadline, block.timestamp)
        );
    }

    function _requireSignatures(
        RequestId id,
        RequestHeader calldata header,
        bytes[] calldata digests,
        bytes[] calldata signatures
    ) internal view {
        require(
            signatures.length == digests.length,
            SigningRequestsSignatureCount(id, signatures.length, digests.length)
        );
        (Scheme scheme, bytes32 signer) =
            _keys.signerOf(header.keyId, header.requester, header.path, header.kind);
        for (uint256 i = 0; i < digests.length; ++i) {
            require(
                Signatures.verify(_verifier, scheme, signer, digests[i], signatures[i]),
                SigningRequestsInvalidSignature(id, header.keyId, i)
            );
        }
    }

    function _requireDigests(RequestId id, RequestHeader calldata header, bytes[] calldata digests) internal pure {
        bytes32 hash = RequestHash.list(digests);
        require(hash == header.digestsHash, SigningRequestsOtherDigests(id, hash, header.digestsHash));
    }
}
