// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {KeyId, RequestId} from "../types/Ids.sol";
import {ISignatureConsumer} from "../requests/ISignatureConsumer.sol";

/// @title The smallest consumer: keeps a receipt for every signature of one key
contract SpendReceipt is ISignatureConsumer, ERC165 {
    /// @notice Signatures were delivered; the hash is of their ABI encoding.
    event Received(RequestId indexed id, bytes32 signaturesHash);

    /// @notice Only SigningRequests delivers signatures.
    error SpendReceiptWrongCaller(address caller, address expected);
    /// @notice The receipt is for another key.
    error SpendReceiptWrongKey(KeyId keyId, KeyId expected);

    /// @notice Keccak-256 of the ABI-encoded signatures that were delivered for a request.
    mapping(RequestId id => bytes32 signaturesHash) public receiptOf;

    address private immutable _requests;
    KeyId private immutable _keyId;

    constructor(address requests_, KeyId keyId_) {
        _requests = requests_;
        _keyId = keyId_;
    }

    /// @inheritdoc ISignatureConsumer
    function onSignature(RequestId id, KeyId keyId, bytes[] calldata signatures) external {
        require(msg.sender == _requests, SpendReceiptWrongCaller(msg.sender, _requests));
        require(KeyId.unwrap(keyId) == KeyId.unwrap(_keyId), SpendReceiptWrongKey(keyId, _keyId));

        receiptOf[id] = keccak256(abi.encode(signatures));
        emit Received(id, receiptOf[id]);
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(ISignatureConsumer).interfaceId || super.supportsInterface(interfaceId);
    }
}
