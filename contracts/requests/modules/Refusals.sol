// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IKeyRegistry} from "../../keys/IKeyRegistry.sol";
import {Described} from "../../types/Described.sol";
import {EnclaveId, KeyId, RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState, RequestWord} from "../ISigningRequests.sol";
import {RequestHash} from "../RequestHash.sol";
import {IRefusals} from "./IRefusals.sol";

/// @title Members' signed refusals of requests, counted
/// @dev Deployed before the requests contract, which names it for good: so the contract is an argument, and all that is
/// kept is kept per contract. Request ids are worked out here, for a foreign contract could name one that is another's.
contract Refusals is IRefusals, EIP712, Described {
    bytes32 private constant REFUSAL_TYPEHASH = keccak256("Refusal(bytes32 request,bytes32 member,bytes32 code)");

    /// @dev Bit i - 1 set: party i of that epoch has refused.
    struct Tally {
        uint64 refusedBy;
        uint16 count;
    }

    /// @dev Where a member sits in its key's present committee.
    struct Seat {
        uint32 epoch;
        uint16 party;
        uint16 threshold;
        uint16 size;
    }

    mapping(ISigningRequests requests => mapping(RequestId id => mapping(uint32 epoch => Tally))) private _tallies;
    IKeyRegistry private immutable _keys;

    constructor(IKeyRegistry keys_) EIP712("Quorate Refusals", "1") {
        _keys = keys_;
    }

    /// @inheritdoc IRefusals
    function refuse(
        ISigningRequests requests,
        RequestHeader calldata header,
        EnclaveId member,
        bytes32 code,
        bytes calldata identitySignature
    ) external {
        RequestId id = RequestHash.id(header, address(requests));
        _requireReady(requests, id);
        require(code != 0, RefusalsEmptyCode(id));
        Seat memory seat = _requireSeat(id, header.keyId, member, code, identitySignature);
        uint16 count = _count(_tallies[requests][id][seat.epoch], id, seat.party, member);
        uint16 needed = seat.size - seat.threshold + 1;
        emit RequestRefusedBy(requests, id, member, code, count, needed);

        if (count >= needed) requests.endRefused(id);
    }

    /// @inheritdoc IRefusals
    function refusalsOf(ISigningRequests requests, RequestHeader calldata header) external view returns (uint16) {
        RequestId id = RequestHash.id(header, address(requests));
        return _tallies[requests][id][_keys.key(header.keyId).epoch].count;
    }

    /// @inheritdoc IRefusals
    function keys() external view returns (IKeyRegistry) {
        return _keys;
    }

    function _count(Tally storage tally, RequestId id, uint16 party, EnclaveId member) private returns (uint16) {
        uint64 bit = uint64(1) << (party - 1);
        require(tally.refusedBy & bit == 0, RefusalsRepeated(id, member));

        tally.refusedBy |= bit;
        return ++tally.count;
    }

    function _requireSeat(
        RequestId id,
        KeyId keyId,
        EnclaveId member,
        bytes32 code,
        bytes calldata identitySignature
    ) private view returns (Seat memory seat) {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(REFUSAL_TYPEHASH, id, member, code)));
        (seat.epoch, seat.party, seat.threshold, seat.size) =
            _keys.requireMemberSigned(keyId, member, digest, identitySignature);
    }

    function _requireReady(ISigningRequests requests, RequestId id) private view {
        RequestWord memory word = requests.wordOf(id);
        require(word.state == RequestState.Ready, RefusalsWrongState(id, word.state));
        require(block.timestamp <= word.deadline, RefusalsDeadlinePassed(id, word.deadline, block.timestamp));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate Refusals";
        description = "Members' signed refusals of requests, counted.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IRefusals).interfaceId;
    }
}
