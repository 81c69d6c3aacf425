// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDerivedKeys} from "../keys/IDerivedKeys.sol";
import {IKeyRegistry} from "../keys/IKeyRegistry.sol";
import {KeyId, RequestId} from "../types/Ids.sol";

/// @dev Values are read by enclaves: docs/storage.md.
enum RequestState {
    None,
    Queued,
    Ready,
    Fulfilled,
    Refused,
    Expired,
    Cancelled
}

/// @dev What the payload does, as declared; the core counts and hashes them, guards and enclaves read them.
struct Effect {
    /// @dev a number of `EffectKinds`
    uint8 kind;
    bytes32 asset;
    bytes recipient;
    /// @dev in the smallest unit of the asset
    uint256 amount;
    bytes32 detail;
}

struct Intent {
    KeyId keyId;
    bytes32 path;
    /// @dev a number of `PayloadKinds`
    uint8 kind;
    bytes payload;
    bytes[] digests;
    Effect[] effects;
    /// @dev Unix time in seconds: nothing is signed after it
    uint48 deadline;
    address consumer;
    /// @dev gas that the consumer gets, in one call
    uint32 callbackGas;
    /// @dev the request that this one and every other replacement of it conflict with; zero: this replaces none
    RequestId replaces;
}

/// @dev The intent with its dynamic parts hashed, plus who asked and when in order: exactly what the request id commits
/// to.
struct RequestHeader {
    KeyId keyId;
    address requester;
    uint64 counter;
    bytes32 path;
    /// @dev a number of `PayloadKinds`
    uint8 kind;
    bytes32 payloadHash;
    bytes32 digestsHash;
    bytes32 effectsHash;
    /// @dev Unix time in seconds
    uint48 deadline;
    address consumer;
    /// @dev gas that the consumer gets, in one call
    uint32 callbackGas;
    /// @dev see `Intent`
    RequestId replaces;
}

/// @dev One slot, read by enclaves (docs/storage.md); it holds nothing else.
struct RequestWord {
    RequestState state;
    /// @dev Unix time in seconds from which the row's delay runs: when it was asked for, or when it was announced
    uint48 queuedAt;
    /// @dev Unix time in seconds: the earliest one until it is READY, then the one at which it became so; 0 if it
    /// expired in the queue
    uint48 readyAt;
    /// @dev Unix time in seconds
    uint48 deadline;
    /// @dev its row's, when it was asked for or announced
    uint40 epoch;
    /// @dev asked by a vote in the requester's name: no guard is asked
    bool voted;
}

/// @dev One entry of `fulfilMany`.
struct Fulfilment {
    RequestHeader header;
    bytes[] digests;
    bytes[] signatures;
}

/// @dev What a module has said that it will ask for, before it can.
struct Announcement {
    /// @dev Unix time in seconds
    uint48 announcedAt;
    /// @dev the row's, when it was announced
    uint40 epoch;
}

/// @dev A contract that may open requests for the rows that name it.
struct ModuleListing {
    /// @dev Keccak-256 of the code that was voted for
    bytes32 codeHash;
    /// @dev Unix time in seconds
    uint48 effectiveAt;
}

/// @title Signatures that governance asked for
/// @notice QUEUED (may be cancelled) -> READY (irrevocable) -> FULFILLED, REFUSED or EXPIRED. Only a word is stored:
/// whoever moves a request brings its header, which hashes to the id. Who may ask for what is the key's rows
/// (IKeyRegistry); whether payload, digests and effects agree is for the enclaves to decide.
interface ISigningRequests {
    /// @notice A request exists; the header is that of `intent`. Counters are contiguous over all requests, so that a
    /// gap shows.
    /// @param id of the request
    /// @param keyId whose signature is asked for
    /// @param requester for whom: itself, or its row's module, or a vote has asked
    /// @param counter its place among all requests, from 1 on
    /// @param epoch of its row; once the row has a newer one the request is overtaken
    /// @param queuedAt Unix time in seconds from which the delay runs
    /// @param readyAt Unix time in seconds from which it may be READY; RequestReady follows at once where that is now
    /// @param module that asked; zero for the requester itself or a vote
    /// @param voted asked by a vote in the requester's name, so that no guard is asked
    /// @param intent as it was asked
    event SignatureRequested(
        RequestId indexed id,
        KeyId indexed keyId,
        address indexed requester,
        uint64 counter,
        uint40 epoch,
        uint48 queuedAt,
        uint48 readyAt,
        address module,
        bool voted,
        Intent intent
    );
    /// @notice READY: enclaves may sign from the moment this is final, while the request's epoch is its row's.
    event RequestReady(RequestId indexed id, KeyId indexed keyId);
    /// @notice FULFILLED, with one valid signature per digest.
    event SignatureFulfilled(RequestId indexed id, KeyId indexed keyId, bytes[] signatures);
    /// @notice CANCELLED before it was READY.
    event RequestCancelled(RequestId indexed id, address indexed by);
    /// @notice EXPIRED: past its deadline, or overtaken by its row. If it was READY a signature may exist, and appear
    /// later.
    event RequestExpired(RequestId indexed id);
    /// @notice EXPIRED because its requester or a vote gave it up. It was READY: a signature may exist, and appear
    /// later.
    event RequestAbandoned(RequestId indexed id, address indexed by);
    /// @notice REFUSED: so many members will not sign that those left are too few (IRefusals).
    event RequestRefused(RequestId indexed id);
    /// @notice The consumer has taken the signatures.
    event CallbackDelivered(RequestId indexed id, address indexed consumer);
    /// @notice The consumer has reverted or run out of its gas; anyone may redeliver.
    event CallbackFailed(RequestId indexed id, address indexed consumer);
    /// @notice `fulfilMany` or `markReadyMany` left this request as it was; `reason` is the selector of the error that
    /// it met.
    event EntrySkipped(RequestId indexed id, bytes4 indexed reason);
    /// @notice A module will ask for a request of this key and requester; the row's delay runs from here.
    event RequestAnnounced(
        address indexed module, KeyId indexed keyId, address indexed requester, bytes32 hash, uint40 epoch
    );
    /// @notice What was announced is asked for now, and so no more announced: SignatureRequested follows.
    event AnnouncementUsed(
        address indexed module, KeyId indexed keyId, address indexed requester, bytes32 hash
    );
    /// @notice What was announced is not asked for any more.
    event AnnouncementWithdrawn(
        address indexed module, KeyId indexed keyId, address indexed requester, bytes32 hash, address by
    );
    /// @notice A vote lets this code open requests for rows that name it, from `effectiveAt` on (Unix seconds).
    event ModuleListed(address indexed module, bytes32 codeHash, uint48 effectiveAt);
    /// @notice From now on the module opens nothing.
    event ModuleRemoved(address indexed module, address indexed by);

    /// @notice The request is not where this call starts from.
    error SigningRequestsWrongState(RequestId id, RequestState state, RequestState needed);
    /// @notice What was never READY is not to be replaced: nobody can have signed it.
    error SigningRequestsNeverReady(RequestId replaces, RequestState state);
    /// @notice No module asks for a replacement: its announcement names none.
    error SigningRequestsReplacement(RequestId replaces);
    /// @notice The payload is too long, in bytes.
    error SigningRequestsPayloadLength(uint256 length, uint256 maximum);
    /// @notice An Ed25519 key has no paths.
    error SigningRequestsNoDerivation(bytes32 path);
    /// @notice Too few or too many digests for this kind of payload.
    error SigningRequestsDigestCount(uint256 count, uint256 minimum, uint256 maximum);
    /// @notice A digest has another length than its scheme signs, in bytes.
    error SigningRequestsDigestLength(uint256 index, uint256 length, uint256 expected);
    /// @notice Too many declared effects.
    error SigningRequestsEffectCount(uint256 count, uint256 maximum);
    /// @notice An effect's recipient is longer than enclaves read.
    error SigningRequestsRecipientLength(uint256 index, uint256 length, uint256 maximum);
    /// @notice The deadline is too near or too far (Unix seconds).
    error SigningRequestsDeadline(uint48 deadline, uint256 earliest, uint256 latest);
    /// @notice More callback gas than allowed; without a consumer none is.
    error SigningRequestsCallbackGas(uint32 callbackGas, uint256 maximum);
    /// @notice READY from `readyAt` on (Unix seconds).
    error SigningRequestsTooEarly(RequestId id, uint48 readyAt, uint256 time);
    /// @notice What is left until the deadline is too short for enclaves to sign in (Unix seconds).
    error SigningRequestsNoRoom(RequestId id, uint48 deadline, uint256 earliest);
    /// @notice The row has a newer epoch than the request: whoever wants it asks anew.
    error SigningRequestsOvertaken(RequestId id, uint40 epoch, uint40 current);
    /// @notice The deadline has passed (Unix seconds).
    error SigningRequestsDeadlinePassed(RequestId id, uint48 deadline, uint256 time);
    /// @notice The deadline has not passed (Unix seconds), and the row has not overtaken the request.
    error SigningRequestsNotExpired(RequestId id, uint48 deadline, uint256 time);
    /// @notice The digests are not those of the request, both by their list hash.
    error SigningRequestsOtherDigests(RequestId id, bytes32 digests, bytes32 expected);
    /// @notice The call does not bring the gas that was declared for the callback, or that a guard may use.
    error SigningRequestsInsufficientGas(RequestId id, uint256 available, uint256 needed);
    /// @notice The entry at `index` wants more gas than is left: nothing of this call has happened.
    error SigningRequestsEntryOutOfGas(uint256 index);
    /// @notice These are not the signatures that the consumer has not taken, both by their hash.
    error SigningRequestsNothingToDeliver(RequestId id, bytes32 signatures, bytes32 undelivered);
    /// @notice The row's guard says no; `reason` is the beginning of what it reverted with, at most 1,024 bytes.
    error SigningRequestsGuardRefused(RequestId id, address guard, bytes reason);
    /// @notice No vote has listed this module, or not yet (Unix seconds), or with other code.
    error SigningRequestsNotListed(address module, uint48 effectiveAt, uint256 time);
    /// @notice The module has other code than the vote listed, both by their hash.
    error SigningRequestsOtherCode(address module, bytes32 codeHash, bytes32 listed);
    /// @notice The row of this requester names another module, or none.
    error SigningRequestsOtherModule(KeyId keyId, address requester, address module, address named);
    /// @notice A module lists with the hash of its code: of nothing, or of code that delegates (EIP-7702), it lists
    /// nothing.
    error SigningRequestsNoModule(address module, bytes32 codeHash);
    /// @notice The module's listing is in effect already, or there is none; Unix seconds.
    error SigningRequestsNothingToWithdraw(address module, uint48 effectiveAt, uint256 time);
    /// @notice The module is listed already (Unix seconds): a vote removes it before it lists it anew.
    error SigningRequestsListed(address module, uint48 effectiveAt);
    /// @notice This is announced already.
    error SigningRequestsAnnounced(address module, KeyId keyId, address requester, bytes32 hash);
    /// @notice This is not announced, or was withdrawn or asked for before, or announced under a former listing.
    error SigningRequestsNotAnnounced(address module, KeyId keyId, address requester, bytes32 hash);
    /// @notice The row has a newer epoch than the announcement.
    error SigningRequestsAnnouncementOvertaken(bytes32 hash, uint40 epoch, uint40 current);
    /// @notice Only the contract that counts refusals ends requests as refused.
    error SigningRequestsNotRefusals(address caller, address expected);

    /// @notice Asks for signatures over `intent`; the caller is the requester. QUEUED, or READY at once where its row
    /// has no delay.
    /// @dev VOTERS: the deadline is 40 minutes to 90 days after the row's delay, counted from when this is executed.
    /// Under 40 minutes no signature could come in time. INTEGRATOR: whether payload, digests and effects agree is for
    /// the enclaves to decide, not checked here. A signature that comes late is good all the same, so a payment that is
    /// asked for again may be made twice, unless the second names the first as replaced: enclaves sign that only where
    /// at most one of the two can be final. Name the *first* of a row of replacements, never another one: of the same
    /// key, requester, path and kind.
    /// @param intent what is asked for
    /// @return id of the request
    function request(Intent calldata intent) external returns (RequestId id);

    /// @notice By the module that the requester's row names: what `hash` names will be asked for. The row's delay runs
    /// from here.
    /// @param keyId of the key that is to sign
    /// @param requester for whom the module will ask
    /// @param hash the module's name for what it will ask; once at a time, and anew where the row has overtaken it
    function announce(KeyId keyId, address requester, bytes32 hash) external;

    /// @notice Takes an announcement back, by the requester or the guardian.
    /// @param module that announced it
    /// @param keyId see `announce`
    /// @param requester see `announce`
    /// @param hash see `announce`
    function withdraw(address module, KeyId keyId, address requester, bytes32 hash) external;

    /// @notice Asks in another's name. By the module that the requester's row names, for what it has announced at the
    /// row's present epoch, once; the guard is asked. Or by a vote, for any requester that has a row: no module, no
    /// guard, `announced` is zero.
    /// @dev VOTERS: a dismissed delegate's addresses are emptied so: give its row the guard `Closed`, then ask in its
    /// name.
    /// @param intent what is asked for
    /// @param requester for whom: its key, its row
    /// @param announced the hash of the announcement that this uses up
    /// @return id of the request
    function requestFor(Intent calldata intent, address requester, bytes32 announced) external returns (RequestId id);

    /// @notice QUEUED -> READY once the row's delay has passed, as it was then and as it is now, by anyone.
    /// Irrevocable.
    /// @dev With less than 30 minutes to the deadline it is too late: enclaves would refuse.
    /// @param header of the request
    function markReady(RequestHeader calldata header) external;

    /// @notice `markReady` for each that can be; EntrySkipped says which cannot. Lack of gas reverts all of it.
    /// @dev INTEGRATOR: a guard may spend 500,000 gas, whatever it spent in an estimate.
    /// @param headers of the requests
    function markReadyMany(RequestHeader[] calldata headers) external;

    /// @notice QUEUED -> CANCELLED, by the requester or the guardian.
    /// @param header of the request
    function cancel(RequestHeader calldata header) external;

    /// @notice QUEUED or READY -> EXPIRED once the deadline has passed or the row has a newer epoch, by anyone.
    /// @dev INTEGRATOR: does not mean unsigned if it was READY. A signature may exist, and appear later.
    /// @param header of the request
    function expire(RequestHeader calldata header) external;

    /// @notice READY -> EXPIRED before its time, by the requester or a vote. A signature may exist, and appear later.
    /// @dev Enclaves stop once they see it, so whoever abandons must not rely on it: what is signed is signed, and
    /// nothing is given back.
    /// @param header of the request
    function abandon(RequestHeader calldata header) external;

    /// @notice READY -> REFUSED, by the Refusals contract alone.
    /// @param id of the request
    function endRefused(RequestId id) external;

    /// @notice READY -> FULFILLED with one signature per digest, by anyone.
    /// @dev The caller must bring the declared callback gas; what the consumer does with it never blocks the
    /// fulfilment. INTEGRATOR: vouches for the digests alone. A signature that was made for another request of this
    /// requester and path over the same digests fulfils this one too, and no enclave has then compared its payload and
    /// effects with them.
    /// @param header of the request
    /// @param digests of the request, in order
    /// @param signatures one for each digest, in its scheme's encoding
    function fulfil(RequestHeader calldata header, bytes[] calldata digests, bytes[] calldata signatures) external;

    /// @notice `fulfil` for each that can be; EntrySkipped says which cannot. Lack of gas reverts all of it.
    /// @dev INTEGRATOR: bring the gas that each declares for its callback beside what an estimate says: a consumer may
    /// spend in the block what it did not in the estimate.
    /// @param entries what `fulfil` takes, for each request
    function fulfilMany(Fulfilment[] calldata entries) external;

    /// @notice Calls the consumer again after a failed callback, by anyone.
    /// @param header of the request
    /// @param signatures those that fulfilled it
    function redeliver(RequestHeader calldata header, bytes[] calldata signatures) external;

    /// @notice By vote: a contract that may open requests for the rows that name it, once the trust delay has passed.
    /// @dev A module asks in anybody's name within its row, so its code is voted for and compared at each call. While
    /// no key exists there is nothing to protect, and it takes effect at once. One that is listed is not listed again:
    /// that would stop it, and let the guardian take back what is in effect.
    /// @param module the contract
    /// @param codeHash Keccak-256 of its code
    function listModule(address module, bytes32 codeHash) external;

    /// @notice By the guardian: takes back a listing that is not in effect yet.
    /// @param module the contract
    function withdrawModule(address module) external;

    /// @notice By vote: at once, the module opens nothing any more.
    /// @dev What it announced is over, also if it is listed again. VOTERS: what it asked for before stays asked for.
    /// Raise the rows that name it in the same proposal to stop that too.
    /// @param module the contract
    function removeModule(address module) external;

    /// @notice Where a request is; NONE if it was never made.
    function stateOf(RequestId id) external view returns (RequestState);
    /// @notice The word of a request, as enclaves read it; zeros if it was never made.
    function wordOf(RequestId id) external view returns (RequestWord memory);
    /// @notice Requests that were ever made: the counter of the last one.
    function requestCount() external view returns (uint64);
    /// @notice Seconds between a vote for a module and its effect.
    function trustDelay() external view returns (uint48);
    /// @notice The registry whose keys sign.
    function keys() external view returns (IKeyRegistry);
    /// @notice Where the keys of requesters and paths are.
    function derivedKeys() external view returns (IDerivedKeys);
    /// @notice The contract that counts refusals.
    function refusals() external view returns (address);
}
