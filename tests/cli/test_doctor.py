"""`relaymark doctor`: what was found, what is missing, and why."""

import itertools

import relaymark


def told(done):
    assert (done.returncode, done.stderr) == (0, "")
    assert "Traceback" not in done.stdout
    return done.stdout


def row(text, agent):
    """Return what stands beside an agent's name, and in the indented lines below it."""
    lines = text.partition("\nAgents\n")[2].partition("\n\n")[0].splitlines()
    at = next((at for at, line in enumerate(lines) if line.startswith(f"  {agent}  ")), None)
    if at is None:
        return []
    below = itertools.takewhile(lambda line: line.startswith("     "), lines[at + 1 :])
    return [lines[at].removeprefix(f"  {agent}").strip(), *(line.strip() for line in below)]


def test_in_an_empty_home_it_says_what_is_missing(bare):
    text = told(bare.run("doctor"))
    assert f"relaymark {relaymark.__version__}" in text
    assert row(text, "Claude Code") == [f"{bare.claude_home} (by CLAUDE_CONFIG_DIR): not there"]
    assert row(text, "Codex") == [f"{bare.codex_home} (by CODEX_HOME): not there"]
    assert "have not run here: " in text
    assert "Qwen Code (~/.qwen)" in text
    assert "git        none: only sessions in this folder or below it belong to it" in text
    assert "plan       none" in text
    assert "no open session in this workspace" in text
    assert "not there, all defaults" in text
    assert "counting   works" in text


def test_it_writes_nothing_into_the_home(bare):
    bare.run("doctor")
    assert [path for path in bare.home.rglob("*") if path.is_file()] == []


def test_in_a_full_home_it_says_what_was_found(world):
    shop = world.repository("shop")
    (shop / "TODO.md").write_text("- [x] Sell\n")
    world.worktree(shop, "hotfix", "fix/rounding")
    broken = world.claude(shop).prompt().reply(20_000)
    broken.raw(b"{broken\n")
    world.claude(shop, version="3.0.0", model="claude-unheard-of-9").prompt().reply(9_000)
    world.codex(shop).prompt().usage(9_000)
    text = told(world.run("doctor", cwd=shop))
    assert f"folder     {shop}" in text
    assert f"git        {shop} on main" in text
    assert "hotfix on fix/rounding" in text
    assert f"plan       {shop}/PLAN.md, 2 phases, 2 of 4 items ticked\n" in text
    assert f"plan       {shop}/TODO.md, 1 phase, 1 of 1 items ticked, done\n" in text
    place, sessions, skipped = row(text, "Claude Code")
    assert place == f"{world.claude_home} (by CLAUDE_CONFIG_DIR)"
    assert sessions.startswith("2 sessions, 2 of this workspace, newest 20")
    assert skipped == "1 records could not be read (run with --verbose to see which)"
    place, sessions = row(text, "Codex")
    assert place == f"{world.codex_home} (by CODEX_HOME)"
    assert sessions.startswith("1 session, 1 of this workspace")
    assert "recorded" in text
    assert "assumed" in text
    assert '"statusLine": {"type": "command", "command": "relaymark statusline"}' in text


def test_a_plan_that_cannot_be_read_is_named_with_the_reason(world):
    shop = world.repository("shop", plan=None)
    (shop / "PLAN.md").mkdir()
    (shop / "TODO.md").write_bytes("- [ ] Caf\xe9\n".encode("latin-1"))
    text = told(world.run("doctor", cwd=shop))
    assert f"  not judged {shop}/PLAN.md is a folder\n" in text
    assert f"  plan       {shop}/TODO.md, 1 phase, 0 of 1 items ticked\n" in text
    assert f"  not judged {shop}/TODO.md is not UTF-8; what can be read of it is judged\n" in text
    assert "plan       none" not in text


def test_settings_that_are_not_understood_are_named(world):
    shop = world.repository("shop")
    (shop / ".relaymark.toml").write_text("ceilingPercent = [")
    text = told(world.run("doctor", cwd=shop))
    assert ".relaymark.toml: not read" in text


def test_a_home_on_another_place_is_named_with_its_variable(world):
    world.claude(world.folder("shop")).prompt()
    text = told(world.run("doctor", env={"CODEX_HOME": ""}))
    assert "Codex (~/.codex)" in text
    assert "Claude Code  " in text


def test_a_session_of_a_container_that_worked_on_this_repository_is_proposed_as_a_mapping(world):
    shop = world.repository("shop")
    head = world.git(shop, "rev-parse", "HEAD").strip()
    world.codex("/workspaces/shop", git={"branch": "main", "commit_hash": head}).prompt().usage(9_000)
    world.codex("/workspaces/other", git={"branch": "main", "commit_hash": "0" * 40}).prompt().usage(9_000)
    text = told(world.run("doctor", cwd=shop))
    assert "1 session of this repository, on main, recorded a folder that is not here." in text
    assert f'pathMap = {{ "/workspaces/shop" = "{shop}" }}' in text
    assert "/workspaces/other" not in text


def test_an_agent_that_is_switched_off_is_not_looked_at_and_a_further_folder_is(world):
    shop = world.repository("shop")
    world.codex(shop).prompt().usage(9_000)
    settings = world.home / ".config/relaymark/config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    box = world.codex_home.rename(world.home / "box")
    settings.write_text(f'[agents]\n"claude-code" = false\n[agentFolders]\n"codex" = ["{box}"]\n')
    text = told(world.run("doctor", cwd=shop))
    assert not row(text, "Claude Code")
    place, sessions = row(text, "Codex")
    assert place == f"{box} (by your settings)"
    assert sessions.startswith("1 session, 1 of this workspace")
