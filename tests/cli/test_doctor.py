"""`relaymark doctor`: what was found, what is missing, and why."""

import relaymark


def told(done):
    assert (done.returncode, done.stderr) == (0, "")
    assert "Traceback" not in done.stdout
    return done.stdout


def test_in_an_empty_home_it_says_what_is_missing(bare):
    text = told(bare.run("doctor"))
    assert f"relaymark {relaymark.__version__}" in text
    assert f"Claude Code  {bare.claude_home} (by CLAUDE_CONFIG_DIR): not there, so it has not run here" in text
    assert f"Codex        {bare.codex_home} (by CODEX_HOME): not there, so it has not run here" in text
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
    world.worktree(shop, "hotfix", "fix/rounding")
    broken = world.claude(shop).prompt().reply(20_000)
    broken.raw(b"{broken\n")
    world.claude(shop, version="3.0.0", model="claude-unheard-of-9").prompt().reply(9_000)
    world.codex(shop).prompt().usage(9_000)
    text = told(world.run("doctor", cwd=shop))
    assert f"folder     {shop}" in text
    assert f"git        {shop} on main" in text
    assert "hotfix on fix/rounding" in text
    assert f"plan       {shop}/PLAN.md, 2 phases" in text
    assert f"{world.claude_home} (by CLAUDE_CONFIG_DIR): 2 transcripts" in text
    assert f"{world.codex_home} (by CODEX_HOME): 1 transcript" in text
    assert "2 recent of this workspace" in text
    assert "1 records could not be read" in text
    assert "recorded" in text
    assert "assumed" in text
    assert '"statusLine": {"type": "command", "command": "relaymark statusline"}' in text


def test_settings_that_are_not_understood_are_named(world):
    shop = world.repository("shop")
    (shop / ".relaymark.toml").write_text("ceilingPercent = [")
    text = told(world.run("doctor", cwd=shop))
    assert ".relaymark.toml: not read" in text


def test_a_home_on_another_place_is_named_with_its_variable(world):
    world.claude(world.folder("shop")).prompt()
    text = told(world.run("doctor", env={"CODEX_HOME": ""}))
    assert f"Codex        {world.home}/.codex: not there" in text
    assert "Claude Code  " in text
