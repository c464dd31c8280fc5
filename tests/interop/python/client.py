"""The generated client with a signature on every request, and what an answer comes to."""

import json
import re
import time

import koodrive_client
import signer
import urllib3
from koodrive_client.models import BackupRecord


class SigningClient(koodrive_client.ApiClient):
    """Takes an app as (id, secret), or a token."""

    def __init__(self, endpoint, user_id, app=None, token=None, x_date=None):
        configuration = koodrive_client.Configuration(host=endpoint)
        # A hidden retry would not be signed anew, and credentials must not follow a redirect.
        configuration.retries = urllib3.Retry(0, redirect=False, raise_on_redirect=False)
        super().__init__(configuration)
        self.user_id, self.app, self.token, self.x_date = user_id, app, token, x_date

    def call_api(self, method, url, header_params=None, *rest, **options):
        # Sent as it is signed, so that no reading of the query can differ.
        url = f"{url.partition('?')[0]}?{signer.canonical_query(url)}"
        x_date = self.x_date or signer.x_date_at(time.time())
        authorization = self.token
        if self.app:
            signed = signer.sign(method, url, [], *self.app, self.user_id, x_date)
            authorization = signed["authorization"]
        elif not re.match("bearer[+ ]", self.token, re.IGNORECASE):
            authorization = f"Bearer+{self.token}"
        own = {"X-User-Id": self.user_id, "X-Date": x_date, "Authorization": authorization}
        return super().call_api(method, url, {**(header_params or {}), **own}, *rest, **options)


def page(client, **parameters):
    """One page, or one error, as a dict: never an error that looks like an empty page.

    Reads record by record, because the generated operation gives up a page for one bad record.
    """
    api = koodrive_client.BackupApi(client)
    try:
        answer = api.list_backup_records_without_preload_content(**parameters)
        status, body = answer.status, answer.data
    except urllib3.exceptions.HTTPError:
        # No connection, or an answer without its end.
        return failure(None, {})
    try:
        members = json.loads(body)
    except ValueError:
        members = None
    if not isinstance(members, dict):
        return failure(None if status == 200 else status, {})
    code = members.get("error_code", members.get("code"))
    if status != 200 or (str(code) != "0" if code is not None else "data" not in members):
        return failure(status, members)
    records, unreadable = [], 0
    for element in members.get("data") or []:
        try:
            records.append(BackupRecord.from_dict({**element}))
        except (AttributeError, TypeError, ValueError):
            unreadable += 1
    next_cursor = members.get("nextCursor") or None
    return {"kind": "page", "records": records, "unreadable": unreadable, "next_cursor": next_cursor}


def failure(status, members):
    code = members.get("error_code", members.get("code"))
    refused = status == 400 and "authentication failed" in str(members.get("msg")).lower()
    gateway = status != 429 and re.match(r"APIG(W)?\.03", str(code))
    return {
        "kind": "error",
        "http_status": status,
        "code": None if code is None else str(code),
        "unauthorized": bool(status == 401 or refused or gateway),
        "throttled": status == 429,
    }
