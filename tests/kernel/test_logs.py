import json
import logging
import sys

from ayni.kernel import context
from ayni.kernel.logs import AddRequestId, JsonLines


def line(**extra) -> logging.LogRecord:
    record = logging.LogRecord("ayni.test", logging.INFO, "here.py", 1, "seen %s", ("مرحبا",), None)
    vars(record).update(extra)
    return record


def test_each_line_carries_the_request_it_belongs_to() -> None:
    record = line()
    token = context.request_id.set("abc")
    try:
        assert AddRequestId().filter(record)
    finally:
        context.request_id.reset(token)
    assert record.request_id == "abc"


def test_json_lines_hold_message_facts_and_traceback() -> None:
    record = line(request_id="abc", facts={"status": 200})
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        record.exc_info = sys.exc_info()
    told = json.loads(JsonLines().format(record))
    assert (told["message"], told["request_id"], told["status"]) == ("seen مرحبا", "abc", 200)
    assert "RuntimeError: broken" in told["traceback"]
