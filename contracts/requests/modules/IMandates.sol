// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PayloadKind} from "../../keys/KeyTypes.sol";
import {KeyId, MandateId, RequestId} from "../../types/Ids.sol";
import {Effect, Intent} from "../ISigningRequests.sol";

enum MandateState {
    None,
    Placed,
    Filled,
    Cancelled,
    Expired
}

struct FeeCap {
    bytes32 asset;
    /// @dev in the smallest unit of the asset
    uint256 amount;
}

/// @dev What a vote fixes of a request: what it does, and within which bounds.
struct Mandate {
    KeyId keyId;
    bytes32 path;
    PayloadKind kind;
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

struct MandateView {
    MandateId id;
    MandateState state;
    /// @dev Unix times in seconds
    uint48 placedAt;
    /// @dev see `placedAt`: a request that fills it is READY no earlier
    uint48 readyAt;
    /// @dev see `placedAt`
    uint48 deadline;
}

/// @title Requests whose effects are voted, and whose bytes an executor fills in
/// @notice What was voted days ago has a stale nonce, fee and inputs. PLACED -> FILLED (then an ordinary request exists), CANCELLED or, by
/// time alone, EXPIRED. Only a state word is stored: whoever moves a mandate brings what hashes to its id.
interface IMandates {
    /// @notice A requester has fixed effects and bounds; the key's delay runs from here.
    event MandatePlaced(
        MandateId indexed id, KeyId indexed keyId, address indexed requester, uint64 counter, Mandate mandate
    );
    /// @notice An executor has filled a mandate: SignatureRequested says the same of the request, in the same transaction.
    event MandateFilled(MandateId indexed id, RequestId indexed requestId, address indexed executor);
    /// @notice A mandate was taken back before it was filled.
    event MandateCancelled(MandateId indexed id, address indexed by);

    /// @notice The mandate is not where this call starts from.
    error MandatesWrongState(MandateId id, MandateState state, MandateState needed);
    /// @notice Nobody can say what this kind of payload does.
    error MandatesKindUnfit(PayloadKind kind);
    /// @notice Too many effects or fee caps.
    error MandatesTooLong(uint256 length, uint256 maximum);
    /// @notice Fees are what the executor adds: the effect at `index` is one.
    error MandatesFeeAmongEffects(uint256 index);
    /// @notice An asset has two fee caps.
    error MandatesRepeatedAsset(bytes32 asset);
    /// @notice Another account is to fill this mandate.
    error MandatesWrongExecutor(MandateId id, address executor, address expected);
    /// @notice What fills a mandate replaces nothing.
    error MandatesReplacement(MandateId id, RequestId replaces);
    /// @notice The fees in an asset are more than its cap leaves, in units of the asset.
    error MandatesFeeTooHigh(MandateId id, bytes32 asset, uint256 amount, uint256 left);

    /// @notice By a requester that the key's policy allows. Asks for nothing yet; the key's delay runs from here.
    /// @dev VOTERS: the deadline is the request's. It must be filled 40 minutes before, and made ready 30 minutes before.
    /// INTEGRATOR: the executor chooses the digests, too, and may choose some that this path was given a signature for before: FULFILLED, and
    /// what a consumer is told, vouch for the digests and not for the effects. With no executor anyone may fill it, and so decide nonce, inputs
    /// and, within the caps, fees, or use it up with a payload that enclaves refuse.
    function placeMandate(Mandate calldata mandate) external returns (MandateId);

    /// @notice PLACED -> CANCELLED, by the requester or the guardian.
    function cancelMandate(address requester, uint64 counter, bytes32 mandateHash) external;

    /// @notice PLACED -> FILLED, once, by the executor: opens `intent` as a request of the mandate's requester.
    /// @dev The intent says what the mandate says; its effects are the mandate's and then the fees. Rules of the key and limits of a delegate
    /// are those of now, and are asked for again at READY. READY comes no earlier than the key's delay after the mandate was placed, the
    /// delay of then and that of now: the effects are what voters and guardian had that time to see.
    function fill(MandateTerms calldata terms, Intent calldata intent) external returns (RequestId);

    /// @notice docs/formats.md, "mandate".
    function mandateHashOf(Mandate calldata mandate) external pure returns (bytes32);
    /// @notice Id of the mandate that `requester` placed as this `counter`.
    function mandateId(address requester, uint64 counter, bytes32 mandateHash) external view returns (MandateId);
    /// @notice EXPIRED once its time is over, although nothing is written then.
    function mandateStateOf(MandateId id) external view returns (MandateState);

    /// @notice Mandates that were ever placed: the counter of the last one.
    function mandateCount() external view returns (uint64);

    /// @notice Up to `limit` mandates in the order in which they were placed, from position `offset` on.
    function mandates(uint256 offset, uint256 limit) external view returns (MandateView[] memory);
}
