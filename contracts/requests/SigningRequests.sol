// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {ISignatureVerifier} from "../signatures/ISignatureVerifier.sol";
import {Described} from "../types/Described.sol";
import {RequestId} from "../types/Ids.sol";
import {page} from "../types/Page.sol";
import {Callback} from "./Callback.sol";
import {Intent, ISigningRequests, RequestHeader, RequestState, RequestView} from "./ISigningRequests.sol";
import {ISpendingLimits} from "./guards/ISpendingLimits.sol";
import {IMandates} from "./modules/IMandates.sol";
import {Mandates} from "./modules/Mandates.sol";
import {RequestEndings} from "./RequestEndings.sol";
import {RequestHash} from "./RequestHash.sol";
import {RequestRules} from "./RequestRules.sol";
import {RequestStorage} from "./RequestStorage.sol";

/// @title Signatures that governance asked for
contract SigningRequests is RequestEndings, Mandates, Described {
    constructor(address authority_, IKeyRegistry keys_, ISignatureVerifier verifier_, ISpendingLimits limits_)
        AccessManaged(authority_)
        EIP712("Quorate SigningRequests", "1")
        RequestStorage(keys_, verifier_, limits_)
    {}

    /// @inheritdoc ISigningRequests
    function markReady(RequestHeader calldata header) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Queued);
        require(block.timestamp >= request.readyAt, SigningRequestsTooEarly(id, request.readyAt, block.timestamp));
        RequestRules.requireRoom(id, request.deadline);
        (uint32 delay,, bool limited) = _keys.requireRequestable(header.keyId, header.requester, header.kind);
        uint48 readyAt = request.queuedAt + delay;
        require(block.timestamp >= readyAt, SigningRequestsTooEarly(id, readyAt, block.timestamp));

        request.state = RequestState.Ready;
        request.readyAt = uint48(block.timestamp);
        emit RequestReady(id, header.keyId);

        if (limited) _limits.takePlace(id, header.keyId, header.requester, header.path, header.replaces);
    }

    /// @inheritdoc ISigningRequests
    function fulfil(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Ready);
        _requireInTime(id, request);
        _requireDigests(id, header, digests);
        _requireSignatures(id, header, digests, signatures);

        request.state = RequestState.Fulfilled;
        emit SignatureFulfilled(id, header.keyId, signatures);

        _notify(id, header, signatures);
    }

    /// @inheritdoc ISigningRequests
    function redeliver(RequestHeader calldata header, bytes[] calldata signatures) external {
        RequestId id = RequestHash.id(header);
        bytes32 hash = RequestHash.list(signatures);
        bytes32 undelivered = _undelivered[id];
        require(
            undelivered != 0 && hash == undelivered, SigningRequestsNothingToDeliver(id, hash, undelivered)
        );

        delete _undelivered[id];

        _notify(id, header, signatures);
    }

    /// @inheritdoc ISigningRequests
    function requestId(RequestHeader calldata header) external view returns (RequestId) {
        return RequestHash.id(header);
    }

    /// @inheritdoc ISigningRequests
    function headerOf(Intent calldata intent, address requester, uint64 counter)
        external
        pure
        returns (RequestHeader memory)
    {
        return RequestHash.headerOf(intent, requester, counter);
    }

    /// @inheritdoc ISigningRequests
    function stateOf(RequestId id) external view returns (RequestState) {
        return _requests[id].state;
    }

    /// @inheritdoc ISigningRequests
    function requestCount() external view returns (uint64) {
        return uint64(_requestCount);
    }

    /// @inheritdoc ISigningRequests
    function requests(uint256 offset, uint256 limit) external view returns (RequestView[] memory list) {
        (uint256 from, uint256 size) = page(offset, limit, _requestCount);
        list = new RequestView[](size);
        for (uint256 i = 0; i < size; ++i) {
            RequestId id = _ids[from + i + 1];
            Request storage request = _requests[id];
            list[i] = RequestView(id, request.state, request.queuedAt, request.readyAt, request.deadline);
        }
    }

    /// @dev A second entry from the consumer finds the request fulfilled and nothing undelivered.
    function _notify(RequestId id, RequestHeader calldata header, bytes[] calldata signatures) private {
        if (header.consumer == address(0)) return;
        if (Callback.call(header.consumer, header.callbackGas, id, header.keyId, signatures)) {
            emit CallbackDelivered(id, header.consumer);
        } else {
            _undelivered[id] = RequestHash.list(signatures);
            emit CallbackFailed(id, header.consumer);
        }
    }

    /// @inheritdoc Described
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IMandates).interfaceId || super.supportsInterface(interfaceId);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate SigningRequests";
        description = "Signatures that governance asked for.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ISigningRequests).interfaceId;
    }
}
