from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "ayni.registry"
    label = "registry"
