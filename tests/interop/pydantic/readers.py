"""How many pages of the response vectors each generator reads; `cargo xtask interop` reads what is printed."""

import json
import os

from models import BackupRecordPage
from python_client import Client
from python_client.api.backup import list_backup_records
from python_client.types import Unset

with open(f"{os.environ['KOODRIVE_VECTORS']}/responses.json", encoding="utf-8") as file:
    pages = [v for v in json.load(file)["vectors"] if v["outcome"]["kind"] == "page"]


def told(record):
    return [record.get(name) for name in ("recordId", "moduleCode", "status")]


def count(generator, read):
    good = 0
    for v in pages:
        try:
            records = [told(record) for record in read(v)]
        except (AttributeError, TypeError, ValueError):
            continue  # The page is lost, and the caller is told.
        good += records == [told(record) for record in v["outcome"]["records"]]
    print(f"{generator} read {good} of {len(pages)}")


def by_python_client(v):
    client = Client(base_url=f"{os.environ['KOODRIVE_ANSWERS']}/{v['name']}")
    page = list_backup_records.sync(client=client, module_code="101", page_size=100)
    data = None if isinstance(page.data, Unset) else page.data
    return [record.to_dict() for record in data or []]


def by_pydantic(v):
    page = BackupRecordPage.model_validate_json(v["body"])
    # With root models this would be False.
    assert page.code == 0, page.code
    return [record.model_dump() for record in page.data or []]


count("openapi-python-client", by_python_client)
count("pydantic", by_pydantic)
