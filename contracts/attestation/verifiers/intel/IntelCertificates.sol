// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Described} from "../../../types/Described.sol";
import {PinnedRoots} from "../PinnedRoots.sol";
import {CertificateRules} from "./CertificateRules.sol";
import {Certificate} from "../x509/Certificate.sol";
import {CRL_SIGN} from "../x509/Extensions.sol";
import {IntelCertificate, IntelCertificateReader} from "./IntelCertificate.sol";
import {AuthorityRole, AuthorityView, IIntelCertificates, Platform} from "./IIntelCertificates.sol";
import {P256Signature} from "./P256Signature.sol";
import {PckExtensions} from "./PckExtension.sol";
import {PckRecords} from "./PckRecord.sol";
import {Pem} from "./Pem.sol";
import {RevocationList, RevocationLists} from "./RevocationList.sol";
import {Span} from "../x509/Span.sol";

/// @title Intel's certificates and revocation lists: what ends at the root, and what is revoked
/// @dev A chain as RFC 5280, 6.1, has it, without policies and name constraints; the root is an argument of the
/// constructor and ends every chain. Signatures and times of signing are checked once, validity and revocation always.
contract IntelCertificates is IIntelCertificates, AccessManaged, Described {
    using CertificateRules for Certificate;
    using IntelCertificateReader for IntelCertificate;

    /// @dev The first slot is all that a verification reads of it.
    struct Authority {
        uint40 notBefore;
        uint40 notAfter;
        uint40 thisUpdate;
        uint40 nextUpdate;
        bool revoked;
        bool signsLists;
        AuthorityRole role;
        uint256 x;
        uint256 y;
        /// @dev hash of its name, as DER
        bytes32 subject;
        /// @dev hash of its key's id
        bytes32 keyId;
        uint256 serial;
        /// @dev SHA-256 of what is signed
        bytes32 digest;
    }

    /// @dev One slot.
    struct Pck {
        /// @dev words of `PckRecords`, as code
        address data;
        bool revoked;
    }

    uint256 private constant ROOT = 0;
    uint256 private constant MOST_CHAIN_BYTES = 16_384;
    uint256 private constant CHAIN_LENGTH = 3;
    bytes32 private constant PLATFORM_CA = keccak256("Intel SGX PCK Platform CA");
    bytes32 private constant PROCESSOR_CA = keccak256("Intel SGX PCK Processor CA");
    bytes32 private constant TCB_SIGNER = keccak256("Intel SGX TCB Signing");

    bytes32 private immutable _root;
    mapping(uint256 index => Authority) private _authorities;
    uint256 private _count;
    mapping(bytes32 certificate => uint256 index) private _indexOf;
    /// @dev Of those that the root has issued: two of one serial number could not be told apart.
    mapping(uint256 serial => uint256 index) private _indexBySerial;
    mapping(bytes32 chain => Pck) private _pcks;
    /// @dev Eight at most: a last newline or none, s or n - s of leaf and CA; all else in a chain is of one spelling.
    mapping(uint256 issuer => mapping(uint256 serial => bytes32[])) private _chainsOf;
    mapping(uint256 issuer => mapping(uint256 serial => bool)) private _revoked;

    /// @param root_ Intel SGX Root CA as DER; on a local chain alone, another one
    constructor(address authority_, bytes memory root_) AccessManaged(authority_) {
        _root = sha256(root_);
        PinnedRoots.requirePinned(_root, PinnedRoots.INTEL);
        IntelCertificate memory its = IntelCertificateReader.read(root_);
        Certificate memory said = its.said;
        said.requireCa(1);
        require(said.issuer == said.subject, ChainOrder(said.issuer, said.subject));
        require(said.extensions.keyId != 0, ChainKeyId(said.extensions.issuerKeyId, said.extensions.keyId));
        _add(its, _root, AuthorityRole.Root);
    }

    /// @inheritdoc IIntelCertificates
    function bringSigner(bytes calldata certificate) external returns (uint256) {
        IntelCertificate memory its = IntelCertificateReader.read(certificate);
        its.said.requireInForce();
        _requireIssued(its, ROOT);
        its.said.requireLeaf();
        require(its.nameOf() == TCB_SIGNER, CollateralSigner(its.nameOf()));
        return _add(its, sha256(certificate), AuthorityRole.TcbSigner);
    }

    /// @inheritdoc IIntelCertificates
    function bringPck(bytes calldata chain) external returns (bytes32 id) {
        require(chain.length <= MOST_CHAIN_BYTES, EvidenceTooLarge(chain.length, MOST_CHAIN_BYTES));
        bytes[] memory certificates = Pem.decode(chain, CHAIN_LENGTH);
        uint256 issuer = _requireIssuer(certificates);
        IntelCertificate memory leaf = IntelCertificateReader.read(certificates[0]);
        leaf.said.requireInForce();
        _requireIssued(leaf, issuer);
        require(leaf.said.extensions.keyId != 0, ChainKeyId(0, leaf.said.extensions.keyId));
        leaf.said.requireLeaf();

        id = keccak256(chain);
        if (_pcks[id].data == address(0)) _keep(id, leaf, issuer);
    }

    /// @inheritdoc IIntelCertificates
    function bringCrl(uint256 issuer, bytes calldata list) external {
        RevocationList memory its = RevocationLists.read(list);
        Authority storage by = _requireAuthority(issuer);
        require(its.issuer == by.subject && by.signsLists, CrlIssuer(its.issuer, by.subject));
        require(P256Signature.verify(its.digest, its.r, its.s, by.x, by.y), CrlSignature(its.digest));
        require(its.thisUpdate <= block.timestamp, CrlNotYetValid(issuer, its.thisUpdate, block.timestamp));
        require(block.timestamp < its.nextUpdate, CrlExpired(issuer, its.nextUpdate, block.timestamp));
        require(its.thisUpdate > by.thisUpdate, CrlRollback(issuer, its.thisUpdate, by.thisUpdate));

        (by.thisUpdate, by.nextUpdate) = (its.thisUpdate, its.nextUpdate);
        emit CrlBrought(issuer, its.thisUpdate, its.nextUpdate);
        _revokeAll(issuer, its.entries);
    }

    /// @inheritdoc IIntelCertificates
    function revoke(uint256 issuer, uint256 serial) external restricted {
        _requireAuthority(issuer);
        _revoke(issuer, serial);
    }

    /// @inheritdoc IIntelCertificates
    function platformOf(bytes32 chain) external view returns (Platform memory its) {
        Pck memory pck = _requirePck(chain);
        uint256 issuer;
        uint256 serial;
        (its, issuer, serial) = PckRecords.read(pck.data);
        CertificateRules.requireValid(serial, its.notBefore, its.notAfter);
        require(!pck.revoked, CertificateRevoked(issuer, serial));
        Authority storage ca = _authorities[issuer];
        if (ca.revoked) revert CertificateRevoked(ROOT, ca.serial);
        (uint40 rootFrom, uint40 rootUntil) = _requireList(ROOT);
        (uint40 from, uint40 until) = _requireList(issuer);

        its.notBefore = CertificateRules.later(its.notBefore, CertificateRules.later(from, rootFrom));
        its.nextUpdate = CertificateRules.earlier(until, rootUntil);
    }

    /// @inheritdoc IIntelCertificates
    function keptPlatformOf(bytes32 chain) external view returns (Platform memory its, bool revoked) {
        Pck memory pck = _requirePck(chain);
        uint256 issuer;
        (its, issuer,) = PckRecords.read(pck.data);
        revoked = pck.revoked || _authorities[issuer].revoked;
        its.nextUpdate = CertificateRules.earlier(_authorities[issuer].nextUpdate, _authorities[ROOT].nextUpdate);
    }

    /// @inheritdoc IIntelCertificates
    function isBrought(bytes32 chain) external view returns (bool) {
        return _pcks[chain].data != address(0);
    }

    /// @inheritdoc IIntelCertificates
    function isSigned(uint256 index, bytes32 digest, uint256 r, uint256 s) external view returns (bool) {
        requireSigner(index);
        Authority storage by = _authorities[index];
        return P256Signature.verify(digest, r, s, by.x, by.y);
    }

    /// @inheritdoc IIntelCertificates
    function isRevoked(uint256 issuer, uint256 serial) external view returns (bool) {
        return _revoked[issuer][serial];
    }

    /// @inheritdoc IIntelCertificates
    function root() external view returns (bytes32) {
        return _root;
    }

    /// @inheritdoc IIntelCertificates
    function authorityOf(bytes32 certificate) external view returns (uint256) {
        return _indexOf[certificate];
    }

    /// @inheritdoc IIntelCertificates
    function authorityCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc IIntelCertificates
    function authorityAt(uint256 index) external view returns (AuthorityView memory shown) {
        Authority storage its = _authorities[index];
        (shown.role, shown.revoked, shown.x, shown.y) = (its.role, its.revoked, its.x, its.y);
        (shown.notBefore, shown.notAfter) = (its.notBefore, its.notAfter);
        (shown.thisUpdate, shown.nextUpdate) = (its.thisUpdate, its.nextUpdate);
    }

    /// @inheritdoc IIntelCertificates
    function requireSigner(uint256 index) public view returns (uint40 notBefore, uint40 notAfter) {
        Authority storage by = _authorities[index];
        require(by.role == AuthorityRole.TcbSigner, CollateralSigner(bytes32(index)));
        (notBefore, notAfter) = (by.notBefore, by.notAfter);
        bool inForce = block.timestamp >= notBefore && block.timestamp <= notAfter && !by.revoked;
        if (!inForce) _refuseAuthority(by);
        _requireList(ROOT);
    }

    /// @return index of the CA that the second certificate is, verified now or before
    function _requireIssuer(bytes[] memory certificates) private returns (uint256 index) {
        bytes32 id = sha256(certificates[1]);
        bytes32 last = sha256(certificates[2]);
        require(id != last && keccak256(certificates[0]) != keccak256(certificates[1]), ChainDuplicate(id));
        require(last == _root, ChainRoot(last, _root));
        index = _indexOf[id];
        if (index != 0) {
            Authority storage known = _authorities[index];
            require(known.role == AuthorityRole.PckIssuer, ChainNotCa(known.serial));
            CertificateRules.requireValid(known.serial, known.notBefore, known.notAfter);
            return index;
        }
        IntelCertificate memory ca = IntelCertificateReader.read(certificates[1]);
        ca.said.requireInForce();
        ca.said.requireCa(0);
        _requireIssued(ca, ROOT);
        bytes32 name = ca.nameOf();
        require(name == PLATFORM_CA || name == PROCESSOR_CA, PckIssuer(name));
        return _add(ca, id, AuthorityRole.PckIssuer);
    }

    function _add(IntelCertificate memory its, bytes32 id, AuthorityRole role) private returns (uint256 index) {
        Certificate memory said = its.said;
        require(!_revoked[ROOT][said.serial], CertificateRevoked(ROOT, said.serial));
        index = _indexBySerial[said.serial];
        if (index != 0) return _addSpelling(its, id, index);
        index = _count++;
        (_indexOf[id], _indexBySerial[said.serial]) = (index, index);
        Authority storage entry = _authorities[index];
        Authority storage top = _authorities[ROOT];
        bool isRoot = role == AuthorityRole.Root;
        entry.notBefore = isRoot ? said.notBefore : CertificateRules.later(said.notBefore, top.notBefore);
        entry.notAfter = isRoot ? said.notAfter : CertificateRules.earlier(said.notAfter, top.notAfter);
        entry.role = role;
        entry.signsLists = said.extensions.allows(CRL_SIGN);
        (entry.x, entry.y, entry.subject, entry.keyId) = (its.x, its.y, said.subject, said.extensions.keyId);
        (entry.serial, entry.digest) = (said.serial, its.digest);
        emit AuthorityBrought(index, id, role);
    }

    /// @dev Anyone can write (r, s) as (r, n - s): whoever comes first with one must not keep out the other.
    function _addSpelling(IntelCertificate memory its, bytes32 id, uint256 index) private returns (uint256) {
        Authority storage known = _authorities[index];
        require(_indexOf[id] == 0 && known.digest == its.digest, ChainKnown(its.said.serial));
        _indexOf[id] = index;
        emit AuthorityBrought(index, id, known.role);
        return index;
    }

    /// @dev Valid from the latest beginning of the chain to its earliest end; a CA's times lie within the root's.
    function _keep(bytes32 id, IntelCertificate memory leaf, uint256 issuer) private {
        Authority storage ca = _authorities[issuer];
        Platform memory its = PckExtensions.read(leaf.said.extensions);
        (its.x, its.y) = (leaf.x, leaf.y);
        its.notBefore = CertificateRules.later(leaf.said.notBefore, ca.notBefore);
        its.notAfter = CertificateRules.earlier(leaf.said.notAfter, ca.notAfter);
        _pcks[id] = Pck(PckRecords.write(its, issuer, leaf.said.serial), _revoked[issuer][leaf.said.serial]);
        _chainsOf[issuer][leaf.said.serial].push(id);
        emit PckBrought(id, issuer, leaf.said.serial, its.fmspc);
    }

    function _revokeAll(uint256 issuer, Span entries) private {
        while (!entries.isEmpty()) {
            uint256 serial;
            (serial, entries) = RevocationLists.next(entries);
            if (!_revoked[issuer][serial]) _revoke(issuer, serial);
        }
    }

    function _revoke(uint256 issuer, uint256 serial) private {
        _revoked[issuer][serial] = true;
        emit CertificateRevocation(issuer, serial);
        bytes32[] storage chains = _chainsOf[issuer][serial];
        for (uint256 i = 0; i < chains.length; ++i) _pcks[chains[i]].revoked = true;
        uint256 index = issuer == ROOT ? _indexBySerial[serial] : ROOT;
        if (index != ROOT) _authorities[index].revoked = true;
    }

    function _requireAuthority(uint256 index) private view returns (Authority storage by) {
        by = _authorities[index];
        require(by.role != AuthorityRole.None, CollateralAbsent(0, bytes32(index)));
    }

    /// @dev Says why: serial numbers are read only where something is refused.
    function _refuseAuthority(Authority storage by) private view {
        require(!by.revoked, CertificateRevoked(ROOT, by.serial));
        CertificateRules.requireValid(by.serial, by.notBefore, by.notAfter);
    }

    function _requirePck(bytes32 chain) private view returns (Pck memory pck) {
        pck = _pcks[chain];
        require(pck.data != address(0), CollateralAbsent(0, chain));
    }

    function _requireList(uint256 issuer) private view returns (uint40 thisUpdate, uint40 nextUpdate) {
        (thisUpdate, nextUpdate) = (_authorities[issuer].thisUpdate, _authorities[issuer].nextUpdate);
        require(block.timestamp < nextUpdate, CrlExpired(issuer, nextUpdate, block.timestamp));
    }

    /// @dev Names, ids of keys, and the signature.
    function _requireIssued(IntelCertificate memory its, uint256 issuer) private view {
        Certificate memory said = its.said;
        Authority storage by = _authorities[issuer];
        require(said.issuer == by.subject, ChainOrder(said.issuer, by.subject));
        bytes32 named = said.extensions.issuerKeyId;
        require(named != 0 && named == by.keyId, ChainKeyId(named, by.keyId));
        bool signed = P256Signature.verify(its.digest, its.r, its.s, by.x, by.y);
        require(signed, ChainSignature(said.serial, its.digest));
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate IntelCertificates";
        description = "Intel's certificates and revocation lists: what ends at the root, and what is revoked.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IIntelCertificates).interfaceId;
    }
}
