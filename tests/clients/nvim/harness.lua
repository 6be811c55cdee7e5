-- Runs cases one after the other in this Neovim and says how they went.
local M = {}

M.spec = vim.json.decode(vim.fn.readblob(vim.env.RELAYMARK_TEST))

---Waits for a condition; the machine may be busy with much else.
function M.eventually(what, condition, seconds)
  local value
  local met = vim.wait((seconds or 20) * 1000, function()
    value = condition()
    return value and true or false
  end, 20)
  if not met then
    error(('never: %s (last: %s)'):format(what, vim.inspect(value)), 2)
  end
  return value
end

function M.equal(expected, actual)
  if not vim.deep_equal(expected, actual) then
    error(('expected %s, got %s'):format(vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

---What the status line of the current window shows.
function M.statusline()
  return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str
end

---The clients of this plugin, starting ones left out.
function M.clients()
  return vim.lsp.get_clients({ name = 'relaymark' })
end

---The replayed session goes on; returns what the gauge then says.
function M.grow()
  local step = table.remove(M.spec.steps, 1)
  vim.fn.mkdir(vim.fs.dirname(M.spec.transcript), 'p')
  local file = assert(io.open(M.spec.transcript, 'ab'))
  file:write(step.text)
  file:close()
  return step.gauge
end

---The gauge says so, in the function and in the status line.
function M.gauge(expected)
  local text
  local met = pcall(M.eventually, 'the gauge says ' .. expected, function()
    text = require('relaymark').status()
    return text:find(expected, 1, true)
  end)
  if not met then
    error(('never: the gauge says %s; it says "%s"'):format(expected, text), 2)
  end
  assert(M.statusline():find(expected, 1, true), 'the status line shows ' .. M.statusline())
end

---Runs the cases and ends Neovim; the last line tells how many passed.
---@param cases { [1]: string, [2]: fun() }[]
function M.run(cases)
  local failed = 0
  for _, case in ipairs(cases) do
    local fine, why = xpcall(case[2], debug.traceback)
    failed = failed + (fine and 0 or 1)
    io.write(('%s %s\n'):format(fine and 'ok' or 'FAILED', case[1]), fine and '' or why .. '\n')
  end
  io.write(('%d cases, %d failed\n'):format(#cases, failed))
  if failed > 0 then
    io.write(vim.inspect(_G.heard), '\n', vim.fn.execute('messages'), '\n')
  end
  vim.cmd(failed > 0 and 'cquit! 1' or 'qall!')
end

return M
