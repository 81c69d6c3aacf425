// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Scheme} from "../../keys/KeyTypes.sol";
import {ISignatureVerifier} from "../../signatures/ISignatureVerifier.sol";
import {Signatures} from "../../signatures/Signatures.sol";
import {Described} from "../../types/Described.sol";
import {RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState, RequestWord} from "../ISigningRequests.sol";
import {RequestHash} from "../RequestHash.sol";
import {ILateSignatures} from "./ILateSignatures.sol";

/// @title Signatures that came too late, for everybody to see
contract LateSignatures is ILateSignatures, Described {
    ISigningRequests private immutable _requests;
    ISignatureVerifier private immutable _verifier;

    constructor(ISigningRequests requests_, ISignatureVerifier verifier_) {
        _requests = requests_;
        _verifier = verifier_;
    }

    /// @inheritdoc ILateSignatures
    function record(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external {
        RequestId id = RequestHash.id(header, address(_requests));
        RequestWord memory word = _requests.wordOf(id);
        require(_isLate(word), LateSignaturesNotLate(id, word.state));
        bytes32 hash = RequestHash.list(digests);
        require(hash == header.digestsHash, LateSignaturesOtherDigests(id, hash, header.digestsHash));
        _requireSignatures(id, header, digests, signatures);

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

    function _requireSignatures(
        RequestId id,
        RequestHeader calldata header,
        bytes[] calldata digests,
        bytes[] calldata signatures
    ) private view {
        require(signatures.length == digests.length, LateSignaturesCount(id, signatures.length, digests.length));
        (Scheme scheme, bytes32 signer) =
            _requests.derivedKeys().signerOf(header.keyId, header.requester, header.path, header.kind);
        for (uint256 i = 0; i < digests.length; ++i) {
            require(
                Signatures.verify(_verifier, scheme, signer, digests[i], signatures[i]),
                LateSignaturesInvalid(id, header.keyId, i)
            );
        }
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate LateSignatures";
        description = "Signatures that came too late, for everybody to see.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(ILateSignatures).interfaceId;
    }
}
