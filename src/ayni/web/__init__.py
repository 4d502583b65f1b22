"""Pages for browsers. Owns no tables; asks queries, calls actions, finds the words.

Each area has its own `urls.py`, `views.py` and, where people type, `forms.py`.
"""
