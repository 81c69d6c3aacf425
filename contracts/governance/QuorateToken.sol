// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

struct Allocation {
    address holder;
    uint256 amount;
}

/// @title Voting token of a new DAO: fixed supply, votes by past block, permit
/// @dev INTEGRATOR: holders vote only after they have delegated, to themselves or to others.
contract QuorateToken is ERC20, ERC20Permit, ERC20Votes {
    constructor(string memory name_, string memory symbol_, Allocation[] memory allocations_)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
    {
        for (uint256 i = 0; i < allocations_.length; ++i) _mint(allocations_[i].holder, allocations_[i].amount);
    }

    /// @inheritdoc ERC20Permit
    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
