-- What a user sees: another Neovim with a real screen, in a terminal of this one, which reads it.
package.path = vim.fs.dirname(vim.fs.normalize(arg[0])) .. '/?.lua;' .. package.path
local harness = require('harness')

-- Only here: Neovim 0.12 without a screen was seen to crash on `:bwipeout` after its size was set.
vim.o.columns = 110
vim.o.lines = 30

local init = vim.fs.joinpath(vim.fs.dirname(vim.fs.normalize(arg[0])), 'minimal_init.lua')
local seen = {}

local function screen()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

---Waits until the screen shows a text, and keeps it.
local function shows(title, text)
  local fine, why = pcall(harness.eventually, 'the screen shows ' .. text, function()
    return screen():find(text, 1, true)
  end)
  table.insert(seen, ('=== %s\n%s\n'):format(title, screen()))
  assert(fine, why)
end

local keys

local function start()
  vim.o.laststatus = 0
  vim.cmd.enew()
  local argv = { vim.v.progpath, '-u', init }
  local job
  if vim.fn.has('nvim-0.11') == 1 then
    job = vim.fn.jobstart(argv, { term = true, cwd = harness.spec.workspace })
  else
    job = vim.fn.termopen(argv, { cwd = harness.spec.workspace })
  end
  keys = function(text)
    vim.fn.chansend(job, text)
  end
end

local function gauge_on_an_empty_screen()
  start()
  shows('no file is open', harness.grow())
end

local function gauge_beside_the_plan()
  keys(':edit PLAN.md\r')
  shows('the plan', 'Phase 1')
  shows('the session goes on', harness.grow())
end

local function tooltip_over_the_plan()
  keys(':Relaymark\r')
  shows(':Relaymark', harness.spec.model)
end

---Keys are typed on while a session passes its ceiling: no prompt takes them.
local function warning_in_mid_typing()
  keys('Gohello')
  shows('typing', 'hello')
  local gauge = harness.grow()
  shows('a warning in mid-typing', 'over its ceiling of 70k.')
  keys(' world')
  shows('typing goes on', 'hello world')
  shows('the gauge', gauge)
  keys('\27u')
end

local function agent_below_the_plan()
  keys(':Relaymark next\r')
  shows(':Relaymark next', 'An agent would work here.')
  keys('\28\14')
end

local cases = {
  { 'the gauge stands on an empty screen', gauge_on_an_empty_screen },
  { 'the gauge stands beside the plan', gauge_beside_the_plan },
  { 'the tooltip stands over the plan', tooltip_over_the_plan },
  { 'a warning asks for nothing', warning_in_mid_typing },
  { 'the next phase starts below the plan', agent_below_the_plan },
  {
    'the screens are kept',
    function()
      keys('\27:qall!\r')
      vim.fn.mkdir(vim.fs.dirname(harness.spec.screenshot), 'p')
      vim.fn.writefile(vim.split(table.concat(seen, '\n'), '\n'), harness.spec.screenshot)
    end,
  },
}
harness.run(cases)
