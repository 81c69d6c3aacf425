// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";

/// @title What explorers and wallets ask of a contract: its name and purpose (ERC-7572), its interfaces (ERC-165)
interface IDescribed {
    /// @notice A JSON object with `name` and `description`, as a data URI; it never changes.
    function contractURI() external view returns (string memory);
}

/// @title Answers both from the code itself
abstract contract Described is IDescribed, ERC165 {
    /// @inheritdoc IDescribed
    function contractURI() external pure returns (string memory) {
        (string memory name, string memory description) = _described();
        return string.concat(
            "data:application/json;utf8,{\"name\":\"", name, "\",\"description\":\"", description, "\"}"
        );
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == _interfaceId() || interfaceId == type(IDescribed).interfaceId
            || super.supportsInterface(interfaceId);
    }

    function _described() internal pure virtual returns (string memory name, string memory description);

    function _interfaceId() internal pure virtual returns (bytes4);
}
