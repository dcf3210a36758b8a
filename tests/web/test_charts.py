"""The two charts: numbers in, picture and table out."""

import re
from xml.etree import ElementTree

import pytest

from crm.web.charts import Bar, by_category, by_period, short_pounds

TERMS = [Bar("Aut 24", 31_200_00, soft=True), Bar("Spr 25", 0), Bar("Sum 25", 62_400_00)]


@pytest.mark.parametrize("draw", [by_period, by_category])
def test_a_chart_is_a_well_formed_image_with_a_title_and_a_description(draw) -> None:
    figure = draw("Paid <by> term", TERMS)
    svg = ElementTree.fromstring(figure.svg)
    assert svg.get("role") == "img"
    assert svg.find("title").text == "Paid <by> term"
    assert svg.find("desc").text == "Paid <by> term: Aut 24 £31,200, Spr 25 £0, Sum 25 £62,400."
    assert set(svg.get("aria-labelledby").split()) == {svg.find("title").get("id"), svg.find("desc").get("id")}


@pytest.mark.parametrize("draw", [by_period, by_category])
def test_a_chart_needs_no_style_and_no_script(draw) -> None:
    assert not re.search(r"style=|<style|<script|fill=|\son\w+=", draw("Paid", TERMS).svg)


def test_the_table_says_the_same_numbers_exactly() -> None:
    assert by_period("Paid", TERMS).rows == [("Aut 24", "£31,200"), ("Spr 25", "£0"), ("Sum 25", "£62,400")]
    learners = by_category("Learners", [Bar("Engineering", 1048)], unit="learners")
    assert (learners.rows, learners.value_heading) == ([("Engineering", "1,048")], "Learners")


def test_bars_are_as_long_as_their_values() -> None:
    heights = [float(h) for h in re.findall(r'<rect class="bar[^>]*height="([\d.]+)"', by_period("Paid", TERMS).svg)]
    assert heights[0] * 2 == heights[2]
    assert heights[1] == 0
    widths = re.findall(r'<rect class="bar[^>]*width="([\d.]+)%"', by_category("Paid", TERMS).svg)
    assert widths == ["50.00", "0.00", "100.00"]


@pytest.mark.parametrize("draw", [by_period, by_category])
def test_a_chart_of_nothing_says_so(draw) -> None:
    assert "Paid: nothing yet." in draw("Paid", []).svg
    ElementTree.fromstring(draw("Paid", [Bar("Aut 24", 0)]).svg)


def test_a_negative_amount_hangs_below_the_axis_with_its_figure_under_it() -> None:
    figure = by_period("Paid", [Bar("Sep", 300_00), Bar("Oct", -100_00), Bar("Nov", 0)])
    bars = re.findall(r'<rect class="bar([^"]*)" x="[^"]*" y="([\d.]+)" width="[^"]*" height="([\d.]+)"', figure.svg)
    axis = float(re.search(r'class="axis"[^>]*y1="([\d.]+)"', figure.svg)[1])
    (up, top, tall), (down, hangs_from, deep), (_, flat, nothing) = bars
    assert (up.split(), down.split()) == ([], ["below"])
    assert float(top) + float(tall) == pytest.approx(axis) == float(hangs_from) == float(flat)
    assert float(tall) == 3 * float(deep) and float(nothing) == 0
    [figure_of_oct] = re.findall(r'<text class="value[^>]*y="([\d.]+)">−£100<', figure.svg)
    label = float(re.search(r'<text class="label[^>]*y="([\d.]+)">Oct<', figure.svg)[1])
    height = float(re.search(r'<svg[^>]*height="([\d.]+)"', figure.svg)[1])
    assert float(hangs_from) + float(deep) < float(figure_of_oct) < label - 12 < height
    assert ("Oct", "−£100") in figure.rows
    assert "Oct −£100" in figure.svg


def test_all_below_zero_hang_from_an_axis_at_the_top() -> None:
    figure = by_period("Paid", [Bar("Sep", -300_00), Bar("Oct", -150_00)])
    assert float(re.search(r'class="axis"[^>]*y1="([\d.]+)"', figure.svg)[1]) < 30
    ElementTree.fromstring(figure.svg)


def test_lying_bars_refuse_a_negative_amount() -> None:
    with pytest.raises(ValueError, match="from zero up"):
        by_category("Paid", [Bar("Aut 24", -1)])


@pytest.mark.parametrize(
    ("pence", "short"),
    [(0, "£0"), (95_000, "£950"), (31_200_00, "£31.2k"), (41_000_00, "£41k"), (1_250_000_00, "£1.25m")],
)
def test_figures_above_bars_are_short(pence: int, short: str) -> None:
    assert short_pounds(pence) == short
