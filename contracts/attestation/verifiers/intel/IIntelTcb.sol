// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IIntelRefusals} from "./IIntelRefusals.sol";

/// @dev What a quote and its PCK certificate say of platform, quoting enclave and TDX module.
struct TcbClaim {
    bytes32 tee;
    bytes6 fmspc;
    bytes2 pceId;
    /// @dev SVNs of components 1 to 16
    bytes16 components;
    uint16 pceSvn;
    bytes16 teeTcbSvn;
    /// @dev of the module that runs now; of TD 1.0 and SGX the same as `teeTcbSvn`
    bytes16 teeTcbSvn2;
    /// @dev 48 bytes, in two parts
    bytes32 mrSignerSeamHigh;
    bytes16 mrSignerSeamLow;
    bytes8 seamAttributes;
    bytes32 qeSigner;
    bytes16 qeAttributes;
    bytes4 qeMiscSelect;
    uint16 qeProduct;
    uint16 qeSvn;
}

/// @dev How good that is.
struct TcbVerdict {
    /// @dev 0 UpToDate, 1 SWHardeningNeeded, 2 ConfigurationNeeded, 3 ConfigurationAndSWHardeningNeeded, 4 OutOfDate,
    /// 5 OutOfDateConfigurationNeeded, 6 Revoked
    uint8 status;
    /// @dev bits of `advisoryAt`
    uint256 advisories;
    /// @dev the lower one of TCB info and QE identity
    uint32 evaluation;
    /// @dev Unix seconds
    uint40 notBefore;
    /// @dev Unix seconds: the earliest of policy, signers, collateral with its grace
    uint40 validUntil;
    /// @dev seconds by which collateral may be overdue before what it verified ends
    uint32 overdue;
}

/// @dev What a rating would be, and for how long.
struct TcbOutlook {
    TcbVerdict verdict;
    /// @dev whether the newest collateral of its evaluation allows it
    bool isAllowed;
    /// @dev Unix seconds: it is accepted until then, by the collateral before if not `isAllowed`; 0: not at all
    uint40 acceptedUntil;
}

/// @dev What a vote wants of Intel's platforms.
struct TcbPolicy {
    /// @dev seconds for which evidence counts, once verified
    uint32 registration;
    /// @dev seconds by which collateral may be overdue before what it verified ends; makes nothing overdue acceptable
    uint32 overdue;
    /// @dev seconds for which, after a newer evaluation was brought, the one before counts too
    uint32 evaluationGrace;
    uint32 leastTcbEvaluation;
    uint32 leastQeEvaluation;
}

struct CollateralView {
    uint32 evaluation;
    /// @dev Unix seconds
    uint40 issueDate;
    /// @dev Unix seconds
    uint40 nextUpdate;
    /// @dev index among the authorities of IntelCertificates
    uint16 signer;
    /// @dev Unix seconds: when this evaluation was first brought
    uint40 since;
    /// @dev whose code the words are; zero: none was brought
    address data;
}

/// @title How good Intel's platforms are: TCB info and QE identity as Intel signs them, and what votes accept of it
/// @notice Anyone may bring what Intel has signed; neither issue date nor evaluation number ever goes back.
interface IIntelTcb is IIntelRefusals {
    /// @notice Newer TCB info of a platform model has been verified; Unix seconds.
    event TcbInfoBrought(bytes32 indexed tee, bytes6 indexed fmspc, uint32 indexed evaluation, uint40 nextUpdate);
    /// @notice Newer QE identity has been verified; Unix seconds.
    event QeIdentityBrought(bytes32 indexed tee, uint32 indexed evaluation, uint40 nextUpdate);
    /// @notice A vote accepts this status, with these advisories (bits of `advisoryAt`).
    event StatusAllowed(uint8 indexed status, uint256 advisories);
    /// @notice A vote accepts this status no more.
    event StatusDisallowed(uint8 indexed status);
    /// @notice A vote has set what is wanted of platforms.
    event TcbPolicySet(TcbPolicy policy);

    /// @notice UpToDate needs no vote, and Revoked gets none.
    error IntelTcbStatusNotVotable(uint8 status);
    /// @notice Evidence would count for no time; seconds.
    error IntelTcbNoRegistration(uint32 registration);
    /// @notice More advisories than there are bits.
    error IntelTcbTooManyAdvisories(bytes32 name);

    /// @notice Brings TCB info of a platform model.
    /// @param text JSON, the very bytes that are signed
    /// @param signature r and s, 64 bytes
    /// @param signer index of the authority that signed it
    function bringTcbInfo(bytes calldata text, bytes calldata signature, uint16 signer) external;

    /// @notice Brings the identity of the quoting enclaves of a TEE.
    /// @param text JSON, the very bytes that are signed
    /// @param signature r and s, 64 bytes
    /// @param signer index of the authority that signed it
    function bringQeIdentity(bytes calldata text, bytes calldata signature, uint16 signer) external;

    /// @notice Accepts a status by a vote, if all advisories found are among those named.
    /// @param status a number of `TcbVerdict`
    /// @param advisories their names
    function allowStatus(uint8 status, bytes32[] calldata advisories) external;

    /// @notice Accepts a status no more.
    /// @param status a number of `TcbVerdict`
    function disallowStatus(uint8 status) external;

    /// @notice Sets what is wanted of platforms by a vote.
    /// @param policy_ all of it
    function setPolicy(TcbPolicy calldata policy_) external;

    /// @notice How good this is; reverts with what is wrong, and with `TcbStatus` where no vote allows it.
    /// @param claim what quote and PCK certificate say
    function rate(TcbClaim calldata claim) external view returns (TcbVerdict memory);

    /// @notice The same without the policy's word: which evidence fails under newly brought collateral, and when.
    /// @param claim what quote and PCK certificate say
    function outlook(TcbClaim calldata claim) external view returns (TcbOutlook memory);

    /// @notice TCB info in effect for a platform model.
    /// @param fmspc the model
    function tcbInfo(bytes32 tee, bytes6 fmspc) external view returns (CollateralView memory);

    /// @notice TCB info of the evaluation before; older ones may still count beside it.
    /// @param fmspc the model
    function formerTcbInfo(bytes32 tee, bytes6 fmspc) external view returns (CollateralView memory);

    /// @notice QE identity in effect for a TEE.
    function qeIdentity(bytes32 tee) external view returns (CollateralView memory);

    /// @notice QE identity of the evaluation before; older ones may still count beside it.
    function formerQeIdentity(bytes32 tee) external view returns (CollateralView memory);

    /// @notice What votes want of platforms.
    function policy() external view returns (TcbPolicy memory);

    /// @notice Whether a vote accepts a status, and with which advisories (bits of `advisoryAt`).
    /// @param status a number of `TcbVerdict`
    /// @return allowed whether it does
    /// @return advisories all that may be found
    function allowance(uint8 status) external view returns (bool allowed, uint256 advisories);

    /// @notice The advisory of a bit, counted from the lowest; zero: none yet.
    /// @param bit from 0 to 222; 223 stands for all that came later
    function advisoryAt(uint256 bit) external view returns (bytes32);
}
