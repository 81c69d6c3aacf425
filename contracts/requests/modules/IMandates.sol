// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {KeyId, MandateId, RequestId} from "../../types/Ids.sol";
import {Effect, Intent, ISigningRequests} from "../ISigningRequests.sol";

struct FeeCap {
    bytes32 asset;
    /// @dev in the smallest unit of the asset
    uint256 amount;
}

/// @dev What a vote fixes of a request: what it does, and within which bounds.
struct Mandate {
    KeyId keyId;
    bytes32 path;
    /// @dev a number of `PayloadKinds`
    uint8 kind;
    /// @dev all that the payload may do but for its fees
    Effect[] effects;
    /// @dev what the fees in each asset may come to; no fee in any other
    FeeCap[] feeCaps;
    /// @dev who may fill it; zero for anyone
    address executor;
    /// @dev Unix time in seconds: the request's
    uint48 deadline;
    address consumer;
    /// @dev gas that the consumer gets, in one call
    uint32 callbackGas;
}

/// @dev What a mandate says beyond the request that fills it.
struct MandateTerms {
    address requester;
    uint64 counter;
    address executor;
    FeeCap[] feeCaps;
}

/// @title Requests whose effects are voted, and whose bytes an executor fills in
/// @notice What was voted days ago has a stale nonce, fee and inputs. A mandate is announced to the requests contract
/// when it is placed, so the row's delay runs from there; it is filled once, at the same epoch of the row, and its
/// requester or the guardian may withdraw it there (`ISigningRequests.withdraw` with the mandate's id). Nothing is
/// stored here but how many there were.
interface IMandates {
    /// @notice A requester has fixed effects and bounds. RequestAnnounced says the row's epoch, with which the mandate
    /// ends.
    event MandatePlaced(
        MandateId indexed id, KeyId indexed keyId, address indexed requester, uint64 counter, Mandate mandate
    );
    /// @notice An executor has filled a mandate: SignatureRequested says the same of the request, in the same
    /// transaction.
    event MandateFilled(MandateId indexed id, RequestId indexed requestId, address indexed executor);

    /// @notice Nobody can say what this kind of payload does.
    error MandatesKindUnfit(uint8 kind);
    /// @notice Too many effects and fee caps.
    error MandatesTooLong(uint256 length, uint256 maximum);
    /// @notice Fees are what the executor adds: the effect at `index` is one.
    error MandatesFeeAmongEffects(uint256 index);
    /// @notice An asset has two fee caps.
    error MandatesRepeatedAsset(bytes32 asset);
    /// @notice Another account is to fill this mandate.
    error MandatesWrongExecutor(MandateId id, address executor, address expected);
    /// @notice The fees in an asset are more than its cap leaves, in units of the asset.
    error MandatesFeeTooHigh(MandateId id, bytes32 asset, uint256 amount, uint256 left);

    /// @notice By a requester whose row names this module. Asks for nothing yet; the row's delay runs from here.
    /// @dev VOTERS: the deadline is the request's. It must be filled 40 minutes before, and made ready 30 minutes
    /// before. INTEGRATOR: the executor chooses the digests, too, and may choose some that this path was given a
    /// signature for before: FULFILLED, and what a consumer is told, vouch for the digests and not for the effects.
    /// With no executor anyone may fill it, and so decide nonce, inputs and, within the caps, fees, or use it up with a
    /// payload that enclaves refuse.
    /// @param mandate what is fixed
    /// @return id of the mandate
    function place(Mandate calldata mandate) external returns (MandateId id);

    /// @notice Once, by the executor: asks for `intent` in the name of the mandate's requester. It is READY at once if
    /// the row's delay has passed since the mandate was placed.
    /// @dev The intent says what the mandate says; its effects are the mandate's and then the fees. The row's kinds and
    /// guard are asked as for every request: the effects are what voters and guardian had the delay to see.
    /// @param terms what the mandate says beyond the intent
    /// @param intent what is asked for
    /// @return id of the request
    function fill(MandateTerms calldata terms, Intent calldata intent) external returns (RequestId id);

    /// @notice docs/formats.md, "mandate".
    /// @param mandate as a vote says it
    /// @return its hash
    function mandateHashOf(Mandate calldata mandate) external pure returns (bytes32);
    /// @notice Id of the mandate that `requester` placed as this `counter`.
    /// @param requester who placed it
    /// @param counter its place among all mandates, from 1 on
    /// @param mandateHash see `mandateHashOf`
    /// @return its id
    function mandateId(address requester, uint64 counter, bytes32 mandateHash) external view returns (MandateId);
    /// @notice Mandates that were ever placed: the counter of the last one.
    function mandateCount() external view returns (uint64);
    /// @notice The contract that this module asks.
    function requests() external view returns (ISigningRequests);
}
