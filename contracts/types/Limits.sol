// SPDX-License-Identifier: MIT
// Generated from signer/formats/limits.ts: change it there.
pragma solidity ^0.8.37;

/// @dev What a request, a mandate and limits may hold: enclaves read no more of anything.
uint256 constant MAX_PAYLOAD = 32768;
uint256 constant MAX_DIGESTS = 64;
uint256 constant MAX_EFFECTS = 64;
/// @dev bytes
uint256 constant MAX_RECIPIENT = 1024;
/// @dev bytes of an Ed25519 message
uint256 constant MAX_MESSAGE = 4096;
/// @dev forks that votes add
uint256 constant MAX_FORKS = 32;
