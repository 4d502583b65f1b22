"""Build the vocabulary files of ayni.registry from public sources and from our own texts.

    python tools/build_vocabularies.py --m49 DIR --sdg FILE --iati DIR [--check]

--m49   folder with m49-{en,fr,es,ru,ar,cn}.csv (datasets/country-codes, PDDL)
--sdg   official_texts.jsonl: lines of lang, kind, key, text (after open-sdg/sdg-translations, MIT)
--iati  folder with one folder per language holding the code lists as JSON (codeforIATI/codelists, MIT)
--check only validates the files that are there (no source needed)

Our own texts and corrections are in src/ayni/registry/data/authored/; CLDR names come through Babel.
"""

import argparse
import configparser
import csv
import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from babel import Locale

LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh")
DAC_LANGUAGES = ("en", "fr", "es", "pt")
DATA = Path(__file__).resolve().parent.parent / "src" / "ayni" / "registry" / "data"
AUTHORED = DATA / "authored"
M49_URI = "https://unstats.un.org/unsd/methodology/m49/#"
SDG_URI = "http://metadata.un.org/sdg/"
WITHDRAWN_UNTIL = "2024-06-14"
# M49 has no entry for these; mirrors of it may add them.
NOT_IN_M49 = frozenset({"TW", "XK"})

# --- reading -------------------------------------------------------------------------------------------


def clean(language, text):
    """Undo what typesetting left in the sources: Arabic stretching marks, Western commas in Chinese."""
    text = unicodedata.normalize("NFC", text).replace("\u0640", "")
    if language == "zh":
        text = text.replace("+B68", "").replace("<", "〈").replace(">", "〉")
        text = re.sub(r"(?<=[^\x00-\x7f]),|,(?=[^\x00-\x7f])", "，", text)
    return " ".join(text.split())


def read_sections(name):
    parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    parser.optionxform = str
    parser.read(AUTHORED / f"{name}.txt", encoding="utf-8")
    return {code: dict(parser[code]) for code in parser.sections()}


def read_lines(name):
    """Lines of "code text" from an authored file."""
    lines = (AUTHORED / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" ", 1) for line in lines if line and not line.startswith("#")]


def read_codelist(folder, language, name):
    document = json.loads((folder / language / f"{name}.json").read_text(encoding="utf-8"))
    return {row["code"]: row for row in document["data"]}


def split_terms(text):
    return [part.strip() for part in text.split(";") if part.strip()]


def split_row(text):
    return [part.strip() for part in text.split("|")]


def label_and_alternatives(section):
    """The pair of maps that lines such as "en = Label | alternative; alternative" stand for."""
    labels, alternatives = {}, {}
    for language in LANGUAGES:
        label, _, rest = section[language].partition("|")
        labels[language] = label.strip()
        alternatives[language] = split_terms(rest)
    return labels, alternatives


def make_term(code, uri, labels, **more):
    term = {"code": code, "uri": uri, "broader": more.get("broader"), "labels": in_order(labels)}
    for key in ("alt", "short"):
        value = {language: text for language, text in in_order(more.get(key) or {}).items() if text}
        if value:
            term[key] = value
    if more.get("extra"):
        term["extra"] = more["extra"]
    return term


def vocabulary(code, terms, **more):
    """The file's head, from the authored descriptions, and its terms."""
    head = read_sections("vocabularies")[code]
    head["title"] = dict(zip(LANGUAGES, split_row(head["title"]), strict=True))
    fields = ("uri", "title", "source", "date", "licence")
    return {"code": code, **{key: head[key] for key in fields}, "terms": terms, **more}


def in_order(by_language):
    return {language: by_language[language] for language in LANGUAGES if language in by_language}


# --- countries and regions -----------------------------------------------------------------------------


def read_m49(folder):
    """Rows of the English file, each with its names in six languages under "names"."""
    rows = {}
    for language in (language for language in LANGUAGES if language != "pt"):
        suffix = "cn" if language == "zh" else language
        with (folder / f"m49-{suffix}.csv").open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                entry = rows.setdefault(row["M49 Code"], {**row, "names": {}, "regions": {}})
                entry["names"][language] = clean(language, row["Country or Area"])
                for level in ("Global", "Region", "Sub-region", "Intermediate Region"):
                    entry["regions"].setdefault(level, {})[language] = clean(language, row[f"{level} Name"])
    return [row for row in rows.values() if row["ISO-alpha2 Code"] not in NOT_IN_M49]


def comparable(text):
    return text.casefold().replace("’", "'")


def everyday_names(code, language, portuguese_list):
    """Names from CLDR and, in Portuguese, the European spelling of the IATI list."""
    names = [Locale.parse(language).territories.get(code, "")]
    if language == "pt":
        names.append(portuguese_list.get(code, {}).get("name") or "")
    plain = [re.sub(r"\s*[(（].*", "", name) for name in names]
    return [name for name in plain if name and not re.search(r" - |,|о-в", name)]


def build_country(row, section, portuguese_list):
    code = row["ISO-alpha2 Code"]
    labels = {**row["names"], "pt": Locale.parse("pt").territories.get(code, "")}
    labels.update({lang: section[f"name.{lang}"] for lang in LANGUAGES if f"name.{lang}" in section})
    short = dict(zip(LANGUAGES, split_row(section["short"]), strict=True)) if "short" in section else {}
    alternatives = {}
    for language in LANGUAGES:
        names = split_terms(section.get(f"alt.{language}", ""))
        if section.get("cldr") != "no":
            names += everyday_names(code, language, portuguese_list)
        different = {comparable(name): name for name in reversed(names)}
        taken = {comparable(labels[language]), comparable(short.get(language, ""))}
        alternatives[language] = [name for key, name in reversed(different.items()) if key not in taken]
    levels = ("Intermediate Region Code", "Sub-region Code", "Region Code", "Global Code")
    more = {
        "broader": "regions:" + next(row[level] for level in levels if row[level]),
        "extra": {"iso3": row["ISO-alpha3 Code"], "m49": row["M49 Code"]},
    }
    return make_term(code, M49_URI + row["M49 Code"], labels, alt=alternatives, short=short, **more)


def build_countries(m49, iati):
    sections = read_sections("countries")
    portuguese_list = read_codelist(iati, "pt", "Country")
    terms = [build_country(row, sections.get(row["ISO-alpha2 Code"], {}), portuguese_list) for row in m49]
    drop_shared_names(terms)
    return vocabulary("countries", sorted(terms, key=lambda term: term["code"]))


def drop_shared_names(terms):
    """A search term must lead to one country: "Korea" or "Saint-Martin" would lead to two."""
    for language in LANGUAGES:
        uses = Counter()
        for term in terms:
            names = [term["labels"][language], *term.get("alt", {}).get(language, [])]
            uses.update({comparable(name) for name in names})
        for term in terms:
            if language in term.get("alt", {}):
                names = term["alt"].pop(language)
                kept = [name for name in names if uses[comparable(name)] == 1]
                term["alt"] |= {language: kept} if kept else {}


def build_regions(m49):
    portuguese = dict(read_lines("regions-pt"))
    terms = {}
    for row in m49:
        above = None
        for level in ("Global", "Region", "Sub-region", "Intermediate Region"):
            code = row[f"{level} Code"]
            if not code:
                continue
            labels = {**row["regions"][level], "pt": portuguese[code]}
            extra = {"level": {"Global": "world"}.get(level, level.lower())}
            terms[code] = make_term(code, M49_URI + code, labels, broader=above, extra=extra)
            above = code
    return vocabulary("regions", [terms[code] for code in sorted(terms)])


def build_country_groups():
    terms, members = [], []
    for code, section in read_sections("country-groups").items():
        labels, short = label_and_alternatives(section)
        others = [split_terms(part) for part in split_row(section["alt"])]
        extra = {"source": section["source"], "date": section["date"]}
        short = {language: names[0] for language, names in short.items()}
        alternatives = dict(zip(LANGUAGES, others, strict=True))
        terms.append(make_term(code, section["uri"], labels, alt=alternatives, short=short, extra=extra))
        for entry in sorted(section["members"].split()):
            member, _, years = entry.partition(":")
            since, _, until = years.partition("-")
            note = section.get(f"note.{member}")
            # The committee's list gives years; the day is filled in so that every value is a date.
            since = f"{since}-01-01" if since else None
            source = f"{section['source']}; {note}" if note else section["source"]
            row = {"group": code, "member": member, "since": since, "until": until or None, "source": source}
            members.append(row)
    return vocabulary("country-groups", terms, groups=members)


# --- goals, sectors, our own lists ---------------------------------------------------------------------


def natural(code):
    """Sort key that puts 10 after 9, and a target with a letter after those with numbers."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in code.split(".")]


def build_sdg(path):
    texts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] != "indicator" and row["key"].endswith("-title"):
            language = row["lang"].split("-")[0]
            code = row["key"].removesuffix("-title").replace("-", ".")
            texts.setdefault(code, {})[language] = clean(language, row["text"])
    portuguese = dict(read_lines("sdg-targets-pt"))
    goals = read_sections("sdg-goals")
    terms = []
    for code in sorted(texts, key=natural):
        if "." in code:
            labels = {**texts[code], "pt": portuguese[code]}
            terms.append(make_term(code, SDG_URI + code, labels, broader=code.split(".")[0]))
            continue
        section = goals[code]
        short, alternatives = label_and_alternatives(section)
        labels = {**texts[code], "ar": section["title.ar"], "pt": section["title.pt"]}
        extra = {"colour": section["colour"]}
        terms.append(make_term(code, SDG_URI + code, labels, short=short, alt=alternatives, extra=extra))
    return vocabulary("sdg", terms)


def build_dac_sectors(iati):
    corrections = {}
    for code, rest in read_lines("dac-corrections"):
        language, text = rest.split(" ", 1)
        corrections.setdefault(code, {})[language] = text
    added = {code: split_row(rest) for code, rest in read_lines("dac-groups")}
    terms = []
    for name in ("SectorCategory", "Sector"):
        lists = {language: read_codelist(iati, language, name) for language in DAC_LANGUAGES}
        for code, row in lists["en"].items():
            names = {lang: lists[lang].get(code, {}).get("name") for lang in DAC_LANGUAGES}
            names.update(corrections.get(code, {}))
            labels = {lang: clean(lang, text) for lang, text in names.items() if text}
            if name == "SectorCategory":
                labels.update(zip(("ru", "ar", "zh"), added[code], strict=True))
            uri = f"https://codelists.codeforiati.org/{name}/#{code}"
            terms.append(make_term(code, uri, labels, broader=row.get("category")))
            if row["status"] == "withdrawn":
                # The lists do not say since when; the day of the list is the last we can vouch for.
                terms[-1] |= {"until": WITHDRAWN_UNTIL, "extra": {"status": "withdrawn"}}
    return vocabulary("dac-sectors", sorted(terms, key=lambda term: term["code"]))


def build_own(code, kind):
    """Exchange types and themes: wholly our own, kept in the order of the authored file."""
    terms = []
    for key, section in read_sections(code).items():
        labels, alternatives = label_and_alternatives(section)
        extra = {}
        if "sdg" in section:
            extra["sdg"] = section["sdg"].split()
        if "about.en" in section:
            extra["description"] = {language: section[f"about.{language}"] for language in LANGUAGES}
        terms.append(make_term(key, f"urn:ayni:{kind}:{key}", labels, alt=alternatives, extra=extra))
    return vocabulary(code, terms)


def build_languages():
    locales = {language: Locale.parse(language) for language in LANGUAGES}
    terms = []
    for code, section in read_sections("languages").items():
        labels = {}
        for language, locale in locales.items():
            name = section.get(language) or locale.languages[code]
            labels[language] = name[:1].upper() + name[1:]
        alternatives = {language: split_terms(section.get(f"alt.{language}", "")) for language in LANGUAGES}
        own_name = Locale.parse(code).languages.get(code, labels["en"])
        uri = f"http://id.loc.gov/vocabulary/iso639-1/{code}"
        terms.append(make_term(code, uri, labels, alt=alternatives, extra={"own_name": own_name}))
    return vocabulary("languages", terms)


# --- writing and checking ------------------------------------------------------------------------------


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(document):
    """One term per line, so that a change of one term is one line of a diff."""
    fields = []
    for key, value in document.items():
        text = "[\n" + ",\n".join(map(compact, value)) + "\n]" if isinstance(value, list) else compact(value)
        fields.append(f'"{key}":{text}')
    path = DATA / f"{document['code']}.json"
    path.write_text("{" + ",\n".join(fields) + "}\n", encoding="utf-8")


def term_faults(vocabulary_code, term):
    name = f"{vocabulary_code}:{term['code']}"
    purpose_code = vocabulary_code == "dac-sectors" and term["broader"]
    missing = set(DAC_LANGUAGES if purpose_code else LANGUAGES) - set(term["labels"])
    if missing or not all(term["labels"].values()):
        yield f"{name} lacks labels: {sorted(missing)}"
    if "short" in term and set(term["short"]) != set(LANGUAGES):
        yield f"{name} lacks short labels"
    for language, names in term.get("alt", {}).items():
        if len({comparable(text) for text in names}) != len(names):
            yield f"{name} repeats an alternative in {language}"
    text = compact(term)
    if "\u0640" in text or "\ufffd" in text or text != unicodedata.normalize("NFC", text):
        yield f"{name} has text that is not clean"


def count_faults(vocabulary):
    own, terms = vocabulary["code"], vocabulary["terms"]
    expected = int(read_sections("vocabularies")[own]["expected"])
    if len(terms) != expected:
        yield f"{own} has {len(terms)} terms, not {expected}"
    for key in ("code", "uri"):
        if len({term[key] for term in terms}) != len(terms):
            yield f"{own} repeats a {key}"
    current = Counter(row["group"] for row in vocabulary.get("groups", []) if not row["until"])
    for group, section in read_sections("country-groups").items() if current else ():
        if current[group] != int(section["expected"]):
            yield f"{group} has {current[group]} current members, not {section['expected']}"


def faults(vocabularies):
    codes = {f"{each['code']}:{term['code']}" for each in vocabularies for term in each["terms"]}
    for each in vocabularies:
        own = each["code"]
        yield from count_faults(each)
        for term in each["terms"]:
            yield from term_faults(own, term)
            broader = term["broader"]
            if broader and (broader if ":" in broader else f"{own}:{broader}") not in codes:
                yield f"{own}:{term['code']} points at unknown {broader}"
        for row in each.get("groups", []):
            if f"countries:{row['member']}" not in codes:
                yield f"{row['group']} names unknown country {row['member']}"


def build_all(arguments):
    m49 = read_m49(arguments.m49)
    return [
        build_countries(m49, arguments.iati),
        build_regions(m49),
        build_country_groups(),
        build_sdg(arguments.sdg),
        build_dac_sectors(arguments.iati),
        build_own("exchange-types", "exchange-type"),
        build_own("themes", "theme"),
        build_languages(),
    ]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("m49", "sdg", "iati"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if not arguments.check:
        if not (arguments.m49 and arguments.sdg and arguments.iati):
            parser.error("give --m49, --sdg and --iati, or --check")
        for document in build_all(arguments):
            write(document)
    vocabularies = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.json"))]
    found = list(faults(vocabularies))
    for fault in found:
        print(fault)
    for each in vocabularies:
        print(f"{each['code']}: {len(each['terms'])} terms, {len(each.get('groups', []))} memberships")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
