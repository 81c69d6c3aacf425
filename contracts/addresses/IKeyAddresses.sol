// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../keys/IDerivedKeys.sol";
import {Scheme} from "../keys/KeyTypes.sol";
import {KeyId} from "../types/Ids.sol";

/// @title Where other chains find a key: addresses of claimed derived keys
/// @notice An address of (key, requester, path), computed each time from the derived key. Reverts with IDerivedKeys'
/// errors unless that was claimed.
interface IKeyAddresses {
    /// @notice A key of this scheme has no such address.
    error KeyAddressesWrongScheme(KeyId keyId, Scheme scheme);

    /// @notice Where the derived keys are claimed.
    function derivedKeys() external view returns (IDerivedKeys);

    /// @notice Address on EVM chains of an ECDSA key.
    function evmAddress(KeyId keyId, address requester, bytes32 path) external view returns (address);

    /// @notice Script that pays to the key: P2TR without a script tree for a bip340 key, P2WPKH for an ECDSA key.
    function bitcoinScript(KeyId keyId, address requester, bytes32 path) external view returns (bytes memory);

    /// @notice The address of that script; `prefix` is "bc" on the main network, "tb" on test networks, "bcrt" on a
    /// local one.
    /// @param keyId of the root key
    /// @param requester whose key it is
    /// @param path of the derived key
    /// @param prefix of the network
    /// @return the address
    function bitcoinAddress(KeyId keyId, address requester, bytes32 path, string calldata prefix)
        external
        view
        returns (string memory);

    /// @notice Solana address of an Ed25519 key, which has no derivation: the key itself in base 58, for its one
    /// requester.
    function solanaAddress(KeyId keyId, address requester) external view returns (string memory);
}
