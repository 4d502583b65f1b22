from django.utils import translation

from ayni.knowledge import import_words


def test_dates_stay_together_in_right_to_left_text():
    fault = {"path": "started", "code": "not_a_date", "params": {}}
    with translation.override("ar"):
        assert "\u20662019-03-01\u2069" in import_words.field_fault(fault)
    with translation.override("fr"):
        assert "\u2066" not in import_words.field_fault(fault)
