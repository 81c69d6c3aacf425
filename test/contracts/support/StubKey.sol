// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IKeyRegistry} from "../../../contracts/keys/IKeyRegistry.sol";
import {Key, KeyStatus, Row, Scheme} from "../../../contracts/keys/KeyTypes.sol";
import {EnclaveId, KeyId} from "../../../contracts/types/Ids.sol";

/// @dev KeyRegistry and DerivedKeys of a 2-of-4 key, as far as requests and their modules ask them. Everybody has a
/// row, and anybody sets rows; a signature is good if it is the digest. Members sign by existing: parties 1 to 4.
contract StubKey {
    error StubKeySignatureCount();
    error StubKeyInvalidSignature();

    Scheme private immutable _scheme;
    mapping(address requester => Row) private _rows;
    mapping(address requester => address) private _modules;
    uint256 public keyCount = 1;

    constructor(Scheme scheme_) {
        _scheme = scheme_;
    }

    function setKeyCount(uint256 keyCount_) external {
        keyCount = keyCount_;
    }

    function setRow(address requester, address guard, address module, uint32 delay) external {
        uint40 epoch = rowOf(KeyId.wrap(0), requester).epoch + 1;
        _rows[requester] = Row(guard, epoch, type(uint24).max, delay);
        _modules[requester] = module;
        emit IKeyRegistry.RowSet(KeyId.wrap(0), requester, epoch, guard, module, type(uint24).max, delay);
    }

    function raise(KeyId keyId, address requester) external {
        Row memory row = rowOf(keyId, requester);
        ++row.epoch;
        _rows[requester] = row;
        emit IKeyRegistry.RowRaised(keyId, requester, row.epoch, msg.sender);
    }

    function requireRequestable(KeyId keyId, address requester, uint8)
        external
        view
        returns (uint40, uint32, address, Scheme)
    {
        Row memory row = rowOf(keyId, requester);
        return (row.epoch, row.delay, row.guard, _scheme);
    }

    function moduleOf(KeyId, address requester) external view returns (address) {
        return _modules[requester];
    }

    function key(KeyId) external view returns (Key memory shown) {
        shown.status = KeyStatus.Active;
        shown.scheme = _scheme;
        (shown.epoch, shown.threshold, shown.size) = (1, 2, 4);
    }

    function requireSigned(
        KeyId,
        address,
        bytes32,
        uint8,
        bytes[] calldata digests,
        bytes[] calldata signatures
    ) external pure {
        require(signatures.length == digests.length, StubKeySignatureCount());
        for (uint256 i = 0; i < digests.length; ++i) {
            require(keccak256(digests[i]) == keccak256(signatures[i]), StubKeyInvalidSignature());
        }
    }

    function requireMemberSigned(KeyId, EnclaveId member, bytes32, bytes calldata)
        external
        pure
        returns (uint32, uint16, uint16, uint16)
    {
        return (1, uint16(uint256(EnclaveId.unwrap(member))), 2, 4);
    }

    function rowOf(KeyId, address requester) public view returns (Row memory row) {
        row = _rows[requester];
        if (row.epoch == 0) row = Row(address(0), 1, type(uint24).max, 0);
    }
}
