// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {EnclaveId, KeyId} from "../types/Ids.sol";
import {KEY_TAG} from "../types/Tags.sol";
import {IKeyRegistry} from "./IKeyRegistry.sol";
import {Diversity, KeyStatus, Network, PublicKey, Scheme} from "./KeyTypes.sol";

/// @title What the KeyRegistry keeps, and how its parts reach it
abstract contract KeyStorage is IKeyRegistry, AccessManaged, EIP712 {
    struct Attempt {
        uint48 deadline;
        uint32 window;
        uint16 confirmations;
        /// @dev bit i - 1 set: party i has confirmed
        uint64 confirmedBy;
        bool differs;
    }

    /// @dev The first six slots are read by enclaves (docs/storage.md) and hold nothing else.
    struct Key {
        KeyStatus status;
        Scheme scheme;
        uint16 threshold;
        uint16 size;
        uint32 epoch;
        uint32 attempt;
        uint32 policyEpoch;
        uint32 delay;
        uint48 pausedUntil;
        uint32 kinds;
        bytes32 committee;
        bytes32 policy;
        bytes32 publicKeyX;
        bytes32 commitments;
        uint8 publicKeyPrefix;
        bool spared;
        Attempt current;
        /// @dev hash of what the first member of this attempt confirmed
        bytes32 statement;
        Diversity diversity;
        EnclaveId[] members;
        address[] operators;
        address[] reserves;
        /// @dev place of the reserve that is next in line
        uint32 nextReserve;
        address[] requesters;
        address[] delegates;
    }

    struct Derived {
        uint8 prefix;
        address account;
        bytes32 x;
        bytes32 outputX;
    }

    enum Permission {
        None,
        Requester,
        Delegate
    }

    mapping(KeyId keyId => Key) internal _keys;
    /// @dev Read by enclaves too (docs/storage.md): holds nothing else.
    Network internal _network;
    mapping(KeyId keyId => mapping(address requester => mapping(bytes32 path => Derived))) internal _derived;
    mapping(KeyId keyId => mapping(uint32 policyEpoch => mapping(address requester => Permission))) internal
        _permissions;
    /// @dev Under zero, which is no key's id, the network's.
    mapping(KeyId keyId => uint48 time) internal _suspendableAt;
    uint256 internal _count;

    /// @inheritdoc IKeyRegistry
    function keyIdAt(uint256 index) public view returns (KeyId) {
        return KeyId.wrap(keccak256(abi.encode(KEY_TAG, block.chainid, address(this), index)));
    }

    function _require(KeyId keyId) internal view returns (Key storage entry) {
        entry = _keys[keyId];
        require(entry.status != KeyStatus.None, KeyRegistryUnknownKey(keyId));
    }

    function _requireStatus(KeyId keyId, KeyStatus needed) internal view returns (Key storage entry) {
        entry = _keys[keyId];
        require(entry.status == needed, KeyRegistryWrongStatus(keyId, entry.status, needed));
    }

    function _root(Key storage entry) internal view returns (PublicKey memory) {
        return PublicKey(entry.publicKeyPrefix, entry.publicKeyX);
    }
}
