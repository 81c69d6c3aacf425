// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyView} from "../keys/KeyTypes.sol";
import {EnclaveId, RequestId} from "../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState} from "./ISigningRequests.sol";
import {RequestHash} from "./RequestHash.sol";
import {RequestStorage} from "./RequestStorage.sol";

/// @title Ends of a request other than its signatures
abstract contract RequestEndings is RequestStorage {
    bytes32 private constant REFUSAL_TYPEHASH = keccak256("Refusal(bytes32 request,bytes32 member,bytes32 code)");

    /// @inheritdoc ISigningRequests
    function cancel(RequestHeader calldata header) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Queued);
        if (msg.sender != header.requester) _checkCanCall(msg.sender, msg.data);

        request.state = RequestState.Cancelled;
        emit RequestCancelled(id, msg.sender);
    }

    /// @inheritdoc ISigningRequests
    function refuse(RequestHeader calldata header, EnclaveId member, bytes32 code, bytes calldata identitySignature)
        external
    {
        RequestId id = RequestHash.id(header);
        Request storage request = _requireState(id, RequestState.Ready);
        _requireInTime(id, request);
        require(code != 0, SigningRequestsEmptyCode(id));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(REFUSAL_TYPEHASH, id, member, code)));
        (uint32 epoch, uint16 party, uint16 threshold, uint16 size) =
            _keys.requireMemberSigned(header.keyId, member, digest, identitySignature);
        Tally storage tally = _refusals[id][epoch];
        uint64 seat = uint64(1) << (party - 1);
        require(tally.refusedBy & seat == 0, SigningRequestsAlreadyRefused(id, member));

        tally.refusedBy |= seat;
        uint16 count = ++tally.count;
        uint16 needed = size - threshold + 1;
        emit RequestRefusedBy(id, member, code, count, needed);
        if (count < needed) return;
        request.state = RequestState.Refused;
        emit RequestRefused(id, count);
    }

    /// @inheritdoc ISigningRequests
    function expire(RequestHeader calldata header) external {
        RequestId id = RequestHash.id(header);
        Request storage request = _requests[id];
        RequestState state = request.state;
        require(
            state == RequestState.Queued || state == RequestState.Ready,
            SigningRequestsWrongState(id, state, RequestState.Ready)
        );
        require(
            block.timestamp > request.deadline, SigningRequestsNotExpired(id, request.deadline, block.timestamp)
        );

        request.state = RequestState.Expired;
        if (state == RequestState.Queued) request.readyAt = 0; // it never was
        emit RequestExpired(id);
        if (state == RequestState.Ready) _count(id, header);
    }

    /// @inheritdoc ISigningRequests
    function recordLate(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures)
        external
    {
        RequestId id = RequestHash.id(header);
        Request storage request = _requests[id];
        bool late = _expiredWhileReady(request) || request.state == RequestState.Refused
            || (request.state == RequestState.Ready && block.timestamp > request.deadline);
        require(late, SigningRequestsNotLate(id, request.state));
        require(_late[id] == 0, SigningRequestsAlreadyRecorded(id));
        _requireDigests(id, header, digests);
        _requireSignatures(id, header, digests, signatures);

        _late[id] = RequestHash.list(signatures);
        emit LateSignatureRecorded(id, header.keyId, signatures);
    }

    /// @inheritdoc ISigningRequests
    function settle(RequestHeader calldata header) external restricted {
        RequestId id = RequestHash.id(header);

        emit RequestSettled(id, msg.sender);

        _limits.settle(id, header.keyId, header.requester, header.path);
    }

    /// @inheritdoc ISigningRequests
    function refusalsOf(RequestHeader calldata header) external view returns (uint16) {
        return _refusals[RequestHash.id(header)][_keys.key(header.keyId).epoch].count;
    }

    /// @inheritdoc ISigningRequests
    function lateSignatures(RequestId id) external view returns (bytes32) {
        return _late[id];
    }

    function _count(RequestId id, RequestHeader calldata header) private {
        KeyView memory key = _keys.key(header.keyId);
        uint16 refused = _refusals[id][key.epoch].count;
        emit ExpiryCounted(id, _keys.liveMembers(header.keyId), refused, uint16(key.members.length));
    }
}
