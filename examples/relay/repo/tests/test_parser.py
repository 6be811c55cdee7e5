import unittest

from src.parser import parse_items


class ParserTest(unittest.TestCase):
    def test_keeps_every_item(self):
        self.assertEqual(parse_items("a, b"), ["a", "b"])


if __name__ == "__main__":
    unittest.main()
