from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "ayni.discovery"
    label = "discovery"

    def ready(self) -> None:
        from ayni.discovery import reactions  # noqa: F401 - connects the receivers
