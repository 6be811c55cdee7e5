-- One Neovim through all that this client does, with a session that is replayed beside it.
-- Each case is a function of its own, in the order of a user's day; they share the running editor.
-- Add one, and name it in the list at the end.
package.path = vim.fs.dirname(vim.fs.normalize(arg[0])) .. '/?.lua;' .. package.path
local harness = require('harness')
local spec, eventually, equal = harness.spec, harness.eventually, harness.equal
local relaymark = require('relaymark')

local function only_client()
  local clients = harness.clients()
  equal(1, #clients)
  return clients[1]
end

local function lines_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n')
end

local function gauge_without_a_plan()
  eventually('the server of the working directory runs', function()
    return #harness.clients() == 1
  end)
  equal({}, vim.tbl_keys(only_client().attached_buffers))
  equal('', relaymark.status())
  equal('', relaymark.level())
  harness.gauge(harness.grow())
  equal('clear', relaymark.level())
  harness.gauge(harness.grow())
  equal('near', relaymark.level())
  equal('RelaymarkNear', relaymark.highlight())
end

local function gauge_with_a_plan()
  vim.cmd.edit('PLAN.md')
  eventually('the plan is attached', function()
    return only_client().attached_buffers[vim.api.nvim_get_current_buf()]
  end)
  harness.gauge(harness.grow())
  equal('over', relaymark.level())
  vim.cmd.bwipeout()
  harness.gauge(harness.grow())
  only_client()
end

local function status_command_shows_the_tooltip()
  vim.cmd('Relaymark status')
  local window = eventually('a floating window', function()
    return vim.iter(vim.api.nvim_list_wins()):find(function(id)
      return vim.api.nvim_win_get_config(id).relative ~= ''
    end)
  end)
  local text = lines_of(vim.api.nvim_win_get_buf(window))
  assert(#text > 40, text)
  assert(vim.fn.getmatches(window)[1].group == 'Conceal')
  vim.api.nvim_win_close(window, true)
end

local function command_words()
  equal({ 'status', 'snooze', 'sessions' }, vim.fn.getcompletion('Relaymark s', 'cmdline'))
  vim.cmd('Relaymark fly')
  assert(_G.heard.messages[#_G.heard.messages].message:find('there is no "fly"', 1, true))
  vim.cmd('Relaymark log')
  assert(vim.api.nvim_buf_get_name(0):find('lsp%.log$'))
  vim.cmd.bwipeout()
end

---Gathers what this client sends while a function runs.
local function sent_during(act)
  local sent = {}
  local rpc = only_client().rpc
  local notify = rpc.notify
  rpc.notify = function(method, params)
    table.insert(sent, { method, params })
    return notify(method, params)
  end
  act()
  rpc.notify = notify
  return sent
end

local function sessions_command_follows()
  _G.heard.answer = 1
  local sent = sent_during(function()
    vim.cmd('Relaymark sessions')
  end)
  _G.heard.answer = nil
  equal({ { 'relaymark/follow', { session = spec.session } } }, sent)
end

local function launches_in_a_terminal()
  local launch = only_client().handlers['relaymark/launch']
  local windows = #vim.api.nvim_list_wins()
  equal({ launched = false }, launch(nil, { argv = {} }))
  equal({ launched = false }, launch(nil, { argv = 'ls' }))
  equal({ launched = false }, launch(nil, { argv = { 'relaymark-no-such-program' } }))
  equal({ launched = false }, launch(nil, { argv = { 'ls' }, cwd = spec.workspace .. '/nowhere' }))
  equal(windows, #vim.api.nvim_list_wins())

  local terminal, pid
  local sent = sent_during(function()
    local argv = { 'sh', '-c', 'echo "$1 in $(pwd)"; sleep 60', 'sh', 'two  words; $HOME' }
    equal(
      { launched = true },
      launch(nil, { title = 'Phase 2', argv = argv, cwd = spec.workspace })
    )
    terminal, pid = vim.api.nvim_get_current_buf(), vim.b.terminal_job_pid
    equal('terminal', vim.bo.buftype)
    equal('Phase 2', vim.b.term_title)
    eventually('the program speaks', function()
      local said = 'two  words; $HOME in ' .. spec.workspace
      return lines_of(terminal):gsub('\n', ''):find(said, 1, true)
    end)
    vim.cmd.stopinsert()
    vim.cmd.wincmd('p')
  end)
  local last = sent[#sent]
  equal({ 'relaymark/follow', vim.empty_dict() }, last)
  equal({ 'relaymark/follow', { pid = pid } }, sent[1])
  vim.api.nvim_buf_delete(terminal, { force = true })
end

local function health()
  vim.cmd('checkhealth relaymark')
  local report = lines_of()
  assert(report:find('server: .*relaymark %(%d'), report)
  assert(report:find('running for ' .. spec.workspace, 1, true), report)
  assert(not report:find('ERROR') and not report:find('WARNING'), report)
  vim.cmd.bwipeout()
end

local function restarts()
  vim.cmd.edit('PLAN.md')
  local before, plan = only_client().id, vim.api.nvim_get_current_buf()
  local gauge = relaymark.status()
  vim.cmd('Relaymark restart')
  eventually('another client runs', function()
    local now = harness.clients()[1]
    return now and now.id ~= before and now.attached_buffers[plan]
  end)
  only_client()
  harness.gauge(gauge)
end

local function another_folder_has_its_own_gauge()
  local gauge = relaymark.status()
  vim.cmd.tabnew()
  vim.cmd.tcd(spec.other)
  eventually('a second server runs', function()
    return #harness.clients() == 2
  end)
  equal('', relaymark.status())
  vim.cmd.tabclose()
  equal(gauge, relaymark.status())
end

local function nothing_went_wrong_on_the_way()
  equal('', vim.v.errmsg)
  for _, heard in ipairs(_G.heard.messages) do
    assert((heard.level or 0) < vim.log.levels.WARN, vim.inspect(heard))
  end
end

harness.run({
  { 'the gauge follows a session with no plan open', gauge_without_a_plan },
  { 'the gauge follows a session with a plan open, and when it is closed', gauge_with_a_plan },
  { ':Relaymark status shows the tooltip', status_command_shows_the_tooltip },
  { ':Relaymark completes, refuses, opens the log', command_words },
  { ':Relaymark sessions follows the chosen one', sessions_command_follows },
  { 'relaymark/launch opens a terminal and follows it', launches_in_a_terminal },
  { ':checkhealth relaymark', health },
  { ':Relaymark restart', restarts },
  { 'another folder has its own gauge', another_folder_has_its_own_gauge },
  { 'nothing went wrong on the way', nothing_went_wrong_on_the_way },
})
