"""What the pages say: the few sentences at the top, and the words of a card."""

from dataclasses import replace

from regulars.charts.accounts import reconciliation_table
from regulars.locale import words as say_in
from regulars.overview.models import Repeat
from regulars.pages import report_of
from regulars.pages.models import Statement
from regulars.pages.quality import quality_page
from regulars.pages.sentences import left_out
from regulars.quality import Finding, Reconciliation
from regulars.report import report_html
from report.make_study import make_study, one_customer

STUDY = make_study()


def first(study: object) -> dict[str, Statement]:
    return {statement.key: statement for statement in report_of(study).summary.first}  # type: ignore[arg-type]


def test_the_money_is_named_by_the_segment_that_brings_most() -> None:
    best = max(STUDY.segments, key=lambda profile: profile.sales or 0)
    said = first(STUDY)["money"]
    assert best.name in said.title and said.figure == f"{best.sales_share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def test_who_slips_away_is_the_group_with_most_money_among_those_who_do() -> None:
    said = first(STUDY)["slipping"]
    assert said.title == "is slipping away: Need Attention"
    assert "customers, who spent £" in said.says and said.says.endswith("days on average.")
    plain = first(make_study(amounts=False))["slipping_plain"]
    assert plain.figure == "446" and "£" not in plain.says


def test_a_handful_of_customers_is_not_what_to_do_first() -> None:
    """A user read of a group of 3 customers with .6 % of the sales at the top of the report."""
    slipping = next(profile for profile in STUDY.segments if profile.name == "Need Attention")
    others = tuple(p for p in STUDY.segments if p.name in {"Champions", "Loyal"})
    for handful in (replace(slipping, customers=9), replace(slipping, sales_share=0.006)):
        assert "slipping" not in first(replace(STUDY, segments=(*others, handful)))
    assert "slipping" in first(replace(STUDY, segments=(*others, slipping)))


def test_rupiah_have_no_decimals_in_the_reconciliation() -> None:
    found = STUDY.reconciliation
    cells = [row[-1] for row in reconciliation_table(found, say_in("id", "IDR")).rows]
    assert cells and not [cell for cell in cells if "," in cell]


def test_who_missed_two_usual_gaps_or_a_year_has_stayed_away() -> None:
    quiet = next(profile for profile in STUDY.segments if profile.name == "Need Attention")

    def title(days: float, gap: float | None) -> str:
        mean = replace(quiet.mean, recency_days=days)
        return first(replace(STUDY, segments=(replace(quiet, mean=mean, days_between=gap),)))["slipping"].title

    gone = "was spent by customers who now stay away: Need Attention"
    assert title(61, 30) == title(365, 300) == title(423, None) == gone
    assert title(60, 30) == title(300, 200) == title(100, None) == "is slipping away: Need Attention"


def test_who_ordered_within_their_usual_gap_is_not_slipping_away() -> None:
    """The only customer of a shop, who had ordered the day before, was said to slip away."""
    quiet = next(profile for profile in STUDY.segments if profile.name == "Need Attention")

    def slips(days: float, gap: float | None) -> bool:
        mean = replace(quiet.mean, recency_days=days)
        return "slipping" in first(replace(STUDY, segments=(replace(quiet, mean=mean, days_between=gap),)))

    assert [slips(1, 28.5), slips(28, 28.5), slips(1, None), slips(30, None)] == [False] * 4
    assert slips(29, 28.5) and slips(31, None)


def test_who_has_left_is_shown_once_and_not_looked_after() -> None:
    best = max(STUDY.segments, key=lambda profile: profile.sales or 0)
    away = replace(best, name="Can't Lose", mean=replace(best.mean, recency_days=139), days_between=20)
    loyal = replace(best, name="Loyal", sales=(best.sales or 0) / 2, sales_share=0.2)
    shown = first(replace(STUDY, segments=(away, loyal)))
    assert (shown["money"].title, "Can't Lose" in shown["slipping"].title) == ("of your sales come from Loyal", True)
    assert "money" not in first(replace(STUDY, segments=(away,)))
    lost = replace(away, name="Hibernating")
    assert "money" not in first(replace(STUDY, segments=(lost,)))


def test_more_than_half_of_the_sales_is_said_only_where_it_is_true() -> None:
    *others, best = sorted(STUDY.segments, key=lambda profile: profile.sales or 0)
    for share, words in ((0.51, "more than half of your sales"), (0.5, "50\N{NO-BREAK SPACE}% of your sales")):
        said = first(replace(STUDY, segments=(*others, replace(best, sales_share=share))))["money"]
        assert f"Look after them first: {words} come from here." in said.says
    assert "money" not in first(replace(STUDY, segments=(best,)))  # of one segment there is 100 %


def test_one_time_buyers_are_a_headline_only_where_they_are_many() -> None:
    assert "once" in first(STUDY)
    loyal = replace(STUDY.overview, repeat=Repeat(900, 0.9, 0.99, 75.0, 3.0))
    assert "once" not in first(replace(STUDY, overview=loyal))


def test_who_returned_everything_is_no_one_time_buyer() -> None:
    repeat = Repeat(500, 0.5, 0.99, 75.0, 3.0, none_left=5)
    study = replace(STUDY, overview=replace(STUDY.overview, repeat=repeat))
    said = first(study)["once"].says
    assert f"{STUDY.customers - 505:,} customers have a single order" in said
    assert "5 more returned everything they bought" in said
    assert left_out(study, study.overview.customers, say_in("en")) == ()
    text = left_out(study, study.overview.customers - 5, say_in("en"))
    assert len(text) == 1 and "the other 5 have no order left" in text[0]


def test_an_unsure_number_of_clusters_is_not_a_number() -> None:
    assert first(STUDY)["clusters"].figure == "4"
    unsure = report_of(make_study(sure=False))
    said = first(make_study(sure=False))["clusters"]
    assert not said.figure and "silhouette" not in said.says
    assert not unsure.clusters.sure and unsure.clusters.verdict == "No clear structure"


def test_a_card_tells_the_shops_own_sentence_for_an_action() -> None:
    action = replace(STUDY.segments[0].actions[0], own="Telepon saja.")
    own = replace(STUDY, segments=(replace(STUDY.segments[0], actions=(action,)),))
    assert report_of(own).segments.cards[0].actions[0].do == "Telepon saja."


def test_segments_are_called_in_the_readers_language_and_keep_their_english_key() -> None:
    cards = report_of(STUDY, "id").segments.cards
    assert [card.name for card in cards] == [profile.name for profile in STUDY.segments]
    assert cards[0].label != "Champions"
    assert report_of(make_study(12), "id").segments.cards[10].label == "My Own Group"


def test_segments_without_customers_are_left_out() -> None:
    empty = replace(STUDY.segments[3], customers=0)
    found = report_of(replace(STUDY, segments=(*STUDY.segments[:3], empty)))
    assert [card.name for card in found.segments.cards] == [profile.name for profile in STUDY.segments[:3]]


def test_a_shop_of_one_customer_gets_a_page_of_each_kind() -> None:
    report = report_of(one_customer())
    assert report.clusters.evidence.empty and not report.clusters.groups.charts
    assert report.quality.reconciliation.table.foot[1] == "1"
    assert len(report.segments.cards) == 1


def test_sample_rows_are_written_as_the_reader_writes() -> None:
    row = {
        "ordered_at": "2024-01-28 00:00:00",
        "quantity": "1.000",
        "amount": "18000.5000",
        "product": "1.000",
        "x": "y",
    }
    finding = Finding("duplicate", 1, 9, samples=(row,))
    samples = report_of(replace(STUDY, findings=(finding,)), "id").quality.findings[0].samples
    assert samples and samples.headers == ("Tanggal pesanan", "Jumlah barang", "Nilai baris", "Produk", "x")
    assert samples.rows == (("28 Jan 2024", "1", "18.000,5", "1.000", "y"),) and samples.numeric == (1, 2)


def test_unproven_clusters_are_folded() -> None:
    assert 'class="fold"' not in report_html(STUDY)
    assert '<details class="fold"><summary>Show the' in report_html(make_study(sure=False))


def test_one_segment_is_not_compared_with_itself() -> None:
    page = report_of(make_study(1, 1)).segments
    assert not page.charts and len(page.cards) == 1
    assert len(page.insights) == 1 and "in one segment" in page.insights[0]


def test_without_amounts_no_title_speaks_of_sales() -> None:
    plain, paid = (report_of(make_study(6, 3, amounts=amounts)).segments.charts[0].title for amounts in (False, True))
    assert plain == "Share of customers by segment" and "sales" in paid


def test_a_title_stands_once() -> None:
    seen = STUDY.overview
    assert seen is not None
    months = tuple(replace(month, profit=None) for month in seen.months)  # without profits "Sales by month" is a chart
    html = report_html(replace(STUDY, overview=replace(seen, months=months)))
    blocks = [part.split("</section>")[0] for part in html.split('<section class="block')[1:]]
    titles = [block.split("<h3")[1].split(">")[1].split("<")[0] for block in blocks]
    assert any(f'<strong class="hidden">{title}</strong>' in block for title, block in zip(titles, blocks, strict=True))
    for title, block in zip(titles, blocks, strict=True):
        assert f"<strong>{title}</strong>" not in block and f'aria-hidden="true">{title}</p>' not in block


def test_one_cluster_is_everybody_and_gets_no_card() -> None:
    assert report_of(make_study(3, 1, sure=False)).clusters.cards == ()


def test_the_page_of_the_data_says_two_things_where_nothing_was_set_aside() -> None:
    used = Reconciliation(30, 28, 2, (), 900.0, 950.0, -50.0)
    whole = replace(STUDY, reconciliation=used, findings=())
    for language in ("en", "id"):
        page = quality_page(whole, say_in(language, "GBP"))
        assert len(page.insights) == 2 and page.insights[1] == say_in(language)("report.quality.no_findings")
    noticed = quality_page(replace(whole, findings=STUDY.findings), say_in("en", "GBP"))
    assert STUDY.findings and len(noticed.insights) == 2 and noticed.findings[0].title in noticed.insights[1]
