"""An item without backticks and paths is done when the type that it makes is defined since."""

# ruff: noqa: RUF001 - the brackets that people write plans with

import pytest

from relaymark.rules.bare_names import made_names

REST = "- [x] begun\n- [x] begun again\n- [ ] the rest of it\n"
MODEL = "class OrderLine:\n    pass\n"
USE = '"""Interface for OrderLine."""\n\nfrom shop.models import OrderLine\n'


def names(line):
    return [symbol.word for symbol in made_names(line, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "OrderLine model created",
        "T012 Create OrderLine model (price, count)",
        "1.2 Implement the new OrderLine",
        "Implementing OrderLine: price and count",
        "OrderLine has been implemented",
        "新建 OrderLine 组件并接入样式",
        "实现 OrderLine（价格）",
    ],
)
def test_a_type_that_an_item_makes_is_found(line):
    assert names(line) == ["OrderLine"]


@pytest.mark.parametrize(
    "line",
    [
        "OrderLine enhancements completed",
        "Add OrderLine tests",
        "Add OrderLine to the admin pages",
        "Create tests of OrderLine",
        "Create a form for OrderLine",
        "Update OrderLine",
        "OrderLine tests added",
        "Create OrderLine.price",
        "Create app/OrderLine",
        "Create NewOne",
        "新增 OrderLine 测试",
        "Make it good\nCreate OrderLine",
    ],
)
def test_what_only_works_with_a_type_names_none(line):
    assert names(line) == []


def test_an_item_is_done_where_its_type_is_defined_and_that_place_is_named(shop):
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n## Phase 1: Shop\n\n{REST}- [ ] OrderLine model created\n"})
    shop.commit("use", {"src/admin.py": USE})
    assert shop.said("done-unticked") == []
    shop.commit("work", {"src/models.py": MODEL})
    assert shop.said("done-unticked") == [8]
    [finding] = [one for one in shop.findings() if one.code == "done-unticked"]
    assert "`OrderLine` is in `src/models.py`" in finding.message


def test_a_type_from_before_the_item_proves_nothing(shop):
    shop.commit("before", {"src/models.py": MODEL})
    shop.commit("plan", {"PLAN.md": f"# Plan\n\n## Phase 1: Shop\n\n{REST}- [ ] OrderLine model created\n"})
    shop.commit("use", {"src/admin.py": USE})
    assert shop.said("done-unticked") == []
