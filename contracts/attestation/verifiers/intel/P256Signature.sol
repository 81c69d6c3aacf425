// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";

/// @title P-256 signatures as Intel makes them: high s is as good as low s
/// @dev By the precompile of EIP-7951; where a chain lacks it, in Solidity: an empty answer is never taken for a yes.
library P256Signature {
    uint256 private constant HALF_ORDER = P256.N / 2;

    /// @dev INTEGRATOR: (r, s) and (r, n - s) both verify; a signature's bytes are no replay key.
    function verify(bytes32 digest, uint256 r, uint256 s, uint256 x, uint256 y) internal view returns (bool) {
        require(r != 0 && r < P256.N && s != 0 && s < P256.N, IIntelRefusals.SignatureOutOfRange(r, s));
        if (s > HALF_ORDER) s = P256.N - s;
        return P256.verify(digest, bytes32(r), bytes32(s), bytes32(x), bytes32(y));
    }

    function requirePoint(uint256 x, uint256 y) internal pure {
        require(P256.isValidPublicKey(bytes32(x), bytes32(y)), IIntelRefusals.KeyInvalid(x, y));
    }
}
