import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "src"))

from greeter import greet


class GreeterTest(unittest.TestCase):
    def test_greets_by_name(self):
        self.assertEqual(greet("ada lovelace"), "Hello, Ada Lovelace!")


if __name__ == "__main__":
    unittest.main()
