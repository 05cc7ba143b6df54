"""The whole loop against a scripted site and a clock that only sleeping moves."""

from tests.crawl.world import HOME, MISSING, Answer, World, fails, moved, page, site, tagged

ROBOTS = HOME + "robots.txt"
SITEMAP = HOME + "sitemap.xml"


def test_every_page_is_fetched_once_and_the_run_is_finished():
    world = World(
        {HOME: page("/a", "/b"), HOME + "a": page("/b", "/"), HOME + "b": page("/a#part")}
    )
    report = world.crawl()
    assert (report.state, report.reason) == ("finished", None)
    assert world.fetch.asked == [ROBOTS, HOME, SITEMAP, HOME + "a", HOME + "b"]
    assert report.counts.new == 3
    assert report.counts.requests == 5
    assert world.store.finished == ("finished", None)
    assert sorted(c.url for c in world.store.captures) == sorted(world.fetch.asked)
