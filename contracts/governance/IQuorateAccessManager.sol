// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

struct RoleView {
    uint64 id;
    /// @dev what `labelRole` said last; empty for the admin role, which has no label
    string label;
    /// @dev members of that role grant and revoke this one
    uint64 admin;
    /// @dev members of that role cancel operations scheduled under this one
    uint64 guardian;
    uint256 memberCount;
}

struct MemberView {
    address account;
    /// @dev Unix time in seconds: a member only from then on
    uint48 since;
    /// @dev seconds between scheduling a call and making it; 0 calls at once
    uint32 executionDelay;
}

struct FunctionRoleView {
    address target;
    bytes4 selector;
    uint64 role;
}

/// @title Who holds which role, and what each role may call, page by page
/// @notice Every member of every role, and every function that needs another role than the admin's, without reading an
/// event.
/// @dev INTEGRATOR: a removal moves the last entry into the gap. Read all pages at one block.
interface IQuorateAccessManager {
    /// @notice Up to `limit` roles that have members, from position `offset` on.
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return those that there are
    function roles(uint256 offset, uint256 limit) external view returns (RoleView[] memory);

    /// @notice How many roles have members.
    function roleCount() external view returns (uint256);

    /// @notice Up to `limit` accounts that a role was granted to, from position `offset` on.
    /// @dev Those too whose grant is not yet in effect: see `since`.
    /// @param role its number
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return those that there are
    function members(uint64 role, uint256 offset, uint256 limit) external view returns (MemberView[] memory);

    /// @notice Up to `limit` functions that another role than the admin's may call, from position `offset` on.
    /// @dev Every other restricted function of a target is the admin's. A closed target takes no call whatever stands
    /// here.
    /// @param offset how many to leave out
    /// @param limit how many at most
    /// @return those that there are
    function functionRoles(uint256 offset, uint256 limit) external view returns (FunctionRoleView[] memory);

    /// @notice How many functions another role than the admin's may call.
    function functionRoleCount() external view returns (uint256);
}
