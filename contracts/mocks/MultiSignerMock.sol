// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";

/// @title OpenZeppelin's multi-signer account, without any account around it: for tests, never deployed
contract MultiSignerMock is MultiSignerERC7913 {
    constructor(bytes[] memory signers_, uint64 threshold_) MultiSignerERC7913(signers_, threshold_) {}

    function isValid(bytes32 hash, bytes calldata signature) external view returns (bool) {
        return _rawSignatureValidation(hash, signature);
    }
}
