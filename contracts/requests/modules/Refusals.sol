// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IKeyRegistry} from "../../keys/IKeyRegistry.sol";
import {Described} from "../../types/Described.sol";
import {EnclaveId, KeyId, RequestId} from "../../types/Ids.sol";
import {ISigningRequests, RequestHeader, RequestState, RequestWord} from "../ISigningRequests.sol";
import {RequestHash} from "../RequestHash.sol";
import {IRefusals, RefusalKind} from "./IRefusals.sol";

/// @title Members' signed refusals of requests, counted
/// @dev Deployed before the requests contract, which names it for good: so the contract is an argument, and all that is
/// kept is kept per contract. Request ids are worked out here, for a foreign contract could name one that is another's.
contract Refusals is IRefusals, Described {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant REFUSAL_TYPEHASH =
        keccak256("Refusal(bytes32 request,bytes32 member,uint8 kind,bytes32 code)");
    bytes32 private constant NAME_HASH = keccak256("Quorate Refusals");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// @dev Bit i - 1 set: party i of that epoch has said so. One slot.
    struct Tally {
        uint64 refusedBy;
        uint64 unsupportedBy;
        uint16 refusals;
        uint16 unsupported;
    }

    struct Statement {
        EnclaveId member;
        RefusalKind kind;
        bytes32 code;
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

    constructor(IKeyRegistry keys_) {
        _keys = keys_;
    }

    /// @inheritdoc IRefusals
    function refuse(
        ISigningRequests requests,
        RequestHeader calldata header,
        EnclaveId member,
        RefusalKind kind,
        bytes32 code,
        bytes calldata identitySignature
    ) external {
        RequestId id = RequestHash.id(header, address(requests));
        _requireReady(requests, id);
        require(kind != RefusalKind.None && code != 0, RefusalsEmpty(id));
        Statement memory said = Statement(member, kind, code);
        Seat memory seat = _requireSeat(requests, id, header.keyId, said, identitySignature);

        if (_note(requests, id, seat, said)) requests.endRefused(id);
    }

    /// @inheritdoc IRefusals
    function refusalsOf(ISigningRequests requests, RequestHeader calldata header)
        external
        view
        returns (uint16 refusals, uint16 unsupported)
    {
        RequestId id = RequestHash.id(header, address(requests));
        Tally storage tally = _tallies[requests][id][_keys.key(header.keyId).epoch];
        return (tally.refusals, tally.unsupported);
    }

    /// @inheritdoc IRefusals
    function keys() external view returns (IKeyRegistry) {
        return _keys;
    }

    /// @return isOver whether no t members are left that would sign
    function _note(ISigningRequests requests, RequestId id, Seat memory seat, Statement memory said)
        private
        returns (bool isOver)
    {
        uint16 count = _count(_tallies[requests][id][seat.epoch], id, seat.party, said);
        uint16 needed = said.kind == RefusalKind.Final ? seat.size - seat.threshold + 1 : 0;
        emit RequestRefusedBy(requests, id, said.member, said.kind, said.code, count, needed);
        return needed != 0 && count >= needed;
    }

    /// @dev Once for each kind: who did not know a payload may refuse it with the next image, and end it then.
    function _count(Tally storage tally, RequestId id, uint16 party, Statement memory said) private returns (uint16) {
        uint64 bit = uint64(1) << (party - 1);
        bool isFinal = said.kind == RefusalKind.Final;
        uint64 saidBy = isFinal ? tally.refusedBy : tally.unsupportedBy;
        require(saidBy & bit == 0, RefusalsRepeated(id, said.member, said.kind));

        if (!isFinal) {
            tally.unsupportedBy = saidBy | bit;
            return ++tally.unsupported;
        }
        tally.refusedBy = saidBy | bit;
        return ++tally.refusals;
    }

    function _requireSeat(
        ISigningRequests requests,
        RequestId id,
        KeyId keyId,
        Statement memory said,
        bytes calldata identitySignature
    ) private view returns (Seat memory seat) {
        bytes32 statement = keccak256(abi.encode(REFUSAL_TYPEHASH, id, said.member, said.kind, said.code));
        bytes32 digest = MessageHashUtils.toTypedDataHash(_domainOf(requests), statement);
        (seat.epoch, seat.party, seat.threshold, seat.size) =
            _keys.requireMemberSigned(keyId, said.member, digest, identitySignature);
    }

    /// @dev The contract of the request, which enclaves know as they know no module: a statement is about a request
    /// there, whoever counts it.
    function _domainOf(ISigningRequests requests) private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(requests)));
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
