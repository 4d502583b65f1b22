from dataclasses import dataclass

VIEWBOX = "0 0 1000 500"


def shades(counts):
    return []
