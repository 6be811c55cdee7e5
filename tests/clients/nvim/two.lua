-- Two Neovims and a terminal on one workspace: each shows the same, and one of them tells of the ceiling.
package.path = vim.fs.dirname(vim.fs.normalize(arg[0])) .. '/?.lua;' .. package.path
local harness = require('harness')

local init = vim.fs.joinpath(vim.fs.dirname(vim.fs.normalize(arg[0])), 'minimal_init.lua')
local other

local function in_the_other(code)
  return vim.rpcrequest(other, 'nvim_exec_lua', code, {})
end

---Both gauges say so, in the same words.
local function both_say(gauge)
  harness.gauge(gauge)
  harness.eventually('the other says ' .. gauge, function()
    return in_the_other("return require('relaymark').status()") == gauge
  end)
end

local function the_same_gauge()
  local argv = { vim.v.progpath, '--embed', '--headless', '-u', init }
  other = vim.fn.jobstart(argv, { rpc = true })
  harness.eventually('both servers run', function()
    return #harness.clients() == 1
      and in_the_other("return #vim.lsp.get_clients({ name = 'relaymark' })") == 1
  end)
  both_say(harness.grow())
end

local function one_popup()
  for _ = 1, 3 do
    both_say(harness.grow())
  end
  local text = require('relaymark').status()
  local argv = { 'relaymark', 'status', '--json' }
  local shown = vim.system(argv, { cwd = harness.spec.workspace, text = true }):wait(20000)
  assert(shown.code == 0, shown.stderr)
  -- The settings are the editors'; the terminal has its own.
  harness.equal(text:match('%d+k'), vim.json.decode(shown.stdout).text:match('%d+k'))
  harness.settle()
  vim.wait(300) -- for the other's last word, which would be one too many
  local said = harness.said()
  vim.list_extend(
    said,
    in_the_other('return vim.tbl_map(function(heard) return heard.message end, heard.messages)')
  )
  harness.equal(2, #said)
  assert(table.concat(said, '\n'):find('over its ceiling', 1, true), vim.inspect(said))
  assert(table.concat(said, '\n'):find('past its reset line', 1, true), vim.inspect(said))
end

local function the_other_ends()
  vim.rpcnotify(other, 'nvim_command', 'qall!')
  harness.equal({ 0 }, vim.fn.jobwait({ other }, 10000))
end

harness.run({
  { 'both show the same gauge', the_same_gauge },
  { 'each crossing is told once by one of them', one_popup },
  { 'the other ends', the_other_ends },
})
