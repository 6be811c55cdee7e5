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

local function floating_window()
  return vim.iter(vim.api.nvim_list_wins()):find(function(id)
    return vim.api.nvim_win_get_config(id).relative ~= ''
  end)
end

---The finding of a rule, which stands on the heading of the first phase.
local function on_the_heading(code)
  local found = harness.finding(code)
  equal({ 2, 0 }, { found.lnum, found.col })
  equal('relaymark', found.source)
  return found
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
  on_the_heading('context-near-ceiling')
  harness.gauge(harness.grow())
  equal('over', relaymark.level())
  on_the_heading('context-over-ceiling')
  vim.cmd.bwipeout()
  harness.gauge(harness.grow())
  equal('reset', relaymark.level())
  only_client()
end

local function told_once_each()
  harness.settle()
  equal({
    'Claude Code: 83k, over its ceiling of 70k. Finish the item.',
    'Claude Code: 91k, past its reset line of 90k. Hand over now.',
  }, harness.said())
end

local function findings_stand()
  on_the_heading('context-past-reset')
  local missing = harness.finding('path-missing')
  local where = { missing.lnum, missing.col, missing.end_lnum, missing.end_col, {} }
  local text = vim.api.nvim_buf_get_text(0, unpack(where))
  equal({ 'tests/nowhere.py' }, text)
  -- Both ways to count columns are met: 0.10 counts as UTF-16 does.
  local counted = vim.fn.has('nvim-0.11') == 1 and 'utf-8' or 'utf-16'
  equal(counted, only_client().offset_encoding)
end

---Hovers over a line of the plan until all of this is shown: a server that has just started knows
---little of the files.
local function hover_shows(pattern, texts)
  local text
  local met = pcall(eventually, 'all of it', function()
    assert(vim.fn.search(pattern, 'cw') > 0, pattern)
    vim.lsp.buf.hover()
    local window = eventually('a floating window', floating_window)
    text = lines_of(vim.api.nvim_win_get_buf(window))
    vim.api.nvim_win_close(window, true)
    return vim.iter(texts):all(function(each)
      return text:find(each, 1, true)
    end)
  end)
  assert(met, ('the hover on %s: %s'):format(pattern, text))
end

local function hovers()
  local file = 'src/parser.py · 11 tokens'
  hover_shows('一つ目', { 'open', 'Phase 1 解析器 parser 🚀: 1 of 2 done', file })
  hover_shows('## Phase 1', { '91k/70k', 'Claude Code', file })
end

local function paths_lead_to_files()
  assert(vim.fn.search('src/parser', 'cw') > 0)
  vim.lsp.buf.definition()
  eventually('the file of the path', function()
    return vim.api.nvim_buf_get_name(0):find('/src/parser%.py$')
  end)
  vim.cmd('silent buffer PLAN.md')
end

---The titles of what can be done on a line of the plan; phase-too-big may come in between.
local function offered_on(pattern)
  assert(vim.fn.search(pattern, 'cw') > 0, pattern)
  local before = #_G.heard.questions
  vim.lsp.buf.code_action()
  eventually('actions on ' .. pattern, function()
    return #_G.heard.questions > before
  end)
  local titles = vim.tbl_map(function(choice)
    return choice.action.title
  end, _G.heard.questions[#_G.heard.questions].items)
  return vim.tbl_filter(function(title)
    return not title:find('phase-too-big', 1, true)
  end, titles)
end

local function actions_are_offered()
  local next_phase = 'Start the next phase in a fresh session'
  equal({
    'Generate handover',
    'Continue this phase in a fresh session',
    next_phase,
    'Snooze until the next level',
  }, offered_on('## Phase 1'))
  equal({ 'Start this phase in a fresh session' }, offered_on('## Phase 2'))
end

---The lens above the first phase that has no command, once the files of the phase are counted.
local function telling_lens()
  local client, found, asked = only_client(), nil, false
  local params = { textDocument = vim.lsp.util.make_text_document_params() }
  return eventually('a lens that only tells', function()
    if not asked then
      asked = true
      client:request('textDocument/codeLens', params, function(_, lenses)
        asked = false
        found = vim.iter(lenses or {}):find(function(lens)
          return lens.range.start.line == 2 and lens.command.command == ''
        end)
      end)
    end
    return found
  end)
end

local function a_lens_without_a_command_does_nothing()
  if vim.fn.has('nvim-0.12') == 0 then
    return -- it offers only those that have one
  end
  local title, said = telling_lens().command.title, #harness.said()
  assert(vim.fn.search('## Phase 1', 'cw') > 0)
  local function run()
    local before = #_G.heard.questions
    vim.lsp.codelens.run()
    eventually('the lenses of the phase', function()
      return #_G.heard.questions > before
    end)
    return _G.heard.questions[#_G.heard.questions].items
  end
  for index, item in ipairs(run()) do
    if item.lens.command.title == title then
      _G.heard.answer = index
    end
  end
  assert(_G.heard.answer, title)
  run()
  _G.heard.answer = nil
  harness.settle()
  equal(said, #harness.said())
  equal(nil, vim.lsp.commands[''])
end

local function dismissed_comes_back()
  local function missing()
    return vim.iter(vim.diagnostic.get(0)):any(function(found)
      return found.code == 'path-missing'
    end)
  end
  assert(vim.fn.search('tests/nowhere', 'cw') > 0)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Not so: dismiss this path-missing'
    end,
  })
  eventually('the finding goes', function()
    return not missing()
  end)
  _G.heard.answer = 1
  vim.cmd('Relaymark dismissed')
  eventually('the finding comes back', missing)
  _G.heard.answer = nil
  local asked = _G.heard.questions[#_G.heard.questions]
  equal('Hear of it again:', asked.prompt)
  assert(asked.items[1].message:find('tests/nowhere.py', 1, true), vim.inspect(asked.items))
end

local function ticks_one_character()
  local before = vim.fn.readblob('PLAN.md')
  assert(vim.fn.search('一つ目', 'cw') > 0)
  local function apply(title)
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(action)
        return action.title == title
      end,
    })
    eventually(title, function()
      return vim.bo.modified
    end)
    vim.cmd('silent write')
  end
  apply('Tick this item')
  equal((before:gsub('%[ %] 🚀', '[x] 🚀')), vim.fn.readblob('PLAN.md'))
  harness.settle()
  apply('Untick this item')
  equal(before, vim.fn.readblob('PLAN.md'))
end

local function handover_is_on_disk()
  vim.cmd('Relaymark handover')
  eventually('the note is open', function()
    return vim.api.nvim_buf_get_name(0):find('/%.relaymark/handovers/[^/]+%.md$')
  end)
  local notes = vim.fn.glob(spec.workspace .. '/.relaymark/handovers/*.md', false, true)
  equal({ vim.api.nvim_buf_get_name(0) }, notes)
  local note = vim.fn.readblob(notes[1])
  for _, section in ipairs({ '## STATE', '## ARCHITECTURE CONTEXT', '## NEXT STEP' }) do
    assert(note:find(section, 1, true), note)
  end
  equal(note, lines_of() .. '\n')
end

local function snoozes()
  vim.cmd('Relaymark snooze')
  eventually('the warning goes', function()
    return vim.iter(vim.diagnostic.get(vim.fn.bufnr('PLAN.md'))):all(function(found)
      return found.code ~= 'context-past-reset'
    end)
  end)
end

local function prompts_are_copied()
  for word, begin in pairs({ ask = 'Write the handover note', copy = 'Co' }) do
    vim.fn.setreg('"', '')
    vim.cmd('Relaymark ' .. word)
    eventually(word .. ' copies a prompt', function()
      return vim.startswith(vim.fn.getreg('"'), begin)
    end)
  end
end

---Starts an agent by a word of the command; returns its first prompt.
local function started_by(word)
  vim.fn.delete(spec.launched)
  vim.cmd('Relaymark ' .. word)
  eventually('the agent is started', function()
    return vim.uv.fs_stat(spec.launched)
  end)
  local launched = vim.json.decode(vim.fn.readblob(spec.launched))
  equal(spec.workspace, launched.cwd)
  equal(1, #launched.argv)
  equal('terminal', vim.bo.buftype)
  eventually('the agent speaks', function()
    return lines_of():find('An agent would work here.', 1, true)
  end)
  vim.cmd.stopinsert()
  return launched.argv[1]
end

local prompt

local function next_phase_starts()
  prompt = started_by('next')
  assert(prompt:find('^Complete Phase 2 of @PLAN%.md'), prompt)
end

local function the_relay_goes_on()
  local first = vim.json.encode(prompt):sub(2, -2)
  local begin, finish = spec.next.text:find(spec.next.prompt, 1, true)
  local file = assert(io.open(spec.next.path, 'wb'))
  file:write(spec.next.text:sub(1, begin - 1), first, spec.next.text:sub(finish + 1))
  file:close()
  harness.gauge(spec.next.gauge)
  local shown = relaymark.payload()
  equal(spec.next.id, shown.shown)
  local phase = vim.iter(shown.sessions):find(function(session)
    return session.id == spec.next.id
  end).phase
  equal({ '2', 'started' }, { phase.label, phase.evidence })
  vim.cmd.bwipeout({ bang = true })
end

local function phase_is_continued()
  local said = started_by('continue')
  assert(said:find('^Continue Phase 2 of @PLAN%.md'), said)
  vim.cmd.bwipeout({ bang = true })
end

local function status_command_shows_the_tooltip()
  vim.cmd('Relaymark status')
  local window = eventually('a floating window', floating_window)
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
  eventually('the second server has spoken', relaymark.payload)
  for _, word in ipairs({ 'snooze', 'handover' }) do
    local before = #harness.said()
    vim.cmd('Relaymark ' .. word)
    eventually('it is told why not', function()
      return #harness.said() > before
    end)
  end
  vim.cmd.tabclose()
  equal(gauge, relaymark.status())
end

local function faults_are_told()
  require('relaymark.client').execute(harness.clients()[1], 'relaymark.unheardOf', {})
  eventually('a fault is told', function()
    return #harness.said(vim.log.levels.ERROR) > 0
  end)
end

---Nobody was told anything but this, each on one line, and Neovim had nothing to complain of.
local function nothing_else_was_told()
  harness.settle()
  local expected = {
    'over its ceiling',
    'past its reset line',
    'Relaymark: Phase 1 has 1 open item',
    'Relaymark: No test was run in the session',
    'Relaymark: no session is open here',
    'Relaymark: No session is open in',
    'relaymark.unheardOf',
  }
  local said = harness.said()
  equal(#expected, #said)
  for index, text in ipairs(expected) do
    assert(said[index]:find(text, 1, true), said[index])
    assert(vim.fn.strdisplaywidth(said[index]) <= vim.v.echospace, said[index])
  end
  local messages = vim.fn.execute('messages')
  assert(not messages:find('%f[%w]E%d+:') and not messages:find('Error'), messages)
end

harness.run({
  { 'the gauge follows a session with no plan open', gauge_without_a_plan },
  { 'the gauge follows a session with a plan open, and when it is closed', gauge_with_a_plan },
  { 'each crossing is told once', told_once_each },
  { ':Relaymark status shows the tooltip', status_command_shows_the_tooltip },
  { ':Relaymark completes, refuses, opens the log', command_words },
  { ':Relaymark sessions follows the chosen one', sessions_command_follows },
  { 'relaymark/launch opens a terminal and follows it', launches_in_a_terminal },
  { ':checkhealth relaymark', health },
  { ':Relaymark restart', restarts },
  { 'nothing is told again by a new server', told_once_each },
  { 'findings stand where they belong', findings_stand },
  { 'hover tells of an item and of a phase', hovers },
  { 'a path leads to its file', paths_lead_to_files },
  { 'code actions are offered', actions_are_offered },
  { 'a lens without a command does nothing', a_lens_without_a_command_does_nothing },
  { ':Relaymark dismissed gives a finding back', dismissed_comes_back },
  { 'Tick and Untick change one character of the file', ticks_one_character },
  { ':Relaymark handover writes and opens the note', handover_is_on_disk },
  { ':Relaymark ask and copy fill the register', prompts_are_copied },
  { ':Relaymark snooze takes the warning away', snoozes },
  { ':Relaymark next starts an agent in a terminal', next_phase_starts },
  { 'its session works on phase 2, the gauge is at its start', the_relay_goes_on },
  { ':Relaymark continue starts another one', phase_is_continued },
  { 'another folder has its own gauge', another_folder_has_its_own_gauge },
  { 'a fault of the server is told', faults_are_told },
  { 'nothing else was told', nothing_else_was_told },
})
