-- A user's configuration in a few lines, and ears for what would be asked of them.
-- luacheck: globals vim
local spec = vim.json.decode(vim.fn.readblob(vim.env.RELAYMARK_TEST))

vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.o.laststatus = 3
vim.o.statusline = "%f %m%=%{v:lua.require'relaymark'.status()} "
vim.opt.runtimepath:prepend(spec.plugin)
vim.cmd('filetype plugin indent on') -- `-l` leaves it off
vim.cmd.runtime('plugin/relaymark.lua') -- `-u` with `-l` loads no plugins by itself

-- Nobody sits here to answer: questions and messages are written down.
_G.heard = { messages = {}, questions = {} }
if #vim.api.nvim_list_uis() == 0 then
  vim.notify = function(message, level)
    table.insert(_G.heard.messages, { message = message, level = level })
  end
  vim.ui.select = function(items, options, choose)
    table.insert(_G.heard.questions, { prompt = options.prompt, items = items })
    choose(_G.heard.answer and items[_G.heard.answer] or nil)
  end
end

local settings = { settings = { relaymark = spec.settings } }
if vim.fn.has('nvim-0.11') == 1 then
  vim.lsp.config('relaymark', settings)
  vim.lsp.enable('relaymark')
else
  require('relaymark').start(settings)
end
