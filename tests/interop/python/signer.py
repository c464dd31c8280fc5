"""App ID authentication of KooDrive, in the standard library alone."""

import hashlib
import hmac
import re
import time
from urllib.parse import quote, unquote_to_bytes, urlsplit


def sign(method, url, headers, app_id, app_secret, user_id, x_date, signed=None, body=b""):
    """Gives the value of Authorization and the stages that lead to it.

    headers are (name, value) pairs without X-User-Id and X-Date. Bad input is a ValueError.
    """
    require(re.fullmatch(r'[!#-+\--:<>-~]+', app_id), "bad app id")
    require(app_secret, "empty app secret")
    require(user_id.strip(), "empty user id")
    require(re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", x_date), "X-Date is not yyyyMMdd'T'HHmmss'Z'")
    names = sorted({name.lower() for name in signed or ("host", "x-date", "x-user-id")})
    require("authorization" not in names, "Authorization cannot be signed")
    require({"x-date", "x-user-id"} <= set(names), "x-date and x-user-id must be signed")
    given = [(name.lower(), value) for name, value in headers]
    given += [("x-user-id", user_id), ("x-date", x_date)]
    if "host" not in dict(given):
        given.append(("host", canonical_host(url)))
    lines = []
    for name in names:
        values = [value for other, value in given if other == name]
        require(len(values) == 1, f"header {name} occurs {len(values)} times")
        require(re.fullmatch(r"[\t -~]*", values[0]), f"header {name} is not visible ASCII")
        lines.append(f"{name}:{values[0].strip()}\n")
    uri, query, names = canonical_uri(url), canonical_query(url), ";".join(names)
    body_sha256 = hashlib.sha256(body).hexdigest()
    request = "\n".join([method, uri, query, "".join(lines), names, body_sha256])
    request_sha256 = hashlib.sha256(request.encode()).hexdigest()
    to_sign = f"HMAC-SHA256\n{request_sha256}"
    signature = hmac.new(app_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    value = f"HMAC-SHA256 AppId={app_id},SignedHeaders={names},Signature={signature}"
    return {
        "canonical_uri": uri, "canonical_query": query, "body_sha256": body_sha256,
        "canonical_request": request, "canonical_request_sha256": request_sha256,
        "string_to_sign": to_sign, "signature": signature, "authorization": value,
    }


def canonical_uri(url):
    kept = []
    for segment in urlsplit(url).path.split("/")[1:]:
        segment = quote(unquote_to_bytes(segment), safe="")
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    path = "/" + "/".join(kept)
    return path if path.endswith("/") else path + "/"


def canonical_query(url):
    pairs = [piece.partition("=") for piece in urlsplit(url).query.split("&") if piece]
    decoded = sorted([unquote_to_bytes(s.replace("+", " ")) for s in pair[::2]] for pair in pairs)
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in decoded)


def canonical_host(url):
    scheme, authority = urlsplit(url)[:2]
    host = authority.rpartition("@")[2].lower()
    return host.removesuffix({"http": ":80", "https": ":443"}[scheme])


def x_date_at(unix_time):
    """The header's form of a time, set back 30 s: a date in the service's future is refused."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(unix_time - 30))


def require(condition, otherwise):
    if not condition:
        raise ValueError(otherwise)
