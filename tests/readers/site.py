"""Opens the site of a lake in a browser and does what its readers do; prints what it saw as JSON."""

import json
import pathlib
import sys

from browser import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

SITE = pathlib.Path(sys.argv[1]).resolve()
ROOT = SITE.as_uri() + "/"
READY = "return document.getElementById('dessin')?.dataset.pret"


def drawn(browser, name):
    """A count that the map keeps of what it drew last."""
    browser.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return int(browser.run(f"return document.getElementById('dessin').dataset.{name}"))


def kept(browser):
    return int(browser.run("return document.getElementById('dessin').dataset.retenus"))


def open_map(browser, anchor=""):
    browser.driver.get("about:blank")
    browser.driver.get(f"{ROOT}carte.html{anchor}")
    browser.wait(READY, "the map")


def card(browser):
    uai = browser.wait("return document.getElementById('fiche').dataset.uai", "the card")
    return uai, browser.driver.find_element(By.ID, "fiche").text


def every_page(browser, wrong):
    pages = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    judged = 0
    for page in pages:
        browser.driver.get(ROOT + page)
        if page == "carte.html":
            browser.wait(READY, "the map")
        wrong += [f"{page}: {message}" for message in browser.complaints()]
        # Pages of the same making are judged once, the richest for all.
        if page.startswith("tables/") and page not in ("tables/etablissements.html", "tables/ips.html"):
            continue
        for scheme in ["light", "dark"]:
            browser.prefers(prefers_color_scheme=scheme)
            found = browser.judged()
            if found is not None:
                judged += 1
                wrong += [f"{page}, {scheme}: {violation}" for violation in found]
        browser.prefers(prefers_color_scheme="light")
        browser.complaints()
    return len(pages), judged


def search(browser):
    browser.driver.get(ROOT + "index.html")
    browser.driver.find_element(By.ID, "recherche").send_keys("ÉCART type ips")
    first = browser.wait("return document.querySelector('#recherche-resultats a')", "a result")
    name = first.text
    first.click()
    browser.wait("return location.pathname.endsWith('/tables/ips.html') && location.hash", "the page of the table")
    return name


def filters(browser):
    seen = {"all": kept(browser), "drawn": drawn(browser, "dessines")}
    for box in browser.driver.find_elements(By.CSS_SELECTOR, "#types input"):
        if box.find_element(By.XPATH, "..").text.strip() != "Collège":
            box.click()
    seen["colleges"] = kept(browser)
    seen["colleges_drawn"] = drawn(browser, "dessines")
    academy = Select(browser.driver.find_element(By.ID, "academie"))
    academy.select_by_value("98")
    seen["colleges_98"] = kept(browser)
    academy.select_by_value("")
    browser.driver.find_element(By.ID, "texte").send_keys("salines")
    seen["salines"] = kept(browser)
    browser.driver.find_element(By.ID, "texte").clear()
    browser.run("document.getElementById('texte').dispatchEvent(new Event('input'))")
    return seen


def legend(browser, indicator):
    """Counts of the legend, by label."""
    Select(browser.driver.find_element(By.ID, "indicateur")).select_by_value(indicator)
    rows = browser.driver.find_elements(By.CSS_SELECTOR, "#classes li")
    texts = [[span.text for span in row.find_elements(By.TAG_NAME, "span")] for row in rows]
    notice = browser.driver.find_element(By.ID, "notices").text
    return {label: int(count) for label, count in texts}, notice


def click_one(browser):
    """Clicks on the map where one establishment stands alone; gives who should open, and who did."""
    uai, x, y = browser.run("""
        const { data, draw, view } = edulac, placed = data.state.kept.filter((one) => one.located).map((one) => [one, ...view.toScreen(one.x, one.y)]);
        const inside = ([, x, y]) => x > 80 && y > 80 && x < view.size()[0] - 80 && y < view.size()[1] - 80;
        const alone = ([one, x, y]) => placed.every(([other, a, b]) => other === one || Math.hypot(a - x, b - y) > 30);
        const [one, x, y] = placed.filter(inside).filter(alone).sort((a, b) => (a[0].uai < b[0].uai ? -1 : 1))[0];
        return [one.uai, x, y];""")
    canvas = browser.driver.find_element(By.ID, "dessin")
    size = canvas.size
    move = ActionChains(browser.driver).move_to_element_with_offset(canvas, round(x - size["width"] / 2), round(y - size["height"] / 2))
    move.click().perform()
    opened, text = card(browser)
    return {"aimed": uai, "opened": opened, "text": text}


def by_keyboard(browser):
    """Opens a card from the map and from the list with keys alone."""
    canvas = browser.driver.find_element(By.ID, "dessin")
    browser.run("document.getElementById('fiche').hidden || document.querySelector('.fermer').click()")
    browser.run("document.getElementById('texte').focus()")
    for _ in range(30):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        if browser.run("return document.activeElement.id") == "dessin":
            break
    before = browser.run("return edulac.view.at.x")
    ActionChains(browser.driver).send_keys(Keys.ARROW_RIGHT, "n", "n").perform()
    moved = browser.run("return edulac.view.at.x") > before
    chosen = canvas.get_attribute("data-choisi")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    opened, _ = card(browser)
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    back = browser.run("return document.activeElement.id")
    row = browser.driver.find_element(By.CSS_SELECTOR, "#lignes button")
    browser.run("arguments[0].focus()", row)
    listed = row.get_attribute("data-uai")
    ActionChains(browser.driver).send_keys(Keys.ENTER).perform()
    from_list, _ = card(browser)
    return {"moved": moved, "chosen": chosen, "opened": opened, "back": back, "listed": listed, "from_list": from_list}


def close_by(browser, uai):
    """Goes where an establishment stands, as its address says it."""
    start = len(browser.requests())
    open_map(browser)
    far = [url for url in browser.requests()[start:] if "/batiments/" in url]
    none = drawn(browser, "batiments")
    browser.prefers(prefers_reduced_motion="reduce")
    open_map(browser, f"#uai={uai}")
    opened, text = card(browser)
    browser.wait("return Number(document.getElementById('dessin').dataset.batiments) > 0", "buildings")
    near = {url for url in browser.requests() if "/batiments/" in url}
    return {
        "requested_before": len(far), "drawn_before": none, "requested": len(near), "opened": opened, "text": text,
        "buildings": drawn(browser, "batiments"), "yards": drawn(browser, "cours"),
    }


def main():
    wrong = []
    with Browser() as browser:
        seen = {}
        open_map(browser)
        seen["filters"] = filters(browser)
        open_map(browser)
        seen["ips_ecole"], seen["ips_notice"] = legend(browser, "ips_ecole")
        seen["click"] = click_one(browser)
        seen["keyboard"] = by_keyboard(browser)
        seen["close"] = close_by(browser, sys.argv[2])
        found = browser.judged()
        wrong += [f"open card: {violation}" for violation in found or []]
        browser.complaints()
        seen["search"] = search(browser)
        seen["pages"], seen["judged"] = every_page(browser, wrong)
        outside = [url for url in browser.requests() if not url.startswith((ROOT, "data:", "about:"))]
        wrong += [f"asked for {url}" for url in sorted(set(outside))]
        seen["requests"] = len(browser.requests()) > 100
    seen["wrong"] = wrong
    print(json.dumps(seen, ensure_ascii=False))


main()
