"""Ways in which files and databases of agents break, each drawn from a seed."""

import json
import os
import shutil
import sqlite3
from contextlib import closing, contextmanager

DEEP = 2_000
ODD = (None, True, False, 0, -1, 1.5, 1e308, 10**30, "", "12000", "\x00", "[1m]", "2026-11-20T18:10:00Z", "..", "file://[",
       "9999-99-99T99:99:99Z", [], {}, [[]], {"": None}, [None], "C:\\x", "/", "*** Update File: ",
       "[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "x" * 10_000)  # fmt: skip
MARK = "\x00here\x00"


def _cut(draw, data):
    return data[: draw.randrange(len(data) + 1)]


def _beginning_lost(draw, data):
    return data[draw.randrange(len(data) + 1) :]


def _shuffled(draw, data):
    lines = data.splitlines(keepends=True)
    draw.shuffle(lines)
    return b"".join(lines)


def _lines_lost(draw, data):
    return b"".join(line for line in data.splitlines(keepends=True) if draw.random() < 0.7)


def _lines_doubled(draw, data):
    return b"".join(line * draw.choice((1, 1, 2)) for line in data.splitlines(keepends=True))


def _places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _places(inner, (*path, key))


def _changed(value, path, new):
    if not path:
        return new
    made = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = _changed(made[path[0]], path[1:], new)
    return made


def _in_json(draw, data, new, count=1):
    """Return JSON, or lines of it, with some values replaced by what `new` gives as JSON text."""
    whole = not data.lstrip().startswith(b"{") or data.count(b"\n}") > 0 or b"\n" not in data.strip()
    pieces = [data] if whole else data.splitlines(keepends=True)
    at = draw.randrange(len(pieces)) if pieces else 0
    try:
        value = json.loads(pieces[at])
    except (ValueError, IndexError):
        return _bytes_flipped(draw, data)
    marks = []
    for _ in range(count):
        path = draw.choice(list(_places(value)))
        marks.append(f"{MARK}{len(marks)}")
        value = _changed(value, path, marks[-1])
        if not path:
            break
    text = json.dumps(value, ensure_ascii=draw.random() < 0.5)
    for mark in marks:
        text = text.replace(json.dumps(mark), new(draw))
    end = "\n" if pieces[at].endswith(b"\n") else ""
    pieces[at] = (text + end).encode("utf-8", "surrogatepass")
    return b"".join(pieces)


def _wrong_types(draw, data):
    return _in_json(draw, data, lambda draw: json.dumps(draw.choice(ODD)), draw.randint(1, 3))


def _number_out_of_range(draw, data):
    return _in_json(draw, data, lambda draw: draw.choice(("1e400", "-1e400", "9" * 400, "NaN", "1e30")))


def _very_deep(draw, data):
    opening, closing = draw.choice((("[", "]"), ('{"a":', "}")))
    return _in_json(draw, data, lambda _: opening * DEEP + "1" + closing * DEEP)


def _lone_surrogate(draw, data):
    return _in_json(draw, data, lambda _: '"\\ud800"')


def _no_utf_8(draw, data):
    return _inserted(draw, data, draw.choice((b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\x80" * 9)))


def _nuls(draw, data):
    return _inserted(draw, data, b"\x00" * draw.choice((1, 64, 4_096)))


def _inserted(draw, data, new):
    at = draw.randrange(len(data) + 1)
    return data[:at] + new + data[draw.choice((at, at + len(new))) :]


def _two_on_one_line(draw, data):
    ends = [at for at, byte in enumerate(data[:-1]) if byte == 10]
    if not ends:
        return data + data
    at = draw.choice(ends)
    return data[:at] + data[at + 1 :]


def _bytes_flipped(draw, data):
    changed = bytearray(data)
    for _ in range(min(draw.randint(1, 30), len(changed))):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _other_encoding(draw, data):
    encoding = draw.choice(("utf-16", "utf-8-sig", "utf-32"))
    return data.decode("utf-8", "replace").encode(encoding)


def _other_line_ends(draw, data):
    return data.replace(b"\n", draw.choice((b"\r\n", b"\r", b"\n\n", b"\xe2\x80\xa8")))


def _something_else(draw, _data):
    return draw.choice(
        (b"", b"\n", b" \n\n", b"null\n", b"[]\n", b"{}\n", b"0", b'""\n', b"[" * 100_000, b"\x00" * 512)
    )


WAYS = (_cut, _beginning_lost, _shuffled, _lines_lost, _lines_doubled, _wrong_types, _wrong_types, _wrong_types,
        _number_out_of_range, _very_deep, _lone_surrogate, _no_utf_8, _nuls, _two_on_one_line, _bytes_flipped,
        _other_encoding, _other_line_ends, _something_else)  # fmt: skip


def broken(draw, data):
    """Return the bytes of a file, broken in one way, and the name of the way."""
    way = draw.choice(WAYS)
    return way(draw, data), way.__name__


# Databases


def _garbage(draw, path):
    with open(path, "r+b") as file:
        size = os.fstat(file.fileno()).st_size
        for _ in range(draw.randint(1, 4)):
            file.seek(draw.randrange(max(size, 1)))
            file.write(draw.randbytes(draw.choice((1, 16, 512, 4_096))))


def _garbage_page(draw, path):
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        file.seek(draw.randrange(max(size // 4_096, 1)) * 4_096)
        file.write(draw.choice((draw.randbytes(4_096), b"\x00" * 4_096, b"\xff" * 4_096)))


def _truncated(draw, path):
    os.truncate(path, draw.choice((0, 1, 99, 100, 4_096, draw.randrange(os.path.getsize(path) + 1))))


def _of_wal(way):
    def change(draw, path):
        wal = f"{path}-wal"
        way(draw, wal if os.path.exists(wal) and os.path.getsize(wal) else path)

    change.__name__ = f"{way.__name__}_of_wal"
    return change


def _without_wal(_draw, path):
    if os.path.exists(f"{path}-wal"):
        os.remove(f"{path}-wal")


def _no_database(draw, path):
    with open(path, "wb") as file:
        file.write(draw.choice((b"", b"no database at all", b"SQLite format 3\x00" + b"\xff" * 4_096)))


@contextmanager
def _writing(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = 0")
        yield connection


def _value(draw, old):
    """Return a value of another type, or JSON of which a part is another."""
    if isinstance(old, str | bytes) and draw.random() < 0.6:
        data = old.encode("utf-8", "surrogatepass") if isinstance(old, str) else old
        new = broken(draw, data)[0]
        return new if draw.random() < 0.3 else new.decode("utf-8", "replace")
    return draw.choice(
        (None, 0, -1, 1.5, 1e308, float("inf"), 2**62, "", "x", b"", b"\xff\xfe", "{", "[]", "\x00", b"{}")
    )


def _wrong_columns(draw, path, read):
    """Change some columns of some rows, mostly of the tables that are read, as far as the tables let it be."""
    with _writing(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        tables = [name for (name,) in connection.execute(named)]
        filled = [name for name in tables if connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()]
        chosen = [name for name in filled if name in read and draw.random() < 0.95] or filled
        for _ in range(draw.randint(1, 6)):
            table = draw.choice(chosen)
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            rows = connection.execute(f'SELECT rowid, * FROM "{table}" ORDER BY rowid').fetchall()
            row = draw.choice(rows)
            at = draw.randrange(len(columns))
            try:
                change = f'UPDATE "{table}" SET "{columns[at]}" = ? WHERE rowid = ?'
                connection.execute(change, (_value(draw, row[at + 1]), row[0]))
            except (sqlite3.IntegrityError, sqlite3.OperationalError):
                continue  # a constraint that the program's own rows cannot break either


def _other_schema(draw, path):
    with _writing(path) as connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        table = draw.choice([name for (name,) in connection.execute(named)])
        column = draw.choice([row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')])
        change = draw.choice((f'ALTER TABLE "{table}" RENAME COLUMN "{column}" TO other',
                              f'ALTER TABLE "{table}" RENAME TO other', f'DELETE FROM "{table}"'))  # fmt: skip
        connection.execute(change)


DATABASE_WAYS = (_garbage, _garbage_page, _truncated, _of_wal(_garbage), _of_wal(_truncated), _without_wal,
                 _no_database, _other_schema)  # fmt: skip


def break_database(draw, path, read):
    """Break a database of which some tables are read in one way, and return the name of the way."""
    way = draw.choice((*DATABASE_WAYS, *(_wrong_columns,) * len(DATABASE_WAYS)))
    if way is _wrong_columns:
        way(draw, path, read)
    else:
        way(draw, path)
    return way.__name__


@contextmanager
def locked(path):
    """Hold a database so that nobody else can read it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


# What stands in a file's place


def _deleted(path):
    os.remove(path)


def _folder(path):
    os.remove(path)
    os.mkdir(path)


def _link_to_itself(path):
    os.remove(path)
    os.symlink(path, path)


def _link_to_nowhere(path):
    os.remove(path)
    os.symlink(f"{path}.gone", path)


PLACES = (_deleted, _folder, _link_to_itself, _link_to_nowhere)


def replace_file(draw, path):
    """Put something else in a file's place, and return its name."""
    way = draw.choice(PLACES)
    way(path)
    return way.__name__


def remove(path):
    """Remove whatever stands there."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)
