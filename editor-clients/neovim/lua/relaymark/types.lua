---@meta
-- What the server sends, as far as this client looks at it; docs/protocol.md tells it all.

---@alias relaymark.Level 'clear'|'near'|'over'|'reset'|'unknown'

---@class relaymark.Tokens
---@field tokens? integer
---@field source? string
---@field reason? string

---@class relaymark.Session
---@field id string
---@field agent string
---@field title? string
---@field state string
---@field level relaymark.Level
---@field context relaymark.Tokens
---@field ceiling? relaymark.Tokens

---@class relaymark.Status
---@field version integer
---@field workspace string
---@field shown? string the id of the session in the status bar
---@field text string
---@field tooltip string Markdown
---@field level relaymark.Level
---@field sessions relaymark.Session[]

---@class relaymark.Launch
---@field title? string
---@field argv string[]
---@field cwd? string

---@class relaymark.Dismissed
---@field finding string its fingerprint, by which it is restored
---@field dismissedAt string
---@field code? string
---@field path? string
---@field line? integer
---@field message? string
