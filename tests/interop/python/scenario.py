"""One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed."""

import os

import vectors
from client import SigningClient, page

env = os.environ
endpoint, user_id, token = env["KOODRIVE_ENDPOINT"], env["KOODRIVE_USER_ID"], env["KOODRIVE_TOKEN"]
app = (env["KOODRIVE_APP_ID"], env["KOODRIVE_APP_SECRET"])


def every_record(client):
    records, pages, cursor = [], 0, None
    while True:
        answer = page(client, module_code="101", page_size=40, cursor=cursor)
        assert answer["kind"] == "page" and answer["unreadable"] == 0, answer
        records, pages, cursor = records + answer["records"], pages + 1, answer["next_cursor"]
        if cursor is None:
            return records, pages
        assert all(mark in cursor for mark in "+/=&% é"), cursor


def ok(step):
    print(f"ok {step}", flush=True)


folder = env["KOODRIVE_VECTORS"]
count = vectors.signing_vectors(folder)
ok("signing vectors")
count += vectors.request_vectors(folder)
ok("request vectors")
limits = vectors.read(env["KOODRIVE_LIMITS"])["python"]
count += vectors.response_vectors(folder, env["KOODRIVE_ANSWERS"], limits)
ok("response vectors")

records, pages = every_record(SigningClient(endpoint, user_id, app=app))
ids = [record.record_id for record in records]
assert (pages, len(set(ids)), ids[0]) == (7, 250, "1842862763295184641"), (pages, len(set(ids)))
ok("app signature")

records, pages = every_record(SigningClient(endpoint, user_id, token=token))
assert pages == 7 and [record.record_id for record in records] == ids
ok("token")

records, pages = every_record(SigningClient(env["KOODRIVE_ODD_ENDPOINT"], user_id, app=app))
assert (len(records), pages) == (250, 7)
assert sum(record.module_code == "199" for record in records) == 7
assert sum(record.status == 9 for record in records) == 7
ok("unknown values")

for credentials in ({"app": (app[0], "another")}, {"token": "lapsed"}):
    answer = page(SigningClient(endpoint, user_id, **credentials), module_code="101", page_size=40)
    assert answer["kind"] == "error" and answer["unauthorized"], answer
    assert answer["http_status"] == 401, answer
ok("refused")
print(f"vectors {count}")
print("read {} of {}".format(*vectors.plain(folder, env["KOODRIVE_ANSWERS"])))
