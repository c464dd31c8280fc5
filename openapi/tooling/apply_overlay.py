"""Applies an OpenAPI Overlay by oas-patch: apply_overlay.py DOCUMENT OVERLAY OUTPUT.

oas-patch passes over an action whose target matches nothing, such as a misspelt one; here it fails.
"""

import copy
import sys

from oas_patch.file_utils import load_file, save_file
from oas_patch.overlay import apply_overlay

document_path, overlay_path, output_path = sys.argv[1:]
document, overlay = load_file(document_path), load_file(overlay_path)
for number, action in enumerate(overlay["actions"], start=1):
    before = copy.deepcopy(document)
    document = apply_overlay(document, {"actions": [action]})
    if document == before:
        sys.exit(f"{overlay_path}: action {number} changes nothing: {action['target']}")
save_file(document, output_path)
