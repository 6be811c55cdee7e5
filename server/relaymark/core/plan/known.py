"""The names by which a word in a plan is known to be a file."""

import re

SUFFIXES = re.compile(
    r"adoc|astro|bat|c|cc|cfg|cjs|clj|cmake|conf|cpp|cs|csproj|css|csv|cts|cue|cxx|dart|"
    r"db|dockerfile|ejs|el|elm|erl|ex|exs|fs|go|gql|gradle|graphql|groovy|h|hbs|hcl|hh|"
    r"hpp|hrl|hs|html|ini|ipynb|java|jinja|jl|js|json|json5|jsonc|jsonl|jsx|kt|kts|less|"
    r"lock|lua|m|md|mdc|mdx|mjs|mk|ml|mli|mm|mts|nim|nix|odin|patch|php|pl|plist|"
    r"prisma|properties|proto|ps1|py|pyi|pyx|r|rake|rb|rs|rst|sass|scala|scss|sh|sln|sol|"
    r"sql|sqlite|svelte|svg|swift|tcl|templ|tex|tf|tfvars|tmpl|toml|ts|tsx|txt|v|vim|vue|"
    r"wgsl|xml|yaml|yml|zig|zsh|st|MD|R"
)
"""Of files that plans name."""

NAMES = re.compile(
    r"makefile|dockerfile|justfile|gemfile|rakefile|procfile|license|codeowners|jenkinsfile|"
    r"cmakelists\.txt|go\.mod|go\.sum|containerfile|vagrantfile",
    re.IGNORECASE,
)
"""Files without a suffix, or with one that tells nothing."""

ROOTS = re.compile(
    r"src|lib|libs|test|tests|spec|specs|docs|doc|pkg|cmd|app|apps|packages|internal|"
    r"server|scripts|bin|tools|crates|config|examples|migrations|public|assets|components|"
    r"frontend|backend|plugins|modules|services|\.github",
    re.IGNORECASE,
)
"""Folders that a path without a suffix begins with."""

PRODUCTS = re.compile(
    r"node\.js|next\.js|vue\.js|nuxt\.js|express\.js|three\.js|d3\.js|nest\.js|chart\.js|"
    r"highlight\.js|moment\.js|mermaid\.js|ethers\.js|web3\.js|alpine\.js|ember\.js|discord\.js|react\.js|backbone\.js|solid\.js|asp\.net|socket\.io",
    re.IGNORECASE,
)
"""What looks like a file, and is the name of a program or library."""

DOTFILES = re.compile(
    r"\.(?:[a-z]+(?:rc|ignore|rules|config|attributes|modules)|env|editorconfig)(?:\.\w+)*|\.[a-z][\w-]*\.(?:ya?ml|toml|json)"
)
"""Files that begin with a dot."""
