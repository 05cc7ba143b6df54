"""Generate the sample forum: an invented town's citizen forum as a static site with PDFs.

Run from the repository's root: `python -m tools.sample_forum`. Development only: it may use
reportlab, Pillow and pyphen (dependency group `sample`), which the product never needs.
"""
