"""Labels a sample of links on its page, with keys and with the mouse, and downloads the CSV; prints what it did as JSON."""

import json
import pathlib
import sys
import time

from browser import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

PAGE = pathlib.Path(sys.argv[1]).resolve() / "liens.html"
INTO = PAGE.parent / "telecharge"


def press(browser, *keys):
    ActionChains(browser.driver).send_keys(*keys).perform()


def main():
    with Browser() as browser:
        command = {"behavior": "allow", "downloadPath": str(INTO)}
        browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", command)
        browser.driver.get(PAGE.as_uri())
        cards = browser.wait("return document.querySelectorAll('article').length", "the cards")
        browser.wait("return document.querySelectorAll('article svg path').length > 2", "the drawings")
        # Keys: the first true, the second false, the third cannot be told; then the mouse on the fourth, with a remark.
        press(browser, "v", "f", "i")
        fourth = browser.driver.find_elements(By.CSS_SELECTOR, "article")[3]
        fourth.find_element(By.CSS_SELECTOR, "input[value=vrai]").click()
        note = fourth.find_element(By.CSS_SELECTOR, "input[type=text]")
        note.send_keys('vu, "sur place" ; v')
        told = browser.driver.find_element(By.ID, "compte").text
        # What was said is still there when the page is opened again.
        browser.driver.get(PAGE.as_uri())
        again = browser.driver.find_element(By.ID, "compte").text
        browser.driver.find_element(By.ID, "telecharger").click()
        end = time.time() + 30
        while not (found := list(INTO.glob("*.csv"))):
            if time.time() > end:
                raise SystemExit("no CSV came down")
            time.sleep(0.05)
        outside = [url for url in browser.requests() if not url.startswith(("file:", "data:", "blob:"))]
        print(json.dumps({
            "cards": cards, "told": told, "again": again, "file": found[0].name, "outside": outside,
            "complaints": browser.complaints(), "judged": browser.judged(),
        }))


main()
