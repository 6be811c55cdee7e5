if vim.g.loaded_relaymark then
  return
end
vim.g.loaded_relaymark = true

vim.api.nvim_create_user_command('Relaymark', function(command)
  require('relaymark.command').run(command.fargs[1])
end, {
  nargs = '?',
  desc = 'Relaymark: status, handover, next phase, ...',
  complete = function(lead)
    return require('relaymark.command').complete(lead)
  end,
})

local group = vim.api.nvim_create_augroup('relaymark', {})

-- The gauge lives without a plan on the screen: the working directory gets its server, too.
-- `BufEnter` is there for who enables the server late, when none of the others comes again.
vim.api.nvim_create_autocmd({ 'VimEnter', 'DirChanged', 'TabEnter', 'BufEnter' }, {
  group = group,
  callback = function()
    if vim.v.vim_did_enter == 1 then
      require('relaymark.client').ensure()
    end
  end,
})

vim.api.nvim_create_autocmd({ 'TermOpen', 'TermEnter', 'BufEnter' }, {
  group = group,
  callback = function(event)
    require('relaymark.client').focus(event.buf)
  end,
})
