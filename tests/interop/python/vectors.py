"""The vectors of openapi/vectors, each asserted; every function returns how many there were."""

import json

import signer
from client import SigningClient, page
from koodrive_client import BackupApi


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def signing_vectors(folder):
    file = read(f"{folder}/signing.json")

    def signed(v, headers):
        names, body = v["signed_headers"], bytes.fromhex(v["body_hex"])
        given = (v["app_id"], v["app_secret"], v["user_id"], v["x_date"])
        return signer.sign(v["method"], v["url"], headers, *given, names, body)

    for v in file["vectors"]:
        own = ("x-date", "x-user-id")
        stages = signed(v, [(n, value) for n, value in v["headers"] if n.lower() not in own])
        for stage, value in v["expect"].items():
            assert stages[stage] == value, (v["name"], stage, stages[stage], value)
    for v in file["refuse"]:
        try:
            signed(v, v["headers"])
        except ValueError:
            continue
        raise AssertionError(f"{v['name']} must be refused")
    for v in file["dates"]:
        assert signer.x_date_at(v["unix_ms"] / 1000) == v["x_date"], v["name"]
    return len(file["vectors"]) + len(file["refuse"]) + len(file["dates"])


class Captured(Exception):
    """Carries a request instead of sending it."""


class Capturing:
    def request(self, method, url, headers=None, **_):
        raise Captured(method, url, {name.lower(): value for name, value in headers.items()})


def request_vectors(folder):
    names = {"moduleCode": "module_code", "pageSize": "page_size", "cursor": "cursor"}
    names |= {"deviceId": "device_id", "x-backup-lock-id": "x_backup_lock_id"}
    vectors = read(f"{folder}/requests.json")["vectors"]
    for v in vectors:
        app, token = v["credentials"], v["credentials"].get("token")
        app = None if token else (app["app_id"], app["app_secret"])
        client = SigningClient(v["endpoint"], v["user_id"], app, token, v["x_date"])
        client.rest_client = Capturing()
        parameters = {names[name]: value for name, value in v["parameters"].items()}
        try:
            BackupApi(client).list_backup_records(**parameters)
        except Captured as sent:
            method, url, headers = sent.args
        expect = v["expect"]
        assert (method, url) == (expect["method"], expect["url"]), (v["name"], url)
        for name, value in expect["headers"].items():
            # urllib3 writes Host itself, from the URL.
            assert name == "Host" or headers[name.lower()] == value, (v["name"], name)
        assert not set(expect["absent_headers"]) & set(headers), (v["name"], headers)
    return len(vectors)


def response_vectors(folder, answers, limits):
    """limits names the vectors that the generated client cannot read; those must be seen."""
    vectors = read(f"{folder}/responses.json")["vectors"]
    for v in vectors:
        client = SigningClient(f"{answers}/{v['name']}", "1505084218764547200", token="60f4ccc7")
        got = page(client, module_code="101", page_size=100)
        problem = difference(got, v["outcome"])
        if v["name"] in limits:
            assert problem, f"{v['name']} is read well: take it off the limits"
            is_loud = got["kind"] == "error" or got["unreadable"] > v["outcome"]["unreadable"]
            assert is_loud, f"{v['name']}: {problem}, and nobody sees it"
        else:
            assert not problem, f"{v['name']}: {problem}"
    return len(vectors)


def plain(folder, answers):
    """How many pages the plainly generated call reads, and how many there are."""
    pages = [v for v in read(f"{folder}/responses.json")["vectors"] if v["outcome"]["kind"] == "page"]
    count = 0
    for v in pages:
        client = SigningClient(f"{answers}/{v['name']}", "1505084218764547200", token="60f4ccc7")
        try:
            answer = BackupApi(client).list_backup_records(module_code="101", page_size=100)
        except ValueError:
            continue
        records = [told(r.to_dict()) for r in answer.data or []]
        count += records == [told(r) for r in v["outcome"]["records"]]
    return count, len(pages)


def difference(got, wanted):
    """None when both say the same."""
    if got["kind"] == "page" == wanted["kind"]:
        records = [told(r.to_dict()) for r in got["records"]]
        got = {**got, "records": records}
        wanted = {**wanted, "records": [told(r) for r in wanted["records"]]}
    elif got["kind"] == "error" == wanted["kind"]:
        if got["http_status"] is None:
            # The client saw no usable answer; what it need not know is which status that had.
            return None if wanted["code"] is None and wanted["retryable"] else (got, wanted)
        wanted = {name: wanted[name] for name in got}
    return None if got == wanted else (got, wanted)


def told(record):
    return [record.get(name) for name in ("recordId", "moduleCode", "status")]
