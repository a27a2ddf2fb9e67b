"""Validates a running host's API document, generates a client from it and calls the host by that client."""

import importlib
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from openapi_spec_validator import validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

# One file for each operation and each form, and a few besides: schemas that are not shared are many more.
MOST_FILES = 290

work = Path(sys.argv[1])
host = json.loads((work / "host.json").read_text())
with urllib.request.urlopen(f"{host['url']}/openapi.json") as answer:
    source = answer.read().decode()
document = json.loads(source)
validate(document)

# A validator that takes everything is none.
broken = json.loads(source)
del broken["info"]["title"]
try:
    validate(broken)
except OpenAPIValidationError:
    print("The validator refuses a document without a title.")
else:
    sys.exit("The validator takes a document without a title.")

(work / "openapi.json").write_text(source)
generator = Path(sys.executable).with_name("openapi-python-client")
told = subprocess.run(
    [generator, "generate", "--path", work / "openapi.json", "--output-path", work / "client", "--meta", "none"],
    check=True,
    capture_output=True,
    text=True,
).stdout
if "Unable to" in told or "Cannot parse" in told:
    sys.exit(f"The generator leaves something out:\n{told}")
files = sum(1 for file in (work / "client").rglob("*") if file.is_file())
if files > MOST_FILES:
    sys.exit(f"The generated client has {files} files, more than {MOST_FILES}: name shared schemas in COMPONENTS.")

sys.path.insert(0, str(work))
modules = [".".join(file.relative_to(work).with_suffix("").parts) for file in (work / "client").rglob("*.py")]
for module in modules:
    importlib.import_module(module.removesuffix(".__init__"))

from client import AuthenticatedClient
from client.api.exams import look_up_exams
from client.api.model import get_active_model
from client.models import ActiveModel, ExamLookup, ExamName, ExamStateList, ExamStatus, Problem

with AuthenticatedClient(base_url=host["url"], token=host["token"]) as client:
    model = get_active_model.sync(client=client)
    assert isinstance(model, ActiveModel) and model.model == host["model"], model
    asked = ExamLookup(exams=[ExamName(patient="P1", exam="1")])
    states = look_up_exams.sync("north", client=client, body=asked)
    assert isinstance(states, ExamStateList) and states.items[0].status is ExamStatus.UNKNOWN, states
with AuthenticatedClient(base_url=host["url"], token="wrong") as client:
    refused = get_active_model.sync(client=client)
    assert isinstance(refused, Problem) and refused.status == 401, refused

operations = sum(len(methods) for methods in document["paths"].values())
print(f"{operations} operations, valid; a Python client of {files} files, imported and called.")
