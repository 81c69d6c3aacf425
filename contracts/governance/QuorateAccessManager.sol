// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Described} from "../types/Described.sol";
import {page} from "../types/Page.sol";
import {FunctionRoleView, IQuorateAccessManager, MemberView, RoleView} from "./IQuorateAccessManager.sol";

/// @title OpenZeppelin's AccessManager, and a list of what it holds
contract QuorateAccessManager is AccessManager, IQuorateAccessManager, Described {
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.Bytes32Set;
    using EnumerableSet for EnumerableSet.UintSet;

    EnumerableSet.UintSet private _roleIds;
    mapping(uint64 role => EnumerableSet.AddressSet) private _accounts;
    mapping(uint64 role => string label) private _labels;
    /// @dev target (20 bytes), selector (4 bytes), zeros
    EnumerableSet.Bytes32Set private _functions;

    constructor(address initialAdmin_) AccessManager(initialAdmin_) {}

    /// @inheritdoc AccessManager
    function labelRole(uint64 roleId, string calldata label) public override {
        super.labelRole(roleId, label);
        _labels[roleId] = label;
    }

    /// @inheritdoc IQuorateAccessManager
    function roles(uint256 offset, uint256 limit) external view returns (RoleView[] memory list) {
        (uint256 from, uint256 size) = page(offset, limit, _roleIds.length());
        list = new RoleView[](size);
        for (uint256 i = 0; i < size; ++i) {
            uint64 id = uint64(_roleIds.pos(from + i));
            list[i] = RoleView(id, _labels[id], getRoleAdmin(id), getRoleGuardian(id), _accounts[id].length());
        }
    }

    /// @inheritdoc IQuorateAccessManager
    function roleCount() external view returns (uint256) {
        return _roleIds.length();
    }

    /// @inheritdoc IQuorateAccessManager
    function members(uint64 role, uint256 offset, uint256 limit) external view returns (MemberView[] memory list) {
        EnumerableSet.AddressSet storage accounts = _accounts[role];
        (uint256 from, uint256 size) = page(offset, limit, accounts.length());
        list = new MemberView[](size);
        for (uint256 i = 0; i < size; ++i) {
            address account = accounts.pos(from + i);
            (uint48 since, uint32 executionDelay,,) = getAccess(role, account);
            list[i] = MemberView(account, since, executionDelay);
        }
    }

    /// @inheritdoc IQuorateAccessManager
    function functionRoles(uint256 offset, uint256 limit) external view returns (FunctionRoleView[] memory list) {
        (uint256 from, uint256 size) = page(offset, limit, _functions.length());
        list = new FunctionRoleView[](size);
        for (uint256 i = 0; i < size; ++i) {
            bytes32 packed = _functions.pos(from + i);
            (address target, bytes4 selector) = (address(bytes20(packed)), bytes4(packed << 160));
            list[i] = FunctionRoleView(target, selector, getTargetFunctionRole(target, selector));
        }
    }

    /// @inheritdoc IQuorateAccessManager
    function functionRoleCount() external view returns (uint256) {
        return _functions.length();
    }

    /// @inheritdoc Described
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IAccessManager).interfaceId || super.supportsInterface(interfaceId);
    }

    function _grantRole(uint64 roleId, address account, uint32 grantDelay, uint32 executionDelay)
        internal
        override
        returns (bool newMember)
    {
        newMember = super._grantRole(roleId, account, grantDelay, executionDelay);
        if (newMember && _accounts[roleId].add(account)) _roleIds.add(roleId);
    }

    function _revokeRole(uint64 roleId, address account) internal override returns (bool wasMember) {
        wasMember = super._revokeRole(roleId, account);
        if (wasMember && _accounts[roleId].remove(account) && _accounts[roleId].length() == 0) _roleIds.remove(roleId);
    }

    function _setTargetFunctionRole(address target, bytes4 selector, uint64 roleId) internal override {
        super._setTargetFunctionRole(target, selector, roleId);
        bytes32 packed = bytes32(abi.encodePacked(target, selector));
        if (roleId == ADMIN_ROLE) _functions.remove(packed);
        else _functions.add(packed);
    }

    function _described() internal pure override returns (string memory name, string memory description) {
        name = "Quorate AccessManager";
        description = "Who may call what: the roles of a DAO's contracts, their members and their functions.";
    }

    function _interfaceId() internal pure override returns (bytes4) {
        return type(IQuorateAccessManager).interfaceId;
    }
}
