// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Sha512} from "../../../signatures/Sha512.sol";
import {Described} from "../../../types/Described.sol";
import {PinnedRoots} from "../PinnedRoots.sol";
import {INitroCertificates, NitroCertificateView, NitroLeaf} from "./INitroCertificates.sol";
import {IP384Verifier, P384Signature, Uint384} from "./IP384Verifier.sol";
import {Certificate} from "../x509/Certificate.sol";
import {NitroCertificate, NitroCertificateReader} from "./NitroCertificate.sol";
import {NitroDocuments} from "./NitroDocument.sol";
import {DIGITAL_SIGNATURE, KEY_CERT_SIGN} from "../x509/Extensions.sol";
import {Span, span} from "../x509/Span.sol";

/// @title AWS's certificates of Nitro: what ends at the root, and what is revoked
/// @dev A chain as RFC 5280, 6.1, has it, without policies and name constraints; the root is an argument of the
/// constructor and ends every chain. Signatures are verified once, validity and revocation always.
contract NitroCertificates is INitroCertificates, AccessManaged, Described {
    /// @dev Its times, and what else verification reads of it, are one slot.
    struct Entry {
        uint40 notBefore;
        uint40 notAfter;
        bool isCa;
        uint8 room;
        uint160 serial;
        bytes32 parent;
        /// @dev hash of its name, as DER
        bytes32 subject;
        /// @dev hash of its key's id; zero: none
        bytes32 keyId;
        /// @dev of a leaf: hash of the module that it names
        bytes32 module;
        /// @dev upper 128 bits of x, then of y
        uint256 high;
        uint256 xLow;
        uint256 yLow;
    }

    /// @dev Certificates of a chain, the root and the leaf included.
    uint256 private constant MOST_CHAIN = 9;
    uint256 private constant MOST_ROOM = MOST_CHAIN - 2;

    bytes32 private immutable _root;
    IP384Verifier private immutable _p384;
    mapping(bytes32 id => Entry) private _entries;
    mapping(bytes32 issuer => mapping(uint256 serial => bool)) private _revoked;

    /// @param root_ AWS Nitro Enclaves root G1 as DER; on a local chain alone, another one
    constructor(address authority_, IP384Verifier p384_, bytes memory root_) AccessManaged(authority_) {
        PinnedRoots.requirePinned(sha256(root_), PinnedRoots.AWS);
        _p384 = p384_;
        NitroCertificate memory its = NitroCertificateReader.read(root_);
        _root = its.id;
        require(its.said.issuer == its.said.subject, ChainOrder(its.said.issuer, its.said.subject));
        _requireCa(its);
        _keep(its, 0, MOST_ROOM);
    }

    /// @inheritdoc INitroCertificates
    function bring(bytes calldata certificate, bytes32 parent, bytes calldata hints) external returns (bytes32 id) {
        NitroCertificate memory its = NitroCertificateReader.read(certificate);
        id = its.id;
        Entry storage known = _entries[id];
        if (known.notAfter != 0) {
            require(known.parent == parent && id != _root, ChainOrder(parent, known.parent));
            return id;
        }
        Entry storage issuer = _requireKnown(parent);
        require(!_revoked[its.said.issuer][its.said.serial], CertificateRevoked(its.said.issuer, its.said.serial));
        _requireInForce(id, its.said.notBefore, its.said.notAfter);
        _requirePathInForce(parent);
        uint256 room = _requirePlace(its, issuer, parent);
        require(_p384.verify(_claim(its, issuer), hints), ChainSignature(id));
        _keep(its, parent, room);
    }

    /// @inheritdoc INitroCertificates
    function revoke(bytes32 issuer, uint256 serial) external restricted {
        _revoked[issuer][serial] = true;
        emit CertificateRevocation(issuer, serial);
    }

    /// @inheritdoc INitroCertificates
    function requireChain(bytes32[] calldata chain) external view returns (NitroLeaf memory leaf) {
        leaf = _leafOf(chain);
        _requirePathInForce(chain[chain.length - 1]);
    }

    /// @inheritdoc INitroCertificates
    function keptChain(bytes32[] calldata chain) external view returns (NitroLeaf memory leaf, bool revoked) {
        leaf = _leafOf(chain);
        for (uint256 i = 0; i < chain.length; ++i) {
            revoked = revoked || _revoked[_entries[chain[i == 0 ? 0 : i - 1]].subject][_entries[chain[i]].serial];
        }
    }

    /// @inheritdoc INitroCertificates
    function certificateOf(bytes32 id) external view returns (NitroCertificateView memory shown) {
        Entry storage its = _entries[id];
        (shown.parent, shown.isCa, shown.room) = (its.parent, its.isCa, its.room);
        (shown.notBefore, shown.notAfter) = (its.notBefore, its.notAfter);
        (shown.serial, shown.subject) = (its.serial, its.subject);
    }

    /// @inheritdoc INitroCertificates
    function isRevoked(bytes32 issuer, uint256 serial) external view returns (bool) {
        return _revoked[issuer][serial];
    }

    /// @inheritdoc INitroCertificates
    function root() external view returns (bytes32) {
        return _root;
    }

    /// @inheritdoc INitroCertificates
    function p384() external view returns (IP384Verifier) {
        return _p384;
    }

    /// @dev Each below the one before it, from the root to what is no CA.
    function _leafOf(bytes32[] calldata chain) private view returns (NitroLeaf memory leaf) {
        require(chain.length > 1 && chain.length <= MOST_CHAIN, ChainLength(chain.length, MOST_CHAIN));
        _requireDistinct(chain);
        require(chain[0] == _root, ChainRoot(chain[0], _root));
        for (uint256 i = 1; i < chain.length; ++i) {
            Entry storage its = _requireKnown(chain[i]);
            require(its.parent == chain[i - 1], ChainOrder(its.parent, chain[i - 1]));
        }
        bytes32 last = chain[chain.length - 1];
        Entry storage entry = _entries[last];
        require(!entry.isCa, ChainLeafIsCa(last));
        (leaf.x, leaf.y, leaf.module) = (_x(entry), _y(entry), entry.module);
    }

    function _keep(NitroCertificate memory its, bytes32 parent, uint256 room) private {
        Certificate memory said = its.said;
        Entry storage entry = _entries[its.id];
        (entry.notBefore, entry.notAfter, entry.isCa) = (said.notBefore, said.notAfter, said.extensions.isCa);
        (entry.room, entry.serial) = (uint8(room), uint160(said.serial));
        (entry.parent, entry.subject, entry.keyId) = (parent, said.subject, said.extensions.keyId);
        if (!said.extensions.isCa) entry.module = _moduleOf(said.commonName);
        (entry.high, entry.xLow, entry.yLow) = (its.x.high << 128 | its.y.high, its.x.low, its.y.low);
        emit CertificateBrought(its.id, parent, said.serial);
    }

    /// @dev Each in force and not revoked, from here to the root: a chain has MOST_CHAIN at most, for a CA has less
    /// room than the one above it.
    function _requirePathInForce(bytes32 id) private view {
        while (true) {
            Entry storage its = _entries[id];
            (bytes32 parent, uint256 serial) = (its.parent, its.serial);
            bytes32 issuer = _entries[parent == 0 ? id : parent].subject;
            require(!_revoked[issuer][serial], CertificateRevoked(issuer, serial));
            _requireInForce(id, its.notBefore, its.notAfter);
            if (parent == 0) break;
            id = parent;
        }
    }

    function _requireInForce(bytes32 id, uint256 notBefore, uint256 notAfter) private view {
        require(block.timestamp >= notBefore, CertificateNotYetValid(id, notBefore, block.timestamp));
        require(block.timestamp <= notAfter, CertificateExpired(id, notAfter, block.timestamp));
    }

    function _requireKnown(bytes32 id) private view returns (Entry storage entry) {
        entry = _entries[id];
        require(entry.notAfter != 0, CertificateUnknown(id));
    }

    /// @dev What an issuer may issue, and what names it.
    /// @return room how many CAs may stand below
    function _requirePlace(NitroCertificate memory its, Entry storage issuer, bytes32 parent)
        private
        view
        returns (uint256 room)
    {
        Certificate memory said = its.said;
        require(issuer.isCa, ChainNotCa(parent));
        require(said.issuer == issuer.subject, ChainOrder(said.issuer, issuer.subject));
        bytes32 named = said.extensions.issuerKeyId;
        require(named == 0 || named == issuer.keyId, ChainKeyId(named, issuer.keyId));
        if (!said.extensions.isCa) {
            _requireUsage(its, DIGITAL_SIGNATURE);
            return 0;
        }
        _requireCa(its);
        require(issuer.room != 0, ChainPathLength(parent));
        room = issuer.room - 1;
        if (said.extensions.pathLength < room) room = said.extensions.pathLength;
    }

    function _claim(NitroCertificate memory its, Entry storage issuer) private view returns (P384Signature memory) {
        (uint256 high, uint256 low) = Sha512.hash384(NitroDocuments.copyOf(its.tbs));
        return P384Signature({x: _x(issuer), y: _y(issuer), digest: Uint384(high, low), r: its.r, s: its.s});
    }

    function _x(Entry storage entry) private view returns (Uint384 memory) {
        return Uint384(entry.high >> 128, entry.xLow);
    }

    function _y(Entry storage entry) private view returns (Uint384 memory) {
        return Uint384(uint128(entry.high), entry.yLow);
    }

    function _requireCa(NitroCertificate memory its) private pure {
        require(its.said.extensions.isCa, ChainNotCa(its.id));
        _requireUsage(its, KEY_CERT_SIGN);
    }

    function _requireUsage(NitroCertificate memory its, uint256 needed) private pure {
        bool allowed = its.said.extensions.allows(needed);
        require(allowed, ChainKeyUsage(its.id, its.said.extensions.usage, needed));
    }

    function _requireDistinct(bytes32[] calldata chain) private pure {
        for (uint256 i = 1; i < chain.length; ++i) {
            for (uint256 j = 0; j < i; ++j) require(chain[i] != chain[j], ChainDuplicate(chain[i]));
        }
    }

    /// @dev Hash of a leaf's common name as far as the first point: then come region and domain.
    function _moduleOf(Span commonName) private pure returns (bytes32) {
        uint256 length = commonName.size();
        uint256 i = 0;
        while (i < length && commonName.byteAt(i) != 0x2e) ++i;
        require(i < length, CertificateMalformed(length, i + 1));
        return span(commonName.from(), commonName.from() + i).hash();
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate NitroCertificates";
        description = "AWS's certificates of Nitro: what ends at the root, and what is revoked.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(INitroCertificates).interfaceId;
    }
}
