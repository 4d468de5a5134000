"""MiniStack as it stands behind something that ends TLS: every request came by HTTPS, unless it says otherwise (`x-forwarded-proto`).

The studio's policies refuse whatever came without it, and the guarded server holds to policies.
"""

from ministack.app import app as ministack


async def app(scope, receive, send):
    if scope["type"] == "http":
        scope = {**scope, "scheme": "https"}
    await ministack(scope, receive, send)
