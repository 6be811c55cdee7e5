std = 'luajit'
max_line_length = 100
read_globals = { 'vim' }
-- Options and variables of buffers and windows are set through these tables.
globals = { 'vim.b', 'vim.bo', 'vim.g', 'vim.o', 'vim.wo' }
