"""How a page is shown: its language, its colours, the navigation, and a template."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup
from starlette.datastructures import URL

from regulars import __version__
from regulars.analysis import Study
from regulars.errors import RegularsError, UsageError
from regulars.locale import LANGUAGES, Language, Value, Words, spoken, words
from regulars.pages.models import Block
from regulars.pages.report import MORE
from regulars.report import chart_setup, inline_json, templates
from regulars.web.access import Role, masked, role_of
from regulars.web.assets import address
from regulars.web.filters import FILTERS, check_filters, filters_of, filters_told
from regulars.web.keys import SESSION_COOKIE
from regulars.web.masks import MASK
from regulars.web.opened import Opened, Shelf, day_asked
from regulars.web.security import csrf_token, for_programs

YEAR = 365 * 86_400  # seconds that a choice of language or colours stands
THEMES = ("light", "dark")
# an escape of JSON, or an address, as long as one can be (RFC 5321): the time grows with the text, and no faster
EMAIL = re.compile(r"(\\u[0-9a-fA-F]{4}|\\.)|([\w.!$*+^~-])[\w.!$*+^~-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


# the pages of the navigation by group; further parts of a study stand in the group `customers`
GROUPS: dict[str, tuple[str, ...]] = {
    "business": ("overview", "products", "bundles", "market"),
    "customers": ("segments", "customers", "clusters"),
    "data": ("quality", "start"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation."""

    path: str
    label: str
    current: bool


def language_of(request: Request, study: Study | None = None) -> Language:
    """The language of ?lang=, else of the cookie, else the shop's, else the terminal's."""
    for asked in (request.query_params.get("lang"), request.cookies.get("lang")):
        for language in LANGUAGES:
            if asked == language:
                return language
    return study.settings.language if study else spoken()


class Clicked(Words):
    """The words of pages: where a text names flags of the command line, its twin that names what to click."""

    def __call__(self, key: str, /, **values: Value) -> str:
        """The text of a key, its fields filled by locale."""
        ours = f"dashboard.{key}"
        return super().__call__(ours if self.has(ours) else key, **values)


class OfSome(Clicked):
    """The words of a page that shows some of the customers: where a text is about the whole shop, its twin."""

    def __call__(self, key: str, /, **values: Value) -> str:
        """The text of a key, its fields filled by locale."""
        ours = f"narrowed.{key}"
        return super().__call__(ours if self.has(ours) else key, **values)


def say_for(request: Request) -> Words:
    """The words of a request, in the currency of its study where it has one."""
    found = study_of(request)
    how = language_of(request, found.study if found else None), found.study.currency if found else None
    return words(*how) if for_programs(request.url.path) else Clicked(*how)


def study_of(request: Request) -> Opened | None:
    """The study that a request asks for, without a connection of its own; None where there is none."""
    shelf: Shelf = request.app.state.shelf
    try:
        return shelf.opened(day_asked(request))
    except RegularsError:
        return None


def link(request: Request, path: str, **more: str | None) -> str:
    """An address within the dashboard that keeps the chosen study; `more` sets parameters, None removes one."""
    return link_in(request.query_params.get("study"), path, **more)


def link_in(day: str | None, path: str, /, **more: str | None) -> str:
    """As `link`, in the study of a day."""
    kept = {"study": day, **more}
    return str(URL(path).include_query_params(**{name: value for name, value in kept.items() if value is not None}))


def along(request: Request, path: str, **more: str | None) -> str:
    """An address within the dashboard that keeps the filters as well as the study."""
    return link(request, path, **{**{name: request.query_params.get(name) or None for name in FILTERS}, **more})


def shown_to(role: Role | None, text: str) -> str:
    """A page or a file as a role may see it: an id, or a part of a sentence, may be somebody's e-mail address."""
    if role is not None and not masked(role):
        return text
    return EMAIL.sub(lambda found: found[1] or f"{found[2]}{MASK}@{MASK}", text)


def _here(request: Request, **more: str) -> str:
    """This page's own address with further parameters."""
    return str(URL(path=request.url.path, query=request.url.query).include_query_params(**more))


def _ignored(request: Request, say: Words) -> dict[str, str]:
    """The filters that a page does not follow, in words, and the page's address without them."""
    url = URL(path=request.url.path, query=request.url.query).remove_query_params(FILTERS)
    return {"ignored": filters_told(filters_of(request), say), "unfiltered": str(url)}


def _stand(request: Request, found: Opened | None) -> bool:
    """Whether other pages could follow the filters of an address: they name what the study has."""
    try:
        if found:
            check_filters(found.study, filters_of(request))
    except UsageError:
        return False
    return found is not None


def page(request: Request, template: str, *, status: int = 200, follows: bool = False, **context: Any) -> HTMLResponse:
    """A page as HTML: `context` fills the template, beside what base.html.j2 needs.

    One that does not follow the filters of its address says so, unless it is about no study.
    """
    found = study_of(request)
    say = say_for(request)
    theme, role = request.cookies.get("theme", ""), role_of(request)
    about = bool(found and role) and status < 400 and not request.url.path.startswith("/start")
    context |= _ignored(request, say) if about and not follows else {"ignored": ""}
    html = _templates().get_template(template).render(
        request=request,
        say=say,
        language=say.language,
        theme=theme if theme in THEMES else "",
        study=found.study if found and role else None,
        shop=request.app.state.shelf.shop.name if role else "",
        role=role,
        nav=navigation(request, found, say, along if _stand(request, found) else link) if role else {},
        studies=[str(day) for day in reversed(request.app.state.shelf.shop.days())] if role else [],
        other=[(one, _here(request, lang=one)) for one in LANGUAGES if one != say.language],
        signed_in=SESSION_COOKIE in request.cookies and role is not None,
        csrf=csrf_token(request),
        link=lambda path, **more: link(request, path, **more),
        along=lambda path, **more: along(request, path, **more),
        setup=inline_json(chart_setup(say)),
        version=__version__,
        **context,
    )  # fmt: skip
    response = HTMLResponse(shown_to(role, html), status)
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie("lang", say.language, max_age=YEAR, samesite="lax", path="/")
    return response


def navigation(
    request: Request, found: Opened | None, say: Words, to: Callable[[Request, str], str] = link
) -> dict[str, list[Entry]]:  # fmt: skip
    """The pages that this shop has, by group; a page appears when its part of the study exists."""
    there = {"start"} if role_of(request) == "analyst" else set()
    if found:
        parts = found.once(("parts", say.language), lambda: _parts(found.study, say))
        there |= {"overview", "segments", "clusters", "customers", "products", "quality", *parts}
        if found.study.overview is None:
            there -= {"overview", "products"}
        if not any(group.customers for group in found.study.segments):
            there -= {"segments"}
    placed = {key for keys in GROUPS.values() for key in keys}
    keys = {group: [*keys, *(sorted(there - placed) if group == "customers" else ())] for group, keys in GROUPS.items()}
    here = f"/{request.url.path.split('/')[1]}"
    return {
        group: [Entry((link if key == "start" else to)(request, f"/{key}"), page_title(key, say), here == f"/{key}")
                for key in some if key in there and f"/{key}" in request.app.state.paths]
        for group, some in keys.items()
    }  # fmt: skip


def page_title(key: str, say: Words) -> str:
    """What a page is called in the navigation."""
    return say(f"web.nav.{key}" if say.has(f"web.nav.{key}") else f"report.nav.{key}")


def _parts(study: Study, say: Words) -> tuple[str, ...]:
    return tuple(found.key for part in MORE if (found := part(study, say)))


def block_html(block: Block, say: Words, csv: str, links: Mapping[str, str], page: str = "") -> Markup:
    """A block as it stands in a page, for pages that draw theirs once; the page's own title is not shown twice."""
    parts: Any = _templates().get_template("web/parts.html.j2").module
    return cast(Markup, parts.block(block, say, csv, links, page))


@cache
def _templates() -> Environment:
    made = templates()
    made.globals |= {"address": address, "inline_json": inline_json}
    return made
