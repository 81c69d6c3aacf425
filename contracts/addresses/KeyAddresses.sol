// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../keys/IDerivedKeys.sol";
import {PublicKey, Scheme} from "../keys/KeyTypes.sol";
import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {PayloadKinds} from "../types/Kinds.sol";
import {Base58} from "./Base58.sol";
import {Bech32} from "./Bech32.sol";
import {IKeyAddresses} from "./IKeyAddresses.sol";

/// @title Where other chains find a key: addresses of claimed derived keys
contract KeyAddresses is IKeyAddresses, Described {
    IDerivedKeys private immutable _derivedKeys;

    constructor(IDerivedKeys derivedKeys_) {
        _derivedKeys = derivedKeys_;
    }

    /// @inheritdoc IKeyAddresses
    function derivedKeys() external view returns (IDerivedKeys) {
        return _derivedKeys;
    }

    /// @inheritdoc IKeyAddresses
    function evmAddress(KeyId keyId, address requester, bytes32 path) external view returns (address) {
        (Scheme scheme, bytes32 signer) =
            _derivedKeys.signerOf(keyId, requester, path, PayloadKinds.EVM_TRANSACTION);
        require(scheme == Scheme.EcdsaSecp256k1, KeyAddressesWrongScheme(keyId, scheme));
        return address(uint160(uint256(signer)));
    }

    /// @inheritdoc IKeyAddresses
    function bitcoinScript(KeyId keyId, address requester, bytes32 path) external view returns (bytes memory) {
        (uint8 version, bytes memory program) = _program(keyId, requester, path);
        // BIP-141: OP_0 is 0x00, OP_1 is 0x51; then a push of the program
        return abi.encodePacked(version == 0 ? version : 0x50 + version, uint8(program.length), program);
    }

    /// @inheritdoc IKeyAddresses
    function bitcoinAddress(KeyId keyId, address requester, bytes32 path, string calldata prefix)
        external
        view
        returns (string memory)
    {
        (uint8 version, bytes memory program) = _program(keyId, requester, path);
        return Bech32.encode(prefix, version, program);
    }

    /// @inheritdoc IKeyAddresses
    function solanaAddress(KeyId keyId, address requester) external view returns (string memory) {
        (Scheme scheme, bytes32 signer) = _derivedKeys.signerOf(keyId, requester, 0, PayloadKinds.SOLANA_MESSAGE);
        require(scheme == Scheme.Ed25519, KeyAddressesWrongScheme(keyId, scheme));
        return Base58.encode(signer);
    }

    /// @dev Witness version and program: BIP-341's output key, or BIP-141's hash of the compressed key.
    function _program(KeyId keyId, address requester, bytes32 path)
        private
        view
        returns (uint8 version, bytes memory program)
    {
        (Scheme scheme, PublicKey memory key) =
            _derivedKeys.verifyingKey(keyId, requester, path, PayloadKinds.BITCOIN_PSBT);
        require(scheme != Scheme.Ed25519, KeyAddressesWrongScheme(keyId, scheme));
        if (scheme == Scheme.Bip340) return (1, abi.encodePacked(key.x));
        return (0, abi.encodePacked(ripemd160(abi.encodePacked(sha256(abi.encodePacked(key.prefix, key.x))))));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate KeyAddresses";
        description = "Where other chains find the DAO's keys: EVM, Bitcoin and Solana addresses.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IKeyAddresses).interfaceId;
    }
}
