"""A repository whose plan names a file that git knows to be elsewhere, and `relaymark check` in it."""

LINES = "".join(f"line {number}\n" for number in range(40))


def moved_shop(world, plan, **others):
    """Makes it with a plan that is committed, and with other files in `src/`."""
    folder = world.repository("shop", plan=plan)
    (folder / "src").mkdir()
    (folder / "src/parser.py").write_text(LINES)
    for name, text in others.items():
        (folder / f"src/{name}.py").write_text(text)
    commit(world, folder, "parser")
    (folder / "src/read").mkdir()
    world.git(folder, "mv", "src/parser.py", "src/read/parser.py")
    commit(world, folder, "move")
    return folder


def commit(world, folder, message):
    """Commits all that changed."""
    world.git(folder, "add", "-A")
    world.git(folder, "commit", "-q", "-m", message)


def check(world, folder, *arguments):
    """Runs `relaymark check`, which never ends in a fault of its own."""
    done = world.run("check", *arguments, cwd=folder)
    assert "Traceback" not in done.stderr
    return done
