"""The text of a new site profile: commented, valid as it stands. Pure: no I/O."""

_TEMPLATE = """\
# How this site says things. Every key is optional: what is left out, the general readers do.
# All keys, with worked examples: docs/site-profiles.md. Try it: archiver site try URL
name = "{name}"
# title = "..."                     # the forum's own name, never taken for a topic
seeds = ["{seed}"]
# first_year = 2004                 # earlier dates are history, not sittings

# content = ["main", "#content"]    # selectors of the main text; the first that matches counts
# remove = ["nav", ".breadcrumb"]   # what would only repeat on every page

# [scope]
# exclude = ['[?&]print=1']         # expressions searched in the URL: print views, calendars

# [politeness]
# delay = 2.0                       # seconds between two requests; adapts when left out

# Which pages are of a kind: an expression searched in the URL, a selector, or both.
# [pages.session]
# url = '/sessions/\\d+'
# [pages.overview]
# url = '/archive/$'

# Where a field stands, most trusted first; the first rule that gives a value counts.
# [fields]
# session = [{{ select = "h1" }}]
# date = [{{ select = "dt:-soup-contains('Termin') + dd" }}]
# topic = [{{ select = "h1", pattern = ':\\s*(?P<value>.+)' }}]
# group = [{{ select = ".group" }}]
# keyword = [{{ select = "meta[name='keywords']", attribute = "content" }}]

# Roles of files, searched in link text and file name.
# [roles]
# minutes = 'Mitschrift'
"""


def new_profile_text(name: str, seed: str) -> str:
    """Write the TOML of a new profile.

    >>> new_profile_text("lindental", "https://lindental.example/").splitlines()[2]
    'name = "lindental"'
    """
    return _TEMPLATE.format(name=name, seed=seed.replace("\\", "\\\\").replace('"', '\\"'))
