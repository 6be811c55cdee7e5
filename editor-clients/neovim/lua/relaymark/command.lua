-- `:Relaymark`: each word is shown from what the server said, or handed on to it.
local M = {}

local client = require('relaymark.client')

local function tell(message)
  client.tell('Relaymark: ' .. message)
end

---Has the server carry out a command, for the workspace, the session that the gauge shows and the
---plan in this window; the server knows whether it is one.
---@param command string
---@param take? fun(answer: string) what to do with a text that it answers
---@param text? fun(): string what it is given as text
---@return fun(current: vim.lsp.Client, status?: relaymark.Status)
local function execute(command, take, text)
  return function(current, status)
    client.execute(current, command, {
      workspace = vim.uri_from_fname(client.root_of(current)),
      session = status and status.shown,
      plan = vim.bo.buftype == '' and vim.uri_from_bufnr(0) or nil,
      text = text and text(),
    }, take)
  end
end

---Puts a text where a browser can paste it, and into the unnamed register.
---@param text string
local function copy(text)
  vim.fn.setreg('"', text)
  pcall(vim.fn.setreg, '+', text)
  tell('the prompt is copied')
end

---@return string
local function clipboard()
  local given, text = pcall(vim.fn.getreg, '+')
  return given and text ~= '' and text or vim.fn.getreg('"')
end

local function show(_, status)
  if not (status and status.tooltip) then
    return tell('nothing is known yet')
  end
  local lines = vim.split(status.tooltip, '\n')
  local options = { border = 'rounded', focus_id = 'relaymark' }
  local _, window = vim.lsp.util.open_floating_preview(lines, 'markdown', options)
  -- Neovim draws the backslashes that keep text from sessions from being Markdown.
  local escape = '\\\\\\ze[[:punct:]]'
  vim.fn.matchadd('Conceal', escape, 10, -1, { window = window, conceal = '' })
end

---@param session relaymark.Session
---@return string
local function line_of(session)
  local tokens = session.context.tokens
  local size = tokens and ('%dk'):format(math.floor(tokens / 1000 + 0.5)) or '?'
  local parts = { session.title or session.id, session.agent, session.state, size, session.level }
  return table.concat(parts, ' · ')
end

local function choose(_, status)
  local sessions = status and status.sessions or {}
  if #sessions == 0 then
    return tell('no session is open')
  end
  vim.ui.select(sessions, { prompt = 'Follow a session:', format_item = line_of }, function(session)
    if session then
      client.follow({ session = session.id })
    end
  end)
end

---@param finding relaymark.Dismissed
---@return string
local function dismissed_line(finding)
  if not finding.code then
    return finding.finding:sub(1, 8) .. ' · ' .. finding.dismissedAt
  end
  return ('%s · %s:%d · %s'):format(finding.code, finding.path, finding.line, finding.message)
end

---Shows what was dismissed, and hears of a chosen finding again.
---@param current vim.lsp.Client
local function dismissed(current)
  local workspace = vim.uri_from_fname(client.root_of(current))
  client.execute(current, 'relaymark.showDismissed', { workspace = workspace }, function(findings)
    if #findings == 0 then
      return tell('nothing is dismissed here')
    end
    local options = { prompt = 'Hear of it again:', format_item = dismissed_line }
    vim.ui.select(findings, options, function(finding)
      if finding then
        local about = { workspace = workspace, finding = finding.finding }
        client.execute(current, 'relaymark.restoreFinding', about)
      end
    end)
  end)
end

---@type table<string, fun(current: vim.lsp.Client, status?: relaymark.Status)>
local of_server = {
  status = show,
  sessions = choose,
  handover = execute('relaymark.generateHandover'),
  continue = execute('relaymark.continuePhase'),
  next = execute('relaymark.startNextPhase'),
  commit = execute('relaymark.commitPhase'),
  ask = execute('relaymark.handoverPrompt', copy),
  copy = execute('relaymark.openingPrompt', copy),
  take = execute('relaymark.takeNote', nil, clipboard),
  snooze = execute('relaymark.snooze'),
  dismissed = dismissed,
}

---@type table<string, fun()>
local of_client = {
  restart = function()
    client.restart()
  end,
  log = function()
    local log = vim.lsp.log
    vim.cmd.tabedit(vim.fn.fnameescape(log.get_filename()))
  end,
}

local words = {
  'status',
  'handover',
  'continue',
  'next',
  'commit',
  'ask',
  'copy',
  'take',
  'snooze',
  'dismissed',
  'sessions',
  'restart',
  'log',
}

---@param lead string
---@return string[]
function M.complete(lead)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

---@param word? string `status` unless told
function M.run(word)
  word = word or 'status'
  if of_client[word] then
    return of_client[word]()
  end
  local current = client.current()
  if not of_server[word] then
    tell(('there is no "%s"; there are %s'):format(word, table.concat(words, ', ')))
  elseif not current then
    tell('no server runs for this folder; see :checkhealth relaymark')
  else
    of_server[word](current, require('relaymark').payload())
  end
end

return M
