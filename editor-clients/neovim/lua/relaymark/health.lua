-- `:checkhealth relaymark`: what is there, what is missing, and what to do about it.
local M = {}

local client = require('relaymark.client')

local function check_server(cmd)
  if type(cmd) ~= 'table' then
    return vim.health.ok('the server is started by a function of yours')
  end
  local path = vim.fn.exepath(cmd[1])
  if path == '' then
    return vim.health.error(('the server was not found: %s'):format(cmd[1]), {
      'pipx install relaymark, or uv tool install relaymark',
      "or name it: vim.lsp.config('relaymark', { cmd = { '/path/to/relaymark', 'serve' } })",
    })
  end
  local ran, done = pcall(function()
    return vim.system({ path, '--version' }, { text = true, timeout = 10000 }):wait()
  end)
  if ran and done.code == 0 then
    vim.health.ok(('server: %s (%s)'):format(path, vim.trim(done.stdout)))
  else
    vim.health.error(('%s --version fails'):format(path), { 'run it in a shell to see why' })
  end
end

local function check_clients()
  local clients = client.clients()
  if #clients == 0 then
    vim.health.warn('no server is running', { 'see :Relaymark log, then :Relaymark restart' })
  end
  for _, running in ipairs(clients) do
    local own = vim.tbl_get(running, 'server_capabilities', 'experimental', 'relaymark') or {}
    local about = ('running for %s'):format(client.root_of(running) or 'no folder')
    if own.status then
      vim.health.ok(about)
    else
      vim.health.warn(about .. ', but it is no Relaymark server, or another version of it')
    end
  end
end

function M.check()
  vim.health.start('relaymark')
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.health.error('Neovim 0.10 or newer is needed')
  end
  vim.health.ok('Neovim ' .. tostring(vim.version()))
  local config = client.enabled()
  check_server((config or client.config()).cmd)
  if config then
    check_clients()
  else
    vim.health.warn('it is not enabled', {
      "Neovim 0.11 or newer: vim.lsp.enable('relaymark')",
      "Neovim 0.10: require('relaymark').start()",
    })
  end
end

return M
