"""What can be done with complaints: bring a file, store it, take it back, say what a name means, make it a case."""

from huiyin.apps.hotline.services.cases import follow_up, register_complaint, take_call_back
from huiyin.apps.hotline.services.names import attribute_again, claim_name, ignore_name
from huiyin.apps.hotline.services.run import (
    check_import_file,
    erase_complaints,
    refresh_mirror,
    start_import,
    store_import,
    take_back,
    undo_import,
)
from huiyin.apps.hotline.services.topics import find_topics, send_topic
from huiyin.apps.hotline.services.upload import set_mapping, upload_file

__all__ = [
    "attribute_again",
    "check_import_file",
    "claim_name",
    "erase_complaints",
    "find_topics",
    "follow_up",
    "ignore_name",
    "refresh_mirror",
    "register_complaint",
    "send_topic",
    "set_mapping",
    "start_import",
    "store_import",
    "take_back",
    "take_call_back",
    "undo_import",
    "upload_file",
]
