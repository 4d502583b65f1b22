from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "ayni.cli"
    label = "cli"
