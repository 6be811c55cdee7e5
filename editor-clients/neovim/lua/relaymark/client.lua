-- Starts, finds and addresses the server. What differs between the versions of Neovim stands here.
local M = {}

M.name = 'relaymark'

local modern = vim.fn.has('nvim-0.11') == 1

---Before 0.11: the configuration that `start()` was given.
---@type table?
local legacy

---Working directories that were seen to: a server that fails is not started again and again.
---@type table<string, true>
local seen = {}

---The clients by their root, also those that are still starting.
---@type table<string, integer>
local ids = {}

---Whether a terminal is followed now.
local following = false

---The configuration, as `lsp/relaymark.lua` returns it.
---@return table
function M.config()
  return {
    cmd = vim.g.relaymark_cmd or { 'relaymark', 'serve' },
    filetypes = { 'markdown' },
    root_dir = function(bufnr, on_dir)
      on_dir(M.root(vim.api.nvim_buf_get_name(bufnr)))
    end,
    capabilities = {
      -- No actions: Neovim asks for them by a prompt that takes the keys of who is typing.
      experimental = { relaymark = { version = 1, status = true, launch = true, actions = false } },
    },
    commands = {
      -- A lens that only tells something has no command; 0.12 lets it be chosen all the same.
      [''] = function() end,
    },
    handlers = {
      ['window/showMessage'] = function(_, said)
        M.tell(said.message, vim.log.levels.ERROR + 1 - said.type) -- Error is 1, Warning 2, ...
      end,
      ['relaymark/status'] = function(_, status, context)
        require('relaymark').take(context.client_id, status)
      end,
      ['relaymark/launch'] = function(_, launch)
        return require('relaymark.launch').open(launch)
      end,
    },
    on_exit = function(_, _, id)
      -- From 0.11 on Neovim itself forgets only the findings in files that are open.
      vim.schedule(function()
        vim.diagnostic.reset(vim.lsp.diagnostic.get_namespace(id))
      end)
    end,
  }
end

---The repository around a path (without one, around the working directory), else the latter.
---@param path string
---@return string
function M.root(path)
  local directory = vim.fn.getcwd()
  return vim.fs.root(path ~= '' and path or directory, '.git') or directory
end

---@return vim.lsp.Client[]
function M.clients()
  return vim.lsp.get_clients({ name = M.name })
end

---@param client vim.lsp.Client
---@return string?
function M.root_of(client)
  return client.root_dir or client.config.root_dir
end

---The client whose root is the closest one around a path.
---@param path string
---@return vim.lsp.Client?
local function around(path)
  local found, longest = nil, 0
  for _, client in ipairs(M.clients()) do
    local root = M.root_of(client) or ''
    local inside = path == root or vim.startswith(path, (root:gsub('/$', '')) .. '/')
    if inside and #root > longest then
      found, longest = client, #root
    end
  end
  return found
end

---The client for the current window: that of its file, else that of its working directory.
---@return vim.lsp.Client?
function M.current()
  local name = vim.bo.buftype == '' and vim.api.nvim_buf_get_name(0) or ''
  return name ~= '' and around(name) or around(vim.fn.getcwd())
end

---Calls a method of a client; before 0.11 these were plain functions.
---@param client vim.lsp.Client
---@param method 'request'|'notify'|'stop'
local function call(client, method, ...)
  if modern then
    return client[method](client, ...)
  end
  return client[method](...)
end

---Shows a message on one line: after a longer one Neovim waits for a key, in mid-typing.
---@param message string
---@param level? integer of `vim.log.levels`, INFO unless told
function M.tell(message, level)
  local line = vim.trim((message:gsub('%s+', ' ')))
  local room = vim.v.echospace
  if vim.fn.strdisplaywidth(line) > room then
    vim.lsp.log.warn(line) -- `:Relaymark log` shows all of it
    line = vim.fn.printf(('%%.%dS…'):format(room - 1), line)
  end
  if vim.o.showmode and vim.api.nvim_get_mode().mode ~= 'n' then
    vim.o.showmode = false -- `-- INSERT --` would take its place before anybody has seen it
    vim.defer_fn(function()
      vim.o.showmode = true
    end, 10000)
  end
  vim.notify(line, level or vim.log.levels.INFO)
end

---Has a server carry out a command. The server itself says what came of it, but for its faults.
---@param client vim.lsp.Client
---@param command string
---@param about table
---@param take? fun(answer: any) what to do with what it answers, if that is anything
function M.execute(client, command, about, take)
  local params = { command = command, arguments = { about } }
  call(client, 'request', 'workspace/executeCommand', params, function(fault, answer)
    if fault then
      M.tell('Relaymark: ' .. fault.message, vim.log.levels.ERROR)
    elseif take and answer ~= nil and answer ~= vim.NIL then
      take(answer)
    end
  end)
end

---Tells every server which session the user looks at.
---@param params { pid?: integer, session?: string }
function M.follow(params)
  for _, client in ipairs(M.clients()) do
    call(client, 'notify', 'relaymark/follow', params)
  end
end

---Follows the terminal that has the focus, and nobody once a file has it. Floats and prompts pass.
---@param bufnr integer
function M.focus(bufnr)
  local pid = vim.b[bufnr].terminal_job_pid
  if pid then
    following = true
    M.follow({ pid = pid })
  elseif following and vim.bo[bufnr].buftype == '' then
    following = false
    M.follow(vim.empty_dict())
  end
end

---The configuration to start with; nil while the user has not enabled the server.
---@return table?
function M.enabled()
  if not modern then
    return legacy
  end
  local enabled = vim.lsp.is_enabled and vim.lsp.is_enabled(M.name)
    -- Neovim 0.11 knows it, but does not tell.
    or (vim.lsp._enabled_configs or {})[M.name] ~= nil
  return enabled and vim.lsp.config[M.name] or nil
end

---Starts a server for a root unless one is there, and hands it buffers.
---@param root string
---@param buffers integer[]
local function start(root, buffers)
  local config = M.enabled()
  if not config then
    return
  end
  config = vim.tbl_extend('force', config, { name = M.name, root_dir = root })
  local id = ids[root]
  if not (id and vim.lsp.get_client_by_id(id)) then
    if modern then
      id = vim.lsp.start(config, { attach = false })
    else
      local fault
      id, fault = vim.lsp.start_client(config)
      if fault then
        M.tell('Relaymark: ' .. fault, vim.log.levels.WARN)
      end
    end
    ids[root] = id
  end
  for _, bufnr in ipairs(id and buffers or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      vim.lsp.buf_attach_client(bufnr, id)
    end
  end
end

---Starts the server of the working directory, once. A home folder is no project.
function M.ensure()
  local directory = vim.fn.getcwd()
  if seen[directory] or not M.enabled() then
    return
  end
  seen[directory] = true
  local root = M.root('')
  if root ~= vim.uv.os_homedir() and root ~= '/' then
    start(root, {})
  end
end

---Starts everything anew, with the settings as they are now.
function M.restart()
  local buffers = {} ---@type table<string, integer[]>
  local waiting = M.clients()
  for _, client in ipairs(waiting) do
    local root = M.root_of(client)
    if root then
      buffers[root] = vim.tbl_keys(client.attached_buffers)
    end
    call(client, 'stop')
  end
  local deadline = vim.uv.now() + 3000
  local function go_on()
    local late = vim.tbl_filter(function(client)
      return vim.lsp.get_client_by_id(client.id) ~= nil
    end, waiting)
    if #late > 0 then
      for _, client in ipairs(vim.uv.now() > deadline and late or {}) do
        call(client, 'stop', true)
      end
      vim.defer_fn(go_on, 50)
      return
    end
    seen, ids = {}, {}
    for root, held in pairs(buffers) do
      start(root, held)
    end
    M.ensure()
  end
  go_on()
end

---Enables the server; Neovim 0.10 has no `vim.lsp.enable`.
---@param overrides? table laid over the configuration
function M.start(overrides)
  if modern then
    vim.lsp.config(M.name, overrides or {})
    vim.lsp.enable(M.name)
    return
  end
  -- Before 0.11 a client's own capabilities replace Neovim's.
  local base = { capabilities = vim.lsp.protocol.make_client_capabilities() }
  legacy = vim.tbl_deep_extend('force', base, M.config(), overrides or {})
  local function attach(bufnr)
    if vim.bo[bufnr].buftype == '' then
      start(M.root(vim.api.nvim_buf_get_name(bufnr)), { bufnr })
    end
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('relaymark.attach', {}),
    pattern = legacy.filetypes,
    callback = function(event)
      attach(event.buf)
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.tbl_contains(legacy.filetypes, vim.bo[bufnr].filetype) then
      attach(bufnr)
    end
  end
  if vim.v.vim_did_enter == 1 then
    M.ensure()
  end
end

return M
