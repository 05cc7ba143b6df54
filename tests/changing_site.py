"""A little site on loopback whose pages can be changed while it is served."""

import contextlib
import http.server
import threading
import time


class Site:
    """A site of pages that can be changed while it is served."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.delay_s = 0.0
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/robots.txt":
                    time.sleep(site.delay_s)
                text = site.pages.get(self.path)
                body = (text or "nichts").encode()
                self.send_response(404 if text is None else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def page(self, number: int, text: str, title: str = "Bürgerforum") -> None:
        """Put the page of a sitting there, and its link on the first page."""
        self.pages[f"/{number}.html"] = (
            f"<title>{number}. {title}</title><h1>{number}. {title} am {number}. März 2012</h1>"
            f"<p>{text}</p>"
        )
        links = "".join(f'<li><a href="{path}">{path}</a>' for path in self.pages if path != "/")
        self.pages["/"] = f"<title>Foren</title><ul>{links}</ul>"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
