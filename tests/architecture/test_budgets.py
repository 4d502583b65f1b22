from tools import check_sizes


def test_files_functions_and_the_kernel_keep_within_their_budgets() -> None:
    assert check_sizes.faults() == []


def test_every_exception_has_a_reason_and_a_subject() -> None:
    for name, (limit, reason) in check_sizes.EXCEPTIONS.items():
        path, _, function = name.partition("::")
        text = (check_sizes.ROOT / path).read_text()
        assert len(reason) > 15, name
        assert not function or f"def {function}(" in text, f"{name} is no longer there"
        assert function or len(text.splitlines()) > 0.75 * limit, f"{name} needs no exception any more"
