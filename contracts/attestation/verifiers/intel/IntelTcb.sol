// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Described} from "../../../types/Described.sol";
import {DataContract} from "./DataContract.sol";
import {IIntelCertificates} from "./IIntelCertificates.sol";
import {CollateralView, IIntelTcb, TcbClaim, TcbOutlook, TcbPolicy, TcbVerdict} from "./IIntelTcb.sol";
import {SGX_TEE, TDX_TEE} from "./IntelTags.sol";
import {QeIdentity, QeText} from "./QeText.sol";
import {Rating, TcbStatuses} from "./Rating.sol";
import {TcbLevels} from "./TcbLevels.sol";
import {Candidate, Record, Records, TcbRecords} from "./TcbRecords.sol";
import {TcbRules} from "./TcbRules.sol";
import {TcbText} from "./TcbText.sol";
import {Head, Words} from "./Words.sol";

/// @title How good Intel's platforms are: TCB info and QE identity as Intel signs them, and what votes accept of it
/// @dev Texts are parsed once and kept as words; a rating reads words alone.
contract IntelTcb is IIntelTcb, TcbRules, Described {
    using Words for uint256[];
    using TcbLevels for uint256[];
    using TcbRecords for Records;
    using TcbRecords for Record;

    uint256 private constant MOST_TEXT_BYTES = 1 << 16;
    uint256 private constant SIGNATURE_BYTES = 64;

    IIntelCertificates private immutable _certificates;
    mapping(bytes32 tee => mapping(bytes6 fmspc => Records)) private _tcbInfos;
    mapping(bytes32 tee => Records) private _qeIdentities;

    constructor(address authority_, IIntelCertificates certificates_, TcbPolicy memory policy_)
        AccessManaged(authority_)
        TcbRules(policy_)
    {
        _certificates = certificates_;
    }

    /// @inheritdoc IIntelTcb
    function bringTcbInfo(bytes calldata text, bytes calldata signature, uint16 signer) external {
        (bool signed, bytes32 digest) = _isSigned(text, signature, signer);
        require(signed, TcbInfoSignature(digest));
        (Head memory head, uint256[] memory levels) = TcbText.read(text, _advisories);
        require(head.id == "TDX" || head.id == "SGX", TcbInfoId(head.id));
        require(head.issueDate <= block.timestamp, TcbInfoNotYetValid(head.issueDate, block.timestamp));
        require(block.timestamp < head.nextUpdate, TcbInfoExpired(head.nextUpdate, block.timestamp));

        bytes32 tee = head.id == "TDX" ? TDX_TEE : SGX_TEE;
        _putTcbInfo(tee, head, levels, signer);
        emit TcbInfoBrought(tee, head.fmspc, head.evaluation, head.nextUpdate);
    }

    /// @inheritdoc IIntelTcb
    function bringQeIdentity(bytes calldata text, bytes calldata signature, uint16 signer) external {
        (bool signed, bytes32 digest) = _isSigned(text, signature, signer);
        require(signed, QeIdentitySignature(digest));
        (Head memory head, QeIdentity memory its) = QeText.read(text, _advisories);
        require(head.id == "TD_QE" || head.id == "QE", QeIdentityId(head.id));
        require(head.issueDate <= block.timestamp, QeIdentityNotYetValid(head.issueDate, block.timestamp));
        require(block.timestamp < head.nextUpdate, QeIdentityExpired(head.nextUpdate, block.timestamp));

        bytes32 tee = head.id == "TD_QE" ? TDX_TEE : SGX_TEE;
        _putQeIdentity(tee, head, its, signer);
        emit QeIdentityBrought(tee, head.evaluation, head.nextUpdate);
    }

    /// @inheritdoc IIntelTcb
    function rate(TcbClaim calldata claim) external view returns (TcbVerdict memory verdict) {
        (Record memory tcb, Record memory qe) = _current(claim);
        Rating rating;
        (verdict, rating) = _rate(claim, tcb, qe);
        if (_isAllowed(rating)) return verdict;
        (TcbVerdict memory former, bool accepted) = _rateFormer(claim);
        require(accepted, TcbStatus(verdict.status, verdict.advisories));
        return former;
    }

    /// @inheritdoc IIntelTcb
    function outlook(TcbClaim calldata claim) external view returns (TcbOutlook memory its) {
        (Record memory tcb, Record memory qe) = _current(claim);
        Rating rating;
        (its.verdict, rating) = _rate(claim, tcb, qe);
        its.isAllowed = _isAllowed(rating);
        its.acceptedUntil = its.verdict.validUntil;
        if (its.isAllowed) return its;
        (TcbVerdict memory former, bool accepted) = _rateFormer(claim);
        its.acceptedUntil = accepted ? former.validUntil : 0;
    }

    /// @inheritdoc IIntelTcb
    function tcbInfo(bytes32 tee, bytes6 fmspc) external view returns (CollateralView memory) {
        return _shown(_tcbInfos[tee][fmspc].current);
    }

    /// @inheritdoc IIntelTcb
    function formerTcbInfo(bytes32 tee, bytes6 fmspc) external view returns (CollateralView memory) {
        return _newest(_tcbInfos[tee][fmspc].former);
    }

    /// @inheritdoc IIntelTcb
    function qeIdentity(bytes32 tee) external view returns (CollateralView memory) {
        return _shown(_qeIdentities[tee].current);
    }

    /// @inheritdoc IIntelTcb
    function formerQeIdentity(bytes32 tee) external view returns (CollateralView memory) {
        return _newest(_qeIdentities[tee].former);
    }

    /// @notice The certificates that signers of collateral are looked up in.
    function certificates() external view returns (IIntelCertificates) {
        return _certificates;
    }

    function _putTcbInfo(bytes32 tee, Head memory head, uint256[] memory levels, uint16 signer) private {
        Record storage place = _tcbInfos[tee][head.fmspc].placeOf(head, _policy.leastTcbEvaluation, _tcbRollback);
        place.put(head, TcbLevels.pack(head, levels), signer);
    }

    function _putQeIdentity(bytes32 tee, Head memory head, QeIdentity memory its, uint16 signer) private {
        Record storage place = _qeIdentities[tee].placeOf(head, _policy.leastQeEvaluation, _qeRollback);
        place.put(head, TcbLevels.packQe(head, its), signer);
    }

    function _isSigned(bytes calldata text, bytes calldata signature, uint16 signer)
        private
        view
        returns (bool, bytes32 digest)
    {
        require(text.length <= MOST_TEXT_BYTES, EvidenceTooLarge(text.length, MOST_TEXT_BYTES));
        require(signature.length == SIGNATURE_BYTES, SignatureMalformed(signature.length, SIGNATURE_BYTES));
        (uint256 r, uint256 s) = abi.decode(signature, (uint256, uint256));
        digest = sha256(text);
        return (_certificates.isSigned(signer, digest, r, s), digest);
    }

    function _current(TcbClaim calldata claim) private view returns (Record memory tcb, Record memory qe) {
        tcb = _tcbInfos[claim.tee][claim.fmspc].current;
        require(tcb.data != address(0), CollateralAbsent(claim.tee, claim.fmspc));
        qe = _qeIdentities[claim.tee].current;
        require(qe.data != address(0), CollateralAbsent(claim.tee, 0));
    }

    /// @dev By evaluations before, the newest first: of TCB info, of QE identity, or of both.
    function _rateFormer(TcbClaim calldata claim) private view returns (TcbVerdict memory verdict, bool accepted) {
        uint256 grace = _policy.evaluationGrace;
        Candidate[] memory tcbs = _tcbInfos[claim.tee][claim.fmspc].candidates(_policy.leastTcbEvaluation, grace);
        Candidate[] memory qes = _qeIdentities[claim.tee].candidates(_policy.leastQeEvaluation, grace);
        for (uint256 i = 0; i < tcbs.length; ++i) {
            for (uint256 j = i == 0 ? 1 : 0; j < qes.length; ++j) {
                Rating rating;
                (verdict, rating) = _rate(claim, tcbs[i].record, qes[j].record);
                if (tcbs[i].end < verdict.validUntil) verdict.validUntil = uint40(tcbs[i].end);
                if (qes[j].end < verdict.validUntil) verdict.validUntil = uint40(qes[j].end);
                if (_isAllowed(rating)) return (verdict, true);
            }
        }
    }

    function _rate(TcbClaim calldata claim, Record memory tcb, Record memory qe)
        private
        view
        returns (TcbVerdict memory verdict, Rating rating)
    {
        TcbPolicy memory wanted = _policy;
        uint256[] memory info = DataContract.read(tcb.data);
        uint256[] memory identity = DataContract.read(qe.data);
        _requireTcbInfo(info, wanted.leastTcbEvaluation, claim.pceId);
        _requireQeIdentity(identity, wanted.leastQeEvaluation);
        verdict.validUntil = uint40(block.timestamp + wanted.registration);
        verdict.overdue = wanted.overdue;
        _boundBySigner(verdict, tcb.signer);
        if (qe.signer != tcb.signer) _boundBySigner(verdict, qe.signer);
        _bound(verdict, info);
        _bound(verdict, identity);
        rating = identity.rateQe(claim).and(info.rate(claim));
        verdict.status = TcbStatuses.statusOf(rating);
        verdict.advisories = rating.advisoriesOf();
        verdict.evaluation = tcb.evaluation < qe.evaluation ? tcb.evaluation : qe.evaluation;
    }

    /// @dev Everything that was needed has to hold: from the latest beginning to the earliest end.
    function _bound(TcbVerdict memory verdict, uint256[] memory words) private pure {
        uint256 issued = words.issueDateOf();
        uint256 due = words.nextUpdateOf() + verdict.overdue;
        if (issued > verdict.notBefore) verdict.notBefore = uint40(issued);
        if (due < verdict.validUntil) verdict.validUntil = uint40(due);
    }

    function _boundBySigner(TcbVerdict memory verdict, uint16 signer) private view {
        (uint40 from, uint40 to) = _certificates.requireSigner(signer);
        if (from > verdict.notBefore) verdict.notBefore = from;
        if (to < verdict.validUntil) verdict.validUntil = to;
    }

    function _requireTcbInfo(uint256[] memory info, uint256 least, bytes2 pceId) private view {
        (uint256 evaluation, uint256 due) = (info.evaluationOf(), info.nextUpdateOf());
        require(block.timestamp < due, TcbInfoExpired(due, block.timestamp));
        require(evaluation >= least, TcbInfoRollback(evaluation, info.issueDateOf(), least, 0));
        uint256 found = info.pceIdOf();
        require(found == uint16(pceId), TcbInfoPceid(found, uint16(pceId)));
    }

    function _requireQeIdentity(uint256[] memory identity, uint256 least) private view {
        (uint256 evaluation, uint256 due) = (identity.evaluationOf(), identity.nextUpdateOf());
        require(block.timestamp < due, QeIdentityExpired(due, block.timestamp));
        require(evaluation >= least, QeIdentityRollback(evaluation, identity.issueDateOf(), least, 0));
    }

    function _newest(Record[] storage former) private view returns (CollateralView memory shown) {
        if (former.length != 0) shown = _shown(former[former.length - 1]);
    }

    function _shown(Record storage its) private view returns (CollateralView memory shown) {
        if (its.data == address(0)) return shown;
        uint256[] memory words = DataContract.read(its.data);
        (shown.evaluation, shown.signer, shown.since, shown.data) = (its.evaluation, its.signer, its.since, its.data);
        (shown.issueDate, shown.nextUpdate) = (uint40(words.issueDateOf()), uint40(words.nextUpdateOf()));
    }

    function _tcbRollback(Head memory head, uint256 least, uint256 known) private pure {
        revert TcbInfoRollback(head.evaluation, head.issueDate, least, known);
    }

    function _qeRollback(Head memory head, uint256 least, uint256 known) private pure {
        revert QeIdentityRollback(head.evaluation, head.issueDate, least, known);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate IntelTcb";
        description = "How good Intel's platforms are, as Intel signs it, and what votes accept of it.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IIntelTcb).interfaceId;
    }
}
