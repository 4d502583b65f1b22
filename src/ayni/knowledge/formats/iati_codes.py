"""Small tables between IATI/DAC codes and ours. The code lists are those of the IATI standard 2.03."""

from ayni.knowledge.states import ActivityStatus, PartnerRole
from ayni.registry.states import InstitutionType

# Organisation role. An accountable organisation answers for the activity without doing it: it facilitates.
ROLES = {
    "1": PartnerRole.FUNDER,
    "2": PartnerRole.FACILITATOR,
    "3": PartnerRole.FACILITATOR,
    "4": PartnerRole.IMPLEMENTER,
}
STATUSES = {
    "1": ActivityStatus.PIPELINE,
    "2": ActivityStatus.IMPLEMENTATION,
    "3": ActivityStatus.FINALISATION,
    "4": ActivityStatus.CLOSED,
    "5": ActivityStatus.CANCELLED,
    "6": ActivityStatus.SUSPENDED,
}
ORGANISATION_TYPES = {
    "10": InstitutionType.GOVERNMENT,
    "11": InstitutionType.LOCAL_GOVERNMENT,
    "15": InstitutionType.GOVERNMENT,
    "21": InstitutionType.NGO,
    "22": InstitutionType.NGO,
    "23": InstitutionType.NGO,
    "24": InstitutionType.NGO,
    "30": InstitutionType.NETWORK,
    "40": InstitutionType.INTERGOVERNMENTAL,
    "60": InstitutionType.FOUNDATION,
    "70": InstitutionType.COMPANY,
    "71": InstitutionType.COMPANY,
    "72": InstitutionType.COMPANY,
    "73": InstitutionType.COMPANY,
    "80": InstitutionType.UNIVERSITY,
    "90": InstitutionType.OTHER,
}
# DAC channel codes of UN entities begin with 41; the World Health Organization has 928.
UN_REFERENCE = r"(XM-DAC-)?(41[0-9A-Z]{3}|928)"

# DAC regions (used where no country is named) -> M49. "998" means that the region is not known.
REGIONS = {
    "88": "150", "89": "150", "189": "015", "289": "202", "298": "202", "380": "029", "389": "003", "489": "005",
    "498": "019", "589": "145", "619": "143", "679": "034", "689": "062", "789": "030", "798": "142", "889": "009",
    "1027": "014", "1028": "017", "1029": "018", "1030": "011", "1031": "029", "1032": "013", "1033": "054",
    "1034": "057", "1035": "061",
}  # fmt: skip
# M49 codes that are no DAC codes, as some reporters write instead.
M49 = {"2": "002", "002": "002", "9": "009", "009": "009", "19": "019", "019": "019", "142": "142", "150": "150", "202": "202", "419": "419"}  # fmt: skip

# The longest code that fits decides: a 5-digit purpose before its 3-digit group.
THEMES = {
    "111": "education", "112": "education", "113": "education", "114": "education", "11330": "skills-employment",
    "121": "health", "122": "health", "123": "health", "12240": "food-nutrition", "130": "maternal-child-health",
    "13040": "health", "140": "water-sanitation", "151": "governance", "15130": "justice-peace",
    "15160": "justice-peace", "15170": "gender-equality", "15180": "gender-equality", "15190": "migration",
    "152": "justice-peace", "16010": "social-protection", "16020": "skills-employment", "16030": "cities-housing",
    "16040": "cities-housing", "16061": "culture-heritage", "16062": "statistics-evidence",
    "16070": "skills-employment", "16080": "skills-employment", "210": "transport-infrastructure",
    "220": "digital", "230": "energy", "231": "energy", "232": "energy", "233": "energy", "234": "energy",
    "235": "energy", "236": "energy", "240": "financial-inclusion", "250": "enterprise-trade",
    "311": "agriculture", "312": "environment-biodiversity", "313": "fisheries-oceans",
    "321": "enterprise-trade", "322": "enterprise-trade", "323": "cities-housing", "331": "enterprise-trade",
    "332": "enterprise-trade", "410": "environment-biodiversity", "43030": "cities-housing",
    "43032": "cities-housing", "43040": "agriculture", "43060": "disaster-risk", "43071": "food-nutrition",
    "43072": "food-nutrition", "43073": "food-nutrition", "43082": "science-technology", "520": "food-nutrition",
    "720": "disaster-risk", "730": "disaster-risk", "740": "disaster-risk", "930": "migration",
}  # fmt: skip


def theme_of(sector: str) -> str | None:
    return THEMES.get(sector) or THEMES.get(sector[:3])
