-- Two Neovims and a terminal on one workspace: each shows the same, one Neovim tells of a crossing.
local here = vim.fs.dirname(vim.fs.normalize(arg[0]))
package.path = here .. '/?.lua;' .. package.path
local harness = require('harness')

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
  local argv = { vim.v.progpath, '--embed', '--headless', '-u', here .. '/minimal_init.lua' }
  other = vim.fn.jobstart(argv, { rpc = true })
  vim.rpcrequest(other, 'nvim_set_var', 'path', package.path)
  in_the_other('package.path = vim.g.path')
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
  harness.settle()
  local said = harness.said()
  vim.list_extend(
    said,
    in_the_other([[
    local harness = require('harness')
    harness.settle()
    return harness.said()
  ]])
  )
  harness.equal(2, #said)
  assert(table.concat(said, '\n'):find('over its ceiling', 1, true), vim.inspect(said))
  assert(table.concat(said, '\n'):find('past its reset line', 1, true), vim.inspect(said))
end

local function the_terminal_agrees()
  local settings = vim.env.XDG_CONFIG_HOME .. '/relaymark/config.toml'
  vim.fn.mkdir(vim.fs.dirname(settings), 'p')
  vim.fn.writefile({ 'ceilingPercent = ' .. harness.spec.settings.ceilingPercent }, settings)
  local argv = { 'relaymark', 'status', '--json' }
  local shown = vim.system(argv, { cwd = harness.spec.workspace, text = true }):wait(20000)
  assert(shown.code == 0, shown.stderr)
  harness.equal(require('relaymark').status(), vim.json.decode(shown.stdout).text)
end

local function the_other_ends()
  vim.rpcnotify(other, 'nvim_command', 'qall!')
  harness.equal({ 0 }, vim.fn.jobwait({ other }, 10000))
end

harness.run({
  { 'both show the same gauge', the_same_gauge },
  { 'each crossing is told once by one of them', one_popup },
  { 'a terminal shows the same', the_terminal_agrees },
  { 'the other ends', the_other_ends },
})
