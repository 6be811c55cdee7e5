"""Plans in the forms that people and agents write: pieces that can be put together in any order."""

FORMS = {
    "plain": """## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [ ] Cache them in `src/cache.py`
- [X] Test it: `tests/test_parser.py::test_lines`
- [ ] Print the sum
""",
    "status in the heading": """### Phase 2: Engine (replace serve.sh/poll.sh) ✅ MOSTLY DONE

- [ ] `poll.sh`: replace `db_task_ids` with `bd_ready`
- [x] Template renderer — `src/template.rs`
- [ ] ~~GitHub App auth~~ — using a token instead
- [-] Under way in src/engine/mod.rs:1405-1452
""",
    "spec-kit": """## Phase 3: User Story 1 - Auth (Priority: P1) 🎯 MVP

- [P] tasks = different files, no dependencies

- [X] T001 Initialize project in frontend/ directory
- [ ] T059 [P] [US1] Create route group layout in frontend/app/(auth)/layout.tsx
- [ ] T060 [US1+US2] Create `frontend/src/pages/tasks/[id].tsx`
- [ ] T061 Wire it up
""",
    "openspec": """## 1. Global Config Extension

- [ ] 1.1 Add `COMMAND_IDS` to `src/core/shared/tool-detection.ts`
- [x] 1.2 Generate commands
  - [x] 1.2.1 in `src/core/a.ts`
  - [ ] 1.2.2 in `src/core/{b,c}.ts`
""",
    "kiro": """# Implementation Plan

- [-] 1. Set up application structure
  - Write the shell in `src/app.tsx`
  - _Requirements: 1.1, 2.3_

- [x]* 1.1 Write property test for add button

- [ ] 2. Integrate
  some words that go on
  and on in `src/api.ts`
""",
    "files block": """### Task 1: Add flags

**Files:**
- Create: `cmd/main/flags.go`
- Modify: `cmd/main/main.go`
- Test: `cmd/main/main_test.go`

- [ ] **Step 1: Write the failing test**

```go
// - [ ] no box
```

- [ ] **Step 2: Run it** `go test ./cmd/...`
- [ ] **Step 3: Write it** in [main](../cmd/main/main.go)
- [x] **Step 4: Commit**
""",
    "bold headings": """**Phase 7a: Gate**

- [ ] Gate in `src/gate.py`
- [ ] Open it
- [ ] Close it
- [ ] Lock it

**Phase 7b: Frontier** ✓

* [x] Step 7.1: Read `docs/frontier.md`
* [ ] Step 7.2: Write
""",
    "box as phase": """- [x] **Phase 1: Provider Plumbing** - Fix session parsing ✓ 2026-02-12
- [ ] **Phase 2: Views** - in `src/views/`
""",
    "numbered parents": """## Step 1: Crate

1. **Create the crate**
   - [x] `crates/keys/Cargo.toml`
   - [ ] `crates/keys/src/lib.rs` <!-- attempt:3 -->

2. [✓] Create directories
3. [ ] Fill them
""",
    "table": """| # | Task | Status |
|---|------|--------|
| 1 | Create the skill `skills/x/SKILL.md` | ✅ Complete |
| 2 | Wire it | 🔲 |
""",
    "other languages": """## Этап 2: Отчёт

- [ ] Создать `src/отчёт.py` 🧾
- [x] 👩\u200d👩\u200d👧 печать

## フェーズ 3: 帳簿

- [ ] `src/帳簿.py` を書く
- [✅] 試験
- [completed] Ship it
""",
    "underlined": """Phase 4: Underlined
===================

- [ ] One in `a/b.py`
- [ ] Two

Milestone 5
-----------

+ [ ] Three
+ [~] Four
""",
    "windows and quotes": """## Phase 8: Paths

- [ ] Absolute `/Users/name/git/owner@host/app/src/server.ts`; then more
- [ ] `src\\\\win\\\\path.cs` and `src/win/other.cs`
- [x] Relative to here: `./local.py`, `../up/there.md`
- [ ] Open ` tick, and a trailing bar |
- [ ] Backslash at the end \\
- [ ] Run `bash scripts/run.sh --all`
""",
    "quoted": """> ## Phase 9: Quoted
>
> - [ ] In a quotation `src/quoted.py`
> - [x] and its twin
""",
    "closed heading": """## Phase 10: Closed ##

- [ ] Words with *emphasis* in `src/closed.py`
- [ ] glued to.- [x] **Task: Next**

### Inner heading

- [ ] Below it
- [ ] And again
""",
    "said to be done": """## Phase 12: Said ✅ DONE

- [x] Say it in `src/say.py`
- [ ] Do it in `src/do.py`

### ✅ Phase 13: Said before

- [x] Once more
- [ ] And once again

## Phase 14: **Said so** (complete) ##

- [ ] Never begun

### Phase 15: Said below

**Status:** Complete

- [x] One of two
- [ ] Two of two
""",
    "said in a table": """| Phase | What | Status |
|-------|------|--------|
| Phase 16 | Rows | ✅ Complete |
| Phase 17 | Columns | 🔲 |

## Phase 16: Rows

- [x] Write `src/rows.py`
- [ ] Read `src/rows.py`

## Phase 17: Columns

- [ ] Write `src/columns.py`
""",
    "named again": """## Phase 18: Again

**Files:**
- Create: `src/again.py`
- Modify: `src/moved/old.py` (moved from `src/again.py`)

```
python src/again.py
```

- [x] Read `src/again.py` and `src/{again,other}.py`
- [ ] Then `src/again.py:10` and `src\\again.py`
- [ ] Delete `src/again.py`

### About `src/again.py`

| File | For |
|------|-----|
| `src/again.py` | reading |
""",
    "nested": """## Phase 11: Nest

- [x] Task: models 70f7958
  - [ ] noise in `sim/noise.py`
    - [ ] blur
  - [ ] tests

- [ ] Next
	- [ ] by a tab
""",
}
FRONT = """---
name: Shop
todos:
  - id: keys
    content: "Load keys in `src/keys.ts`"
    status: completed
  - id: routes
    content: Add routes
    status: in_progress
---
# Shop

"""
