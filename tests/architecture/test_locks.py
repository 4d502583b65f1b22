from tools import check_licences, check_locks


def test_locks_have_exact_versions_hashes_and_no_addresses() -> None:
    assert check_locks.faults() == []


def test_the_lock_check_sees_what_it_is_for() -> None:
    assert list(check_locks._line_faults("django>=5 --hash=sha256:" + "0" * 64))
    assert list(check_locks._line_faults("django==5.2.19"))
    assert not list(check_locks._line_faults("django==5.2.19 --hash=sha256:" + "0" * 64))


def test_no_run_time_package_has_a_licence_that_binds_others() -> None:
    told = check_licences.run_time_licences()
    assert [name for name, licence in told.items() if licence and check_licences.is_forbidden(licence)] == []


def test_the_licence_check_knows_them_apart() -> None:
    forbidden = ["GPL-3.0-only", "AGPL-3.0-or-later", "GNU General Public License v3 (GPLv3)", "unknown"]
    fine = ["MIT", "LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "MIT OR GPL-2.0-only"]
    assert [text for text in forbidden if not check_licences.is_forbidden(text)] == []
    assert [text for text in fine if check_licences.is_forbidden(text)] == []
