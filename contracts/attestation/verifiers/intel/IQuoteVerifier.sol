// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAttestationVerifier} from "../../IAttestationVerifier.sol";
import {IIntelCertificates} from "./IIntelCertificates.sol";
import {IIntelRefusals} from "./IIntelRefusals.sol";
import {IIntelTcb, TcbOutlook} from "./IIntelTcb.sol";

/// @title Verifier of Intel's quotes
/// @notice Evidence is the quote, byte by byte as the TEE gave it. Its PCK chain has been brought to IntelCertificates
/// before, its collateral to IntelTcb.
/// @dev INTEGRATOR: `Attestation.reportData` is the first half of REPORTDATA; the second half is not looked at.
interface IQuoteVerifier is IAttestationVerifier, IIntelRefusals {
    /// @notice How good the platform of a quote is under the collateral of now, and until when it is accepted: which
    /// enclaves fail under newly brought collateral, and when. Reverts with what else is wrong with the quote.
    /// @param evidence a quote
    function outlook(bytes calldata evidence) external view returns (TcbOutlook memory);

    /// @notice Where PCK chains are looked up.
    function certificates() external view returns (IIntelCertificates);

    /// @notice Who rates platforms.
    function tcb() external view returns (IIntelTcb);

    /// @notice What names of platforms are hashed with: one network's own, the same for TDX and SGX.
    function platformSalt() external view returns (bytes32);
}
