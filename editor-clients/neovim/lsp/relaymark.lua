-- Neovim 0.11 and newer find the configuration here; a user writes `vim.lsp.enable('relaymark')`.
---@type vim.lsp.Config
return require('relaymark.client').config()
