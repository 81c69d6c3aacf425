// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IEnclaveRegistry, Traits} from "../attestation/IEnclaveRegistry.sol";
import {CommonTraits} from "../keys/CommonTraits.sol";
import {ICommittees, Exposures} from "../keys/ICommittees.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {Fork, Key, KeyStatus, Shape} from "../keys/KeyTypes.sol";
import {Described} from "../types/Described.sol";
import {IExtsload} from "../types/Extsload.sol";
import {EnclaveId, KeyId} from "../types/Ids.sol";
import {page} from "../types/Page.sol";
import {IKeyLens, KeyView, RowView} from "./IKeyLens.sol";

/// @title Keys as a whole, for whoever reads the chain from outside
contract KeyLens is IKeyLens, Described {
    using CommonTraits for Traits[];

    /// @dev Where KeyRegistry keeps what it has no getter for; a test compares them with the compiler's layout.
    uint256 private constant FORKS_SLOT = 6;
    uint256 private constant FORK_COUNT_SLOT = 7;

    IKeyRegistry private immutable _keys;
    ICommittees private immutable _committees;
    IEnclaveRegistry private immutable _enclaves;

    constructor(IKeyRegistry keys_, ICommittees committees_, IEnclaveRegistry enclaves_) {
        _keys = keys_;
        _committees = committees_;
        _enclaves = enclaves_;
    }

    /// @inheritdoc IKeyLens
    function keys(uint256 offset, uint256 limit) external view returns (KeyView[] memory found) {
        (uint256 from, uint256 size) = page(offset, limit, _keys.keyCount());
        found = new KeyView[](size);
        for (uint256 i = 0; i < size; ++i) found[i] = keyView(_keys.keyIdAt(from + i + 1));
    }

    /// @inheritdoc IKeyLens
    function exposuresOf(KeyId keyId) external view returns (Exposures memory) {
        Key memory key = _keys.key(keyId);
        bool active = key.status == KeyStatus.Active;
        bytes32 committee = active ? key.committee : _keys.ceremonyOf(keyId).committee;
        uint16 threshold = active ? key.threshold : _keys.ceremonyOf(keyId).threshold;
        EnclaveId[] memory members = _keys.membersOf(committee);

        Traits[] memory traits = new Traits[](members.length);
        for (uint256 i = 0; i < members.length; ++i) traits[i] = _enclaves.traitsOf(members[i]);
        return traits.exposures(threshold);
    }

    /// @inheritdoc IKeyLens
    function rows(KeyId keyId, address[] calldata requesters) external view returns (RowView[] memory found) {
        found = new RowView[](requesters.length);
        for (uint256 i = 0; i < requesters.length; ++i) {
            address requester = requesters[i];
            found[i] = RowView(requester, _keys.rowOf(keyId, requester), _keys.moduleOf(keyId, requester));
        }
    }

    /// @inheritdoc IKeyLens
    function forks() external view returns (Fork[] memory found) {
        found = new Fork[](_load(bytes32(FORK_COUNT_SLOT)));
        for (uint256 i = 0; i < found.length; ++i) {
            uint256 word = _load(keccak256(abi.encode(i + 1, FORKS_SLOT)));
            (found[i].version, found[i].epoch) = (bytes4(uint32(word)), uint40(word >> 32));
            (found[i].shape, found[i].effectiveAt) = (Shape(uint8(word >> 72)), uint48(word >> 80));
        }
    }

    /// @inheritdoc IKeyLens
    function keyView(KeyId keyId) public view returns (KeyView memory found) {
        found.id = keyId;
        found.key = _keys.key(keyId);
        if (found.key.status == KeyStatus.None) return found;

        found.ceremony = _keys.ceremonyOf(keyId);
        found.members = _keys.membersOf(found.key.committee);
        found.participants = _keys.membersOf(found.ceremony.committee);
        found.seats = _committees.seatsOf(address(_keys), keyId);
        found.live = _keys.liveMembers(keyId);
        found.suspendableAt = _keys.suspendableAt(keyId);
        (found.announcedCommittee, found.announcedFrom) = _keys.proposedCommittee(keyId);
    }

    function _load(bytes32 slot) private view returns (uint256) {
        return uint256(IExtsload(address(_keys)).extsload(slot));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate KeyLens";
        description = "Keys as a whole, for whoever reads the chain from outside.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IKeyLens).interfaceId;
    }
}
