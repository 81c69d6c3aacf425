// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../../keys/IDerivedKeys.sol";
import {Described} from "../../types/Described.sol";
import {RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState, RequestWord} from "../ISigningRequests.sol";
import {RequestHash} from "../RequestHash.sol";
import {ILateSignatures} from "./ILateSignatures.sol";

/// @title Signatures that came too late, for everybody to see
contract LateSignatures is ILateSignatures, Described {
    ISigningRequests private immutable _requests;
    IDerivedKeys private immutable _derivedKeys;

    constructor(ISigningRequests requests_) {
        _requests = requests_;
        _derivedKeys = requests_.derivedKeys();
    }

    /// @inheritdoc ILateSignatures
    function record(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external {
        RequestId id = RequestHash.id(header, address(_requests));
        RequestWord memory word = _requests.wordOf(id);
        require(_isLate(word), LateSignaturesNotLate(id, word.state));
        bytes32 hash = RequestHash.list(digests);
        require(hash == header.digestsHash, LateSignaturesOtherDigests(id, hash, header.digestsHash));
        _derivedKeys.requireSigned(header.keyId, header.requester, header.path, header.kind, digests, signatures);

        emit LateSignatureRecorded(id, header.keyId, signatures);
    }

    /// @inheritdoc ILateSignatures
    function requests() external view returns (ISigningRequests) {
        return _requests;
    }

    /// @dev What expired in the queue was never READY: nobody can have signed it.
    function _isLate(RequestWord memory word) private view returns (bool) {
        if (word.state == RequestState.Expired) return word.readyAt != 0;
        if (word.state == RequestState.Ready) return block.timestamp > word.deadline;
        return word.state == RequestState.Refused;
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate LateSignatures";
        description = "Signatures that came too late, for everybody to see.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ILateSignatures).interfaceId;
    }
}
