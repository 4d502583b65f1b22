from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "ayni.knowledge"
    label = "knowledge"
