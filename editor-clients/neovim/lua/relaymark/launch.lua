-- Opens the next session where its user can see and type: in a terminal below the other windows.
local M = {}

---@param argv any
---@return boolean
local function is_argv(argv)
  if type(argv) ~= 'table' or not vim.islist(argv) or #argv == 0 then
    return false
  end
  return vim.iter(argv):all(function(part)
    return type(part) == 'string'
  end)
end

---Runs a program in a terminal buffer, by its arguments: no shell reads what a plan says.
---@param launch relaymark.Launch
---@return { launched: boolean }
function M.open(launch)
  if type(launch) ~= 'table' or not is_argv(launch.argv) then
    return { launched = false }
  end
  if launch.cwd and vim.fn.isdirectory(launch.cwd) == 0 then
    return { launched = false }
  end
  if not pcall(vim.cmd, 'botright new') then -- such as in the command-line window
    return { launched = false }
  end
  local buffer = vim.api.nvim_get_current_buf()
  local started, job
  if vim.fn.has('nvim-0.11') == 1 then
    started, job = pcall(vim.fn.jobstart, launch.argv, { term = true, cwd = launch.cwd })
  else
    started, job = pcall(vim.fn.termopen, launch.argv, { cwd = launch.cwd })
  end
  if not started or job <= 0 then
    vim.api.nvim_buf_delete(buffer, { force = true })
    return { launched = false }
  end
  vim.b[buffer].term_title = launch.title or launch.argv[1]
  vim.cmd.startinsert()
  return { launched = true }
end

return M
