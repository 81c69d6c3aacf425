// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Described} from "../types/Described.sol";
import {KeyId} from "../types/Ids.sol";
import {Base58} from "./Base58.sol";
import {Bech32} from "./Bech32.sol";
import {IKeyAddresses} from "./IKeyAddresses.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {PayloadKind, PublicKey, Scheme} from "../keys/KeyTypes.sol";

/// @title Where other chains find a key: addresses of claimed derived keys
contract KeyAddresses is IKeyAddresses, Described {
    IKeyRegistry private immutable _registry;

    constructor(IKeyRegistry registry_) {
        _registry = registry_;
    }

    /// @inheritdoc IKeyAddresses
    function registry() external view returns (IKeyRegistry) {
        return _registry;
    }

    /// @inheritdoc IKeyAddresses
    function evmAddress(KeyId keyId, address requester, bytes32 path) external view returns (address) {
        (Scheme scheme, bytes32 signer) = _registry.signerOf(keyId, requester, path, PayloadKind.EvmTransaction);
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
    function solanaAddress(KeyId keyId) external view returns (string memory) {
        (Scheme scheme, bytes32 signer) = _registry.signerOf(keyId, address(0), 0, PayloadKind.SolanaMessage);
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
            _registry.verifyingKey(keyId, requester, path, PayloadKind.BitcoinPsbt);
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
