// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title The smallest token with permits (ERC-2612): a DAO lets others spend it by a signature, and pays no gas
contract PermitToken is ERC20Permit {
    constructor(address holder_, uint256 supply_) ERC20("Permit Token", "PERMIT") ERC20Permit("Permit Token") {
        _mint(holder_, supply_);
    }
}
