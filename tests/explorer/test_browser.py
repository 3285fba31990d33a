"""The real page in headless Chromium, where there is one: `pytest -m slow tests/explorer`.

Needs Playwright (`pip install -e '.[browser]'`) and Debian's or another Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest
from support import DATA

from glove_ada.model import GloVe

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Behind a markup of letters that a browser would obey.
ODD = ["<script>window.bad=1</script>", "<img_src=x_onerror=window.bad=1>", "שלום", 'quo"te']


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two models of the sample, with odd words among the most frequent."""
    folder = tmp_path_factory.mktemp("browser")
    for seed, name in ((1, "first.txt"), (2, "second.txt")):
        vectors = GloVe(vector_size=25, epochs=5, seed=seed).fit(DATA / "sample.txt").vectors_
        for row, word in enumerate(ODD, start=20):
            vectors.index_to_key[row] = word
        vectors.save(folder / name)
    report = GloVe(vector_size=5, epochs=3).fit(DATA / "sample.txt").report_
    from glove_ada.run.report import write_report

    write_report(folder / "first.report.json", report)
    groups = "paris\tcity\nlondon\tcity\nfrance\tcountry\nxyzzy\tcountry\n"
    (folder / "groups.tsv").write_text(groups)
    return folder


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def served(folder, *arguments):
    """Serve in a process of its own; give the address."""
    command = [sys.executable, "-m", "glove_ada.explore", "--no-browser", "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent)}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
    assert errors == "interrupted\n"


@contextmanager
def opened(browser, url, *, width=1400, dark=False, offline=False, **options):
    """Open a page; at its end, its console holds no error and it has asked nobody else."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
        **options,
    )
    context.set_offline(offline)
    page, wrong, asked = context.new_page(), [], []
    page.set_default_timeout(60_000)
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    page.wait_for_selector("html[data-ready=map]")
    yield page
    assert page.evaluate("window.bad") is None
    context.close()
    assert wrong == []
    own = re.match(r"\w+://[^/]*", url)[0]
    assert {re.match(r"\w+:(//[^/]*)?", each)[0] for each in asked} <= {own, "data:", "blob:"}


@pytest.fixture(scope="module")
def url(folder):
    with served(
        folder,
        "first.txt",
        "second.txt",
        "--groups",
        "groups.tsv",
        "--report",
        "first.report.json",
    ) as url:
        yield url


def until(page, condition, argument=None):
    """Wait until a function of JavaScript is true; the page forbids what Playwright has for it."""
    for _ in range(600):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def words_of(page, model=0):
    return page.locator(".models > div").nth(model).locator(".list bdi").all_inner_texts()


def test_search_completes_and_answers(browser, url):
    with opened(browser, url) as page:
        page.keyboard.press("/")
        page.keyboard.type("fra")
        page.wait_for_selector("#completions li >> text=france")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("#truth")
        assert "ask=france" in page.url
        assert len(words_of(page, 0)) == len(words_of(page, 1)) == 10
        assert "of its 10 nearest words near it" in page.inner_text("#truth")
        first = words_of(page)[0]
        page.locator(".models .word").first.click()
        page.wait_for_url(f"**/#ask={first}")
        page.go_back()
        page.wait_for_selector("#answers h2:has-text('france')")


def test_a_click_on_the_map_asks_for_the_word(browser, url):
    with opened(browser, url) as page:
        box = page.locator("#map").bounding_box()
        for step in range(400):
            x = box["x"] + 200 + 13 * (step % 40)
            y = box["y"] + 150 + 17 * (step // 40)
            page.mouse.move(x, y)
            if page.locator("#tip").is_visible():
                break
        word = page.locator("#tip bdi").inner_text()
        page.mouse.click(x, y)
        page.wait_for_selector("#answers h2")
        page.wait_for_selector("#answers .list")
        assert page.inner_text("#answers h2") == word


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("paris france tokyo", "Analogy"),
        ("king - man + woman", "Nearest to the sum"),
        ("cat dog", "Cosine of the two words"),
        ("cat, dog, horse, paris", "The odd one out first"),
        ("paris:france rome:italy tokyo:japan", "Pairs as arrows"),
        ("paris france - paris japan", "Difference of the two cosines"),
        ("*ing", "Words that are spelled so: the 10 most frequent of"),
    ],
)
def test_questions(browser, url, query, title):
    with opened(browser, url) as page:
        page.fill("#query", query)
        page.keyboard.press("Enter")
        page.wait_for_selector(f".models p:has-text('{title}')")
        if "Pairs" in title:
            assert page.locator("svg.arrows").count() == 2
            assert page.locator("svg.arrows line").count() == 6


def test_answers_have_standard_errors_where_the_text_is_known(browser, folder):
    from glove_ada import train

    saved = ["--save-file", str(folder / "model"), "--vector-size", "10", "--epochs", "3"]
    assert train.main([str(DATA / "sample.txt"), *saved, "--quiet"]) == 0
    with served(folder, "model", "first.txt") as url, opened(browser, f"{url}#ask=cat+dog") as page:
        page.wait_for_selector(".models .list")
        assert page.locator("button.sure").count() == 1  # the other model is vectors alone
        page.click("button.sure")
        until(page, "document.querySelector('.models .figure').textContent.includes('±')")
        told = page.locator(".models .figure").all_inner_texts()
        assert re.fullmatch(r"-?\d\.\d{3} ± \d\.\d{3}", told[0])
        assert "±" not in told[1]
        assert "sure=1" in page.url
        address = page.url
        page.fill("#query", "cat")
        page.keyboard.press("Enter")
        page.wait_for_selector("#truth")
        assert "sure" not in page.url
        page.goto(address)
        until(page, "document.querySelector('.models .figure').textContent.includes('±')")


def test_an_address_shows_the_same_again(browser, url):
    def seen(page):
        chosen = page.eval_on_selector_all("select", "all => all.map((each) => each.value)")
        return words_of(page), chosen, page.locator("#legend bdi").all_inner_texts()

    with opened(browser, url) as page:
        page.fill("#query", "france")
        page.keyboard.press("Enter")
        page.select_option("#colour", "cluster")
        page.wait_for_selector("#legend .word")
        page.focus("#map")
        page.keyboard.press("+")
        until(page, "location.hash.includes('at=')")
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(500)
        address, before = page.url, seen(page)
    with opened(browser, address) as page:
        page.wait_for_selector("#truth")
        page.wait_for_timeout(500)
        assert seen(page) == before
        assert page.url == address


def test_the_map_can_be_moved(browser, url):
    def view(page):
        page.wait_for_timeout(400)
        found = re.search("at=([^&]*)", page.url)
        return [float(value) for value in found[1].replace("%2C", ",").split(",")]

    with opened(browser, url) as page:
        box = page.locator("#map").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.wheel(0, -300)
        near = view(page)
        page.mouse.down()
        page.mouse.move(x + 100, y + 50)
        page.mouse.up()
        moved = view(page)
        assert moved[1] - moved[0] == pytest.approx(near[1] - near[0], rel=1e-3)
        step = 100 * (near[1] - near[0]) / box["width"]
        assert near[0] - moved[0] == pytest.approx(step, rel=0.05)
        page.click("#whole")
        assert view(page)[1] - view(page)[0] > near[1] - near[0]


def test_words_are_text_whatever_they_are(browser, url):
    with opened(browser, url) as page:
        for word in ODD:
            page.fill("#query", word)
            page.keyboard.press("Enter")
            until(page, "word => document.querySelector('#answers h2').textContent === word", word)
            page.wait_for_selector("#truth")
        page.fill("#query", "<")
        page.wait_for_selector("#completions li")
        assert page.locator("#completions bdi").first.inner_text() == ODD[0]
        page.fill("#query", "no-such-word")
        page.keyboard.press("Enter")
        page.wait_for_selector("#status.wrong")
        page.fill("#query", "frnace")
        page.keyboard.press("Enter")
        page.locator(".instead .word >> text=france").first.click()
        page.wait_for_selector("#answers h2 >> text=france")


def test_two_models_are_compared(browser, url):
    with opened(browser, url) as page:
        page.click("nav button:has-text('Compare')")
        page.wait_for_selector("#changed tbody tr")
        word = page.locator("#changed .word").first.inner_text()
        page.locator("#changed .word").first.click()
        page.wait_for_selector(f"#answers h2 >> text={word}")
        page.wait_for_selector(".alone")


def test_what_is_listed_can_be_copied(browser, url):
    def copied(page):
        page.click("button:has-text('Copy list')")
        until(page, "document.getElementById('status').textContent.endsWith('copied.')")
        return page.evaluate("navigator.clipboard.readText()")

    allowed = ["clipboard-read", "clipboard-write"]
    address = f"{url}#ask=paris:france+rome:italy"
    with opened(browser, address, permissions=allowed) as page:
        page.wait_for_selector("svg.arrows")
        lines = [line.split("\t") for line in copied(page).splitlines()]
        assert [line[:3] for line in lines[:2]] == [
            ["first.txt", "paris", "france"],
            ["first.txt", "rome", "italy"],
        ]
        assert len(lines) == 4
        page.click("nav button:has-text('Compare')")
        page.wait_for_selector("#changed tbody tr")
        page.evaluate("document.getElementById('status').textContent = ''")
        page.locator("#answers").evaluate("(answers) => answers.remove()")
        lines = copied(page).splitlines()
        assert len(lines) == page.locator("#changed tbody tr").count()
        assert lines[0].split("\t")[0] == page.locator("#changed .word").first.inner_text()


def test_the_list_is_where_it_was_left(browser, url):
    with opened(browser, url) as page:
        page.click("nav button:has-text('Compare')")
        page.wait_for_selector("#changed tbody tr")
        page.evaluate("window.scrollTo(0, 700)")
        page.locator("#changed tbody tr .word").nth(60).evaluate("(word) => word.click()")
        page.wait_for_selector("#answers .list")
        assert page.evaluate("scrollY") < 300
        page.go_back()
        until(page, "scrollY === 700")


def test_words_of_a_file_that_are_not_on_the_map_are_named(browser, url):
    with opened(browser, f"{url}#colour=group") as page:
        page.wait_for_selector("#legend li")
        told = page.locator("#legend li").last.inner_text()
        assert told == "Not on this map, 1 of the file's words: xyzzy"


def test_trainings_have_curves(browser, url):
    pytest.importorskip("plotly")
    with opened(browser, url) as page:
        page.click("nav button:has-text('Trainings')")
        page.wait_for_selector(".curve .scatterlayer .point")
        assert page.locator(".curve").first.locator(".point").count() == 3
        assert "3 of 3" in page.inner_text("#training-view table")
        with page.expect_download() as download:
            page.click("#svg")
        assert download.value.suggested_filename == "Cost-of-a-nonzero-by-epoch.svg"


def test_arrows_are_saved_as_they_look(browser, url, tmp_path):
    from xml.etree import ElementTree

    with opened(browser, f"{url}#ask=paris:france+rome:italy") as page:
        with page.expect_download() as download:
            page.click("button:has-text('Save arrows')")
        download.value.save_as(tmp_path / "arrows.svg")
    picture = ElementTree.parse(tmp_path / "arrows.svg").getroot()
    circles = picture.findall("{http://www.w3.org/2000/svg}circle")
    assert {each.get("fill") for each in circles} == {"rgb(0, 114, 178)", "rgb(213, 94, 0)"}


@pytest.mark.parametrize("format", ["png", "svg"])
def test_pictures_are_saved(browser, url, tmp_path, format):
    with opened(browser, f"{url}#ask=france") as page:
        page.wait_for_selector("#truth")
        page.wait_for_timeout(200)
        with page.expect_download() as download:
            page.click(f"#{format}")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
    content = path.read_bytes()
    if format == "png":
        assert content.startswith(b"\x89PNG")
        assert len(content) > 20_000
    else:
        from xml.etree import ElementTree

        names = [each.tag.split("}")[1] for each in ElementTree.fromstring(content).iter()]
        assert names.count("circle") > 1000
        assert ">france</text>" in content.decode()
        assert ">frequent</text>" in content.decode()


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("dark", [False, True])
def test_all_fits_the_width(browser, url, width, dark):
    with opened(browser, f"{url}#ask=france&colour=group", width=width, dark=dark) as page:
        page.wait_for_selector("#truth")
        for view in ("Map", "Compare", "Trainings"):
            page.click(f"nav button:has-text('{view}')")
            page.wait_for_timeout(700)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (np.array(re.findall(r"\d+", ground), dtype=int).mean() < 100) == dark


def test_who_reads_by_ear_finds_names(browser, url):
    with opened(browser, f"{url}#ask=france") as page:
        page.wait_for_selector("#truth")
        nameless = page.evaluate(
            """[...document.querySelectorAll('button, input, select, a, [role]')].filter(
                 (each) => each.offsetParent && !each.textContent.trim() &&
                   !each.getAttribute('aria-label') && !each.labels?.length && each.id !== 'status'
               ).map((each) => each.outerHTML)"""
        )
        assert nameless == []
        assert page.get_by_role("combobox", name="Ask for words").is_visible()
        assert page.get_by_role("status").count() == 1


def test_a_saved_page_works_from_the_disk_without_a_network(browser, folder):
    from glove_ada import explore

    target = folder / "page.html"
    arguments = [folder / "first.txt", folder / "second.txt", "--groups", folder / "groups.tsv"]
    assert explore.main([*map(str, arguments), "--export", str(target)]) == 0
    address = f"{target.as_uri()}#ask=france&colour=group"
    with opened(browser, address, offline=True) as page:
        page.wait_for_selector("#truth")
        assert len(words_of(page, 1)) == 10
        page.fill("#query", "paris france toky")
        page.wait_for_selector("#completions li >> text=tokyo")
        page.fill("#query", "paris france tokyo")
        page.keyboard.press("Enter")
        page.wait_for_selector(".models p:has-text('Analogy')")
        page.fill("#query", "paris:france tokyo:japan")
        page.keyboard.press("Enter")
        page.wait_for_selector("svg.arrows line")
        assert page.locator("svg.arrows text").count() == 8  # four words in two models
        page.click("nav button:has-text('Compare')")
        page.wait_for_selector("#changed tbody tr")


def test_maps_are_computed_in_the_background(browser, folder):
    pytest.importorskip("sklearn")
    # Of few words: of all, it takes minutes where others use the processor, too.
    with served(folder, "first.txt") as url, opened(browser, f"{url}#words=300") as page:
        page.select_option("#method", "tsne")
        page.wait_for_selector("#progress:not([hidden])")
        page.fill("#query", "france")  # meanwhile, answers come
        page.keyboard.press("Enter")
        page.wait_for_selector("#answers .list")
        page.wait_for_selector("#progress", state="hidden", timeout=180_000)
        page.wait_for_selector("#truth")
    assert [name for name in os.listdir(folder) if name.startswith(".first.txt.map-")]
