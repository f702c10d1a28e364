"""Render the demo pictures: `python cms/demo/pictures/render.py [name ...]`.

Every SVG in `sources/` becomes a JPEG beside this file; the logos become PNG with a transparent
background. Needs Playwright, Pillow and a Chromium (set `CHROMIUM` if it is somewhere else).
"""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUALITY = 82
MAX_BYTES = 180_000
PAGE = "<style>body{{margin:0}}svg{{display:block}}</style>{svg}"


def size_of(svg: str) -> tuple[int, int]:
    """The width and height the SVG says it has."""
    found = re.search(r'<svg[^>]* width="(\d+)" height="(\d+)"', svg)
    if found is None:
        raise ValueError("the SVG needs a width and a height in whole pixels")
    return int(found[1]), int(found[2])


def screenshot(browser: Browser, svg: str, *, transparent: bool) -> Image.Image:
    """The SVG as Chromium draws it."""
    width, height = size_of(svg)
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(PAGE.format(svg=svg))
    png = page.screenshot(omit_background=transparent)
    page.close()
    return Image.open(io.BytesIO(png))


def jpeg(image: Image.Image) -> bytes:
    """The picture as a JPEG, at a lower quality only if it would be too heavy."""
    for quality in range(QUALITY, 40, -4):
        out = io.BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= MAX_BYTES:
            break
    return out.getvalue()


def main(names: list[str]) -> None:
    """Render the named pictures, or all of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for source in sorted(SOURCES.glob("*.svg")):
            if names and source.stem not in names:
                continue
            logo = source.stem.startswith("logo-")
            image = screenshot(browser, source.read_text(encoding="utf-8"), transparent=logo)
            target = HERE / f"{source.stem}{'.png' if logo else '.jpg'}"
            if logo:
                image.save(target, optimize=True)
            else:
                target.write_bytes(jpeg(image))
            print(f"{target.name}: {image.width}x{image.height}, {target.stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
