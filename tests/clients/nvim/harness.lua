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

---Has the server answer once: all that it sent before has come by then.
function M.settle()
  local answered
  local client = assert(M.clients()[1])
  local request = vim.fn.has('nvim-0.11') == 1
      and function(...)
        return client:request(...)
      end
    or client.request
  request('relaymark/status', {}, function()
    answered = true
  end)
  M.eventually('the server answers', function()
    return answered
  end)
end

---The messages that were shown, from a level on.
function M.said(level)
  local found = vim.tbl_filter(function(heard)
    return (heard.level or vim.log.levels.INFO) >= (level or vim.log.levels.WARN)
  end, _G.heard.messages)
  return vim.tbl_map(function(heard)
    return heard.message
  end, found)
end

---The finding of a rule that stands in the plan, once it does.
function M.finding(code)
  return M.eventually('a finding ' .. code, function()
    return vim.iter(vim.diagnostic.get(vim.fn.bufnr('PLAN.md'))):find(function(found)
      return found.code == code
    end)
  end)
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
