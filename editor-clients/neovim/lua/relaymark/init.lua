-- What a status line asks for. Everything shown is made by the server.
local M = {}

local client = require('relaymark.client')

---@type table<integer, relaymark.Status> what each server said last
local told = {}

local links = {
  clear = 'StatusLine',
  near = 'DiagnosticWarn',
  over = 'DiagnosticError',
  reset = 'DiagnosticError',
  unknown = 'Comment',
}

---Takes what a server says of its workspace.
---@param id integer the client's
---@param status relaymark.Status
function M.take(id, status)
  told[id] = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'RelaymarkStatus', modeline = false })
  vim.cmd('redrawstatus! | redrawtabline')
end

---All that the server said of the workspace of the current window, nil while it said nothing.
---@return relaymark.Status?
function M.payload()
  local current = client.current()
  return current and told[current.id]
end

---The gauge of the current window's workspace, '' while no session is open there.
---@return string
function M.status()
  local status = M.payload()
  return status and status.shown and status.text or ''
end

---The level of the session that `status()` shows, '' while there is none.
---@return relaymark.Level|''
function M.level()
  local status = M.payload()
  return status and status.shown and status.level or ''
end

---The highlight group of the level: RelaymarkClear, ...Near, ...Over, ...Reset or ...Unknown.
---@return string '' while no session is open
function M.highlight()
  return (M.level():gsub('^%l', function(first)
    return 'Relaymark' .. first:upper()
  end))
end

---Enables the server on any supported Neovim; from 0.11 on `vim.lsp.enable('relaymark')` does it.
---@param config? table what `vim.lsp.config('relaymark', ...)` takes: `cmd`, `settings`, ...
function M.start(config)
  client.start(config)
end

for level, link in pairs(links) do
  local group = 'Relaymark' .. level:sub(1, 1):upper() .. level:sub(2)
  vim.api.nvim_set_hl(0, group, { link = link, default = true })
end

return M
