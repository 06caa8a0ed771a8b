"""What can be done with complaints: bring a file, take it back, say what is meant, correct, make it a case."""

from huiyin.apps.hotline.services.cases import follow_up, register_complaint, take_call_back
from huiyin.apps.hotline.services.corrections import (
    Wanted,
    apply_corrections,
    confirm_correction,
    correct_complaint,
    withdraw_correction,
)
from huiyin.apps.hotline.services.doubts import decide_doubt, put_off_doubt, settle_doubt
from huiyin.apps.hotline.services.erasing import erase_complaints
from huiyin.apps.hotline.services.names import attribute_again, claim_name, ignore_name, reopen_name
from huiyin.apps.hotline.services.remasking import remask_complaints
from huiyin.apps.hotline.services.run import (
    check_import_file,
    refresh_mirror,
    start_import,
    store_import,
    take_back,
    undo_import,
)
from huiyin.apps.hotline.services.topics import find_topics, send_topic, withdraw_topic
from huiyin.apps.hotline.services.upload import delete_upload, set_mapping, upload_file

__all__ = [
    "Wanted",
    "apply_corrections",
    "attribute_again",
    "check_import_file",
    "claim_name",
    "confirm_correction",
    "correct_complaint",
    "decide_doubt",
    "delete_upload",
    "erase_complaints",
    "find_topics",
    "follow_up",
    "ignore_name",
    "put_off_doubt",
    "refresh_mirror",
    "register_complaint",
    "remask_complaints",
    "reopen_name",
    "send_topic",
    "set_mapping",
    "settle_doubt",
    "start_import",
    "store_import",
    "take_back",
    "take_call_back",
    "undo_import",
    "upload_file",
    "withdraw_correction",
    "withdraw_topic",
]
