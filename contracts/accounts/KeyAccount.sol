// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC7739} from "@openzeppelin/contracts/utils/cryptography/signers/draft-ERC7739.sol";
import {IKeyAccount} from "./IKeyAccount.sol";

/// @title An address that signs what a DAO's key signs: ERC-1271 over one ERC-7913 signer, for ever the same
contract KeyAccount is IKeyAccount, ERC7739 {
    IERC7913SignatureVerifier private immutable _verifier;
    /// @dev The key's first 32 bytes and the rest, zeros behind: `bytes` cannot be immutable.
    bytes32 private immutable _keyStart;
    bytes32 private immutable _keyEnd;
    uint256 private immutable _keyLength;

    constructor(IERC7913SignatureVerifier verifier_, bytes memory key_) EIP712("Quorate KeyAccount", "1") {
        require(address(verifier_).code.length > 0, KeyAccountNoVerifier(address(verifier_)));
        require(key_.length > 0 && key_.length <= 64, KeyAccountInvalidKeyLength(key_.length));
        _verifier = verifier_;
        (_keyStart, _keyEnd) = abi.decode(bytes.concat(key_, new bytes(64 - key_.length)), (bytes32, bytes32));
        _keyLength = key_.length;
    }

    /// @inheritdoc IKeyAccount
    function verifier() external view returns (IERC7913SignatureVerifier) {
        return _verifier;
    }

    /// @inheritdoc IKeyAccount
    function key() public view returns (bytes memory bytes_) {
        bytes_ = abi.encode(_keyStart, _keyEnd);
        uint256 length = _keyLength;
        assembly ("memory-safe") {
            mstore(bytes_, length) // never longer than it was
        }
    }

    /// @inheritdoc IKeyAccount
    function erc7913Signer() public view returns (bytes memory) {
        return bytes.concat(bytes20(address(_verifier)), key());
    }

    /// @dev The nested hash, and what is left of the signature once ERC7739 has unwrapped it. A verifier's revert is
    /// passed on: lack of gas must not read as "no".
    function _rawSignatureValidation(bytes32 hash, bytes calldata signature) internal view override returns (bool) {
        return _verifier.verify(key(), hash, signature) == IERC7913SignatureVerifier.verify.selector;
    }
}
