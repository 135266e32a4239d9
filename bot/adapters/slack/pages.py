"""The few pages whoever installs Lectern may see. Plain HTML, no scripts; what comes from outside is escaped."""

from html import escape
from urllib.parse import urlencode

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.2rem;color:#1d1c1d;background:#fff}"
    "a{color:#1f3a5f}@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1d21}a{color:#9ec5ff}}"
)
_AGAIN = "Start again"

_FAILURES = {
    "access_denied": ("Lectern was not installed", "You have cancelled it, and nothing was kept."),
    "invalid_browser": (
        "This way back does not work",
        "The installation was begun in another browser, or a while ago. Nothing was installed.",
    ),
    "invalid_state": (
        "This link has been used, or is older than ten minutes",
        "Nothing was installed by it. If you have just installed Lectern, all is well: it is in your workspace.",
    ),
    "missing_code": ("Slack sent nothing to go on with", "Nothing was installed."),
    "invalid_code": (
        "Slack did not complete the installation",
        "Its code had expired or was used already, or the app's secret is not the one Slack knows. Nothing was installed.",
    ),
    "organisation": (
        "Lectern is installed in one workspace at a time",
        "You have chosen a whole organisation; that was given back to Slack at once. Choose a single workspace of it instead.",
    ),
}


def installed(workspace: str, app: str, team: str) -> str:
    link = f"https://slack.com/app_redirect?{urlencode({'app': app, 'team': team})}"
    return _page(
        f"Lectern is in {workspace}",
        "Go to the channel that is to take the course, type /invite @Lectern, and it says hello there. "
        "Whoever creates a cohort leads it.",
        (link, "Open Lectern in Slack"),
    )


def failed(reason: str, install_url: str) -> str:
    title, what = _FAILURES.get(reason, ("Lectern could not be installed", f"Slack says: {reason[:80]}. Nothing was installed."))
    return _page(title, what, (install_url, _AGAIN))


def unreachable(install_url: str) -> str:
    return _page("Slack cannot be reached just now", "Nothing was installed. Try again in a minute.", (install_url, _AGAIN))


def _page(title: str, what: str, link: tuple[str, str]) -> str:
    address, words = escape(link[0]), escape(link[1])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{_STYLE}</style></head>'
        f'<body><h1>{escape(title)}</h1><p>{escape(what)}</p><p><a href="{address}">{words}</a></p></body></html>'
    )
